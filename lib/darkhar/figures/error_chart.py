"""How far a pose network's joints are from where they are."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.style import colour_of, new_figure, styled

_PANELS = {
    "noise": "noise (pixels)",
    "astray": "astray (share of frames)",
    "score": "mean score",
}


@styled
def plot_errors(table: pd.DataFrame) -> Figure:
    """Noise, episodes and scores of each part of the body, side by side.

    Args:
        table: as of `darkhar.study.error_report.error_table`.
    """
    figure = new_figure(height=2.6)
    axes = figure.subplots(1, len(_PANELS), sharey=True)
    rows = np.arange(len(table))
    for number, (ax, (column, title)) in enumerate(
        zip(axes, _PANELS.items(), strict=True)
    ):
        ax.barh(rows, table[column], color=colour_of(number))
        if column == "score":
            ax.plot(table["score astray"], rows, "k|", markersize=8)
        ax.set_xlabel(title)
        ax.grid(axis="x")
        ax.grid(False, axis="y")
        ax.set_xlim(left=0)
        ax.locator_params(axis="x", nbins=5)
    axes[0].set_yticks(rows, table["part"])
    axes[0].invert_yaxis()
    return figure

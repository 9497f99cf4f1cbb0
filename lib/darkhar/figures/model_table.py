"""Every model under every protocol."""

import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.dot_plots import (
    draw_dot,
    draw_references,
    name_rows,
    reference_handles,
    scale_accuracies,
)
from darkhar.figures.style import colour_of, new_figure, styled, wrapped

_NAME_CHARACTERS = 24


@styled
def plot_protocols(table: pd.DataFrame, *, chance: float, majority: float) -> Figure:
    """Accuracies with their intervals: a panel a protocol, a row a model.

    Args:
        table: table with columns `model`, `protocol` (as readers see it), `n`,
            `accuracy`, `low`, `high`.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float. Accuracy of naming the most frequent class, drawn as a line.
    """
    models = list(table["model"].unique())
    protocols = list(table.groupby("protocol", sort=False))
    figure = new_figure(height=1.5 + 0.27 * len(models))
    axes = figure.subplots(1, len(protocols), sharey=True, squeeze=False)[0]
    for i, (ax, (protocol, rows)) in enumerate(zip(axes, protocols, strict=True)):
        draw_references(ax, chance, majority, named=False)
        for row in rows.itertuples(index=False):
            y, interval = models.index(row.model), (row.low, row.high)
            draw_dot(ax, y, row.accuracy, interval, colour=colour_of(i))
        ax.set_title(f"{wrapped(protocol, 14)}\nn = {rows['n'].iloc[0]}", fontsize=8.5)
        scale_accuracies(ax)
    name_rows(axes[0], [wrapped(name, _NAME_CHARACTERS) for name in models], *axes[1:])
    figure.supxlabel("accuracy", fontsize=9)
    figure.legend(
        handles=reference_handles(chance, majority),
        loc="outside upper right",
        ncols=2,
        fontsize=8,
    )
    return figure

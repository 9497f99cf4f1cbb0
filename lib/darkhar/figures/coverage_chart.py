"""What a recognizer answers, and how well, by how sure it must be."""

import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.style import REFERENCE_COLOUR, colour_of, new_figure, styled


@styled
def plot_coverage(curve: pd.DataFrame, threshold: float) -> Figure:
    """Shares that are answered and accuracy of the answers, by the least probability.

    Args:
        curve: as of `darkhar.study.open_set.OpenSet.curve`.
        threshold: float. The one that was chosen, drawn as a line.
    """
    figure = new_figure(width=5.2, height=3.0)
    ax = figure.subplots()
    lines = {
        "accuracy": "answered clips: right",
        "answered": "clips of the actions: answered",
        "strangers": "people who do something else: answered",
    }
    for number, (column, name) in enumerate(lines.items()):
        ax.plot(
            curve["threshold"],
            curve[column],
            color=colour_of((2, 0, 4)[number]),
            label=name,
        )
    ax.axvline(threshold, color=REFERENCE_COLOUR, linestyle="--", linewidth=1)
    ax.annotate(
        f"{threshold:.2f}",
        (threshold, 1.01),
        xycoords=("data", "axes fraction"),
        ha="center",
        va="bottom",
        fontsize=8,
        color=REFERENCE_COLOUR,
    )
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("least probability of an answer")
    ax.set_ylabel("share")
    figure.legend(loc="outside lower center", ncols=1)
    return figure

"""What each enhancement gives the pose branch, and what it costs."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from darkhar.figures.dot_plots import (
    draw_dot,
    draw_interval,
    draw_references,
    name_rows,
)
from darkhar.figures.style import (
    VAL_COLOUR,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_NAME_CHARACTERS = 28
_TITLE_PAD = 16  # Points: the names of the lines of reference stand below.


@styled
def plot_enhancement_comparison(
    comparison: pd.DataFrame, cost: pd.DataFrame, *, chance: float, majority: float
) -> Figure:
    """What each enhancement gives: keypoint score, accuracy, and at what cost.

    Args:
        comparison: table with columns `enhancement`, `score` (mean score of the
            keypoints), `accuracy`, `low`, `high`, `n`.
        cost: table with columns `enhancement`, `milliseconds` (per frame); the same
            enhancements in any order.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float. Accuracy of naming the most frequent class, drawn as a line.
    """
    names = list(comparison["enhancement"])
    figure = new_figure(height=0.9 + 0.3 * len(names))
    scores, accuracies, costs = figure.subplots(
        1, 3, sharey=True, width_ratios=[1, 1.5, 1]
    )
    draw_references(accuracies, chance, majority)
    for y, row in enumerate(comparison.itertuples(index=False)):
        draw_dot(scores, y, row.score, colour=colour_of(0))
        interval = (row.low, row.high)
        draw_dot(accuracies, y, row.accuracy, interval, colour=VAL_COLOUR)
    _draw_costs(costs, cost.set_index("enhancement")["milliseconds"][names])
    scores.set_title("mean keypoint score", pad=_TITLE_PAD)
    accuracies.set_title("accuracy", pad=_TITLE_PAD)
    accuracies.set_xlabel(f"n = {comparison['n'].iloc[0]} clips")
    for ax in (scores, accuracies):
        ax.set_xlim(0, 1)
    labels = [wrapped(name, _NAME_CHARACTERS) for name in names]
    name_rows(scores, labels, accuracies, costs)
    return figure


def _draw_costs(ax: Axes, milliseconds: pd.Series) -> None:
    for y, value in enumerate(milliseconds):
        draw_interval(ax, y, (0, value), color="#bbbbbb", linewidth=1)
        draw_dot(ax, y, value, colour=colour_of(2))
        ax.annotate(
            f"{value:.2g}" if value < 10 else f"{value:.0f}",
            (value, y),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
        )
    ax.set_xlim(0, 1.25 * milliseconds.max() or 1.0)
    ax.set_title("milliseconds a frame", pad=_TITLE_PAD)

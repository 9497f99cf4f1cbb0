"""Accuracies with their intervals, compared name by name."""

import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.dot_plots import (
    draw_dot,
    draw_references,
    name_rows,
    write_beside,
)
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_NAME_CHARACTERS = 28


@styled
def plot_intervals(table: pd.DataFrame, *, chance: float, majority: float) -> Figure:
    """Dots with their intervals, a row a name, on an axis from 0 to 1.

    Args:
        table: table with columns `name`, `value`, `low`, `high` and `n` (clips that it
            is of), from top to bottom.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float. Accuracy of naming the most frequent class, drawn as a line.
    """
    labels = [wrapped(name, _NAME_CHARACTERS) for name in table["name"]]
    heights = [max(0.32, 0.14 * (1 + label.count("\n")) + 0.08) for label in labels]
    figure = new_figure(height=0.75 + sum(heights))
    ax = figure.subplots()
    draw_references(ax, chance, majority)
    for y, row in enumerate(table.itertuples(index=False)):
        draw_dot(ax, y, row.value, (row.low, row.high), colour=colour_of(0))
        write_beside(ax, y, f"{row.n}", fontsize=7, color=REFERENCE_COLOUR)
    ax.text(1.02, 1.01, "n", transform=ax.transAxes, va="bottom", fontsize=8)
    name_rows(ax, labels)
    ax.set_xlim(0, 1)
    ax.set_xlabel("accuracy")
    return figure

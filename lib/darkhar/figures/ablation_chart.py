"""What each choice changes: a panel for each, everything else as in the run."""

from collections.abc import Collection

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.dot_plots import (
    dot_handle,
    draw_dot,
    draw_references,
    name_rows,
    reference_handles,
    scale_accuracies,
)
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    colour_of,
    new_figure,
    panels,
    styled,
    wrapped,
)

_COLOURS = {"appearance": colour_of(0), "pose": colour_of(4), "both": colour_of(2)}
_COLUMNS = 2
_NAME_CHARACTERS = 24


@styled
def plot_ablations(table: pd.DataFrame, *, chance: float, majority: float) -> Figure:
    """Small multiples: a panel a factor, a row a setting, a colour a branch.

    Filled dots are clips whose scene was not fitted with their class, hollow ones those
    of random folds.

    Args:
        table: table with columns `factor`, `setting`, `branch` (`"appearance"`,
            `"pose"` or `"both"`), `protocol` (splitter's name), `accuracy`, `low`,
            `high`, `n`.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float. Accuracy of naming the most frequent class, drawn as a line.
    """
    factors = dict(list(table.groupby("factor", sort=False)))
    rows = [part["setting"].nunique() for part in factors.values()]
    heights = [max(rows[i : i + _COLUMNS]) for i in range(0, len(rows), _COLUMNS)]
    figure = new_figure(height=1.0 + 0.62 * len(heights) + 0.24 * sum(heights))
    axes = panels(
        figure,
        len(factors),
        columns=_COLUMNS,
        height_ratios=[height + 0.8 for height in heights],
    )
    for (ax,), (factor, part) in zip(axes, factors.items(), strict=True):
        draw_references(ax, chance, majority, named=False)
        _draw_factor(ax, part)
        ax.set_title(f"{factor} (n = {part['n'].iloc[0]})")
    figure.supxlabel("accuracy on held-out training clips", fontsize=9)
    figure.legend(
        handles=_handles(set(table["branch"])) + reference_handles(chance, majority),
        loc="outside upper center",
        ncols=4,
        fontsize=8,
    )
    return figure


def _draw_factor(ax: Axes, table: pd.DataFrame) -> None:
    """A row a setting; its branches one above the other."""
    names = []
    for number, (setting, rows) in enumerate(table.groupby("setting", sort=False)):
        names.append(wrapped(setting, _NAME_CHARACTERS))
        branches = list(rows["branch"].unique())
        for row in rows.itertuples(index=False):
            place = branches.index(row.branch) - (len(branches) - 1) / 2
            y, colour = number + 0.36 * place, _COLOURS[row.branch]
            if row.protocol == "stratified":
                draw_dot(ax, y, row.accuracy, colour=colour, size=6, hollow=True)
            else:
                draw_dot(ax, y, row.accuracy, (row.low, row.high), colour=colour)
    name_rows(ax, names)
    scale_accuracies(ax)
    ax.tick_params(axis="y", labelsize=7.5)
    ax.grid(visible=True, axis="y")


def _handles(branches: Collection[str]) -> list[Line2D]:
    return [
        *(
            Line2D([], [], color=colour, label=branch, linewidth=3)
            for branch, colour in _COLOURS.items()
            if branch in branches
        ),
        dot_handle("scenes of a class held out", colour=REFERENCE_COLOUR),
        dot_handle("random folds", colour=REFERENCE_COLOUR, hollow=True),
    ]

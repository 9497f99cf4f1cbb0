"""What each choice changes: a panel for each, everything else as in the run."""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.comparison import draw_references, name_rows, reference_handles
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_BRANCH_COLOURS = {"appearance": 0, "pose": 4, "both": 2}
_COLUMNS = 2
_NAME_CHARACTERS = 24


@styled
def plot_ablations(
    table: pd.DataFrame, *, chance: float, majority: float | None = None
) -> Figure:
    """Small multiples: a panel a factor, a row a setting, a colour a branch.

    Filled dots are clips whose scene was not fitted with their class, hollow ones those
    of random folds.

    Args:
        table: table with columns `factor`, `setting`, `branch` (`"appearance"`,
            `"pose"` or `"both"`), `protocol` (splitter's name), `accuracy`, `low`,
            `high`, `n`.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float or None. Accuracy of naming the most frequent class, drawn as a
            line. Defaults to None.
    """
    factors = list(dict.fromkeys(table["factor"]))
    parts = {factor: table[table["factor"] == factor] for factor in factors}
    rows = {
        factor: list(dict.fromkeys(part["setting"])) for factor, part in parts.items()
    }
    pairs = [factors[i : i + _COLUMNS] for i in range(0, len(factors), _COLUMNS)]
    heights = [max(len(rows[factor]) for factor in pair) for pair in pairs]
    figure = new_figure(height=1.0 + 0.62 * len(pairs) + 0.24 * sum(heights))
    axes = figure.subplots(
        math.ceil(len(factors) / _COLUMNS),
        _COLUMNS,
        squeeze=False,
        height_ratios=[height + 0.8 for height in heights],
    )
    for ax in axes.flat[len(factors) :]:
        ax.remove()
    for ax, (factor, part) in zip(axes.flat, parts.items(), strict=False):
        draw_references(ax, chance, majority, named=False)
        for row in part.itertuples(index=False):
            branches = part.loc[part["setting"] == row.setting, "branch"]
            y = rows[factor].index(row.setting) + _offset(row.branch, branches)
            colour = colour_of(_BRANCH_COLOURS[row.branch])
            if row.protocol == "stratified":
                ax.plot(row.accuracy, y, "o", color=colour, fillstyle="none")
            else:
                ax.plot([row.low, row.high], [y, y], color=colour)
                ax.plot(row.accuracy, y, "o", color=colour, markersize=5)
        name_rows(ax, [wrapped(name, _NAME_CHARACTERS) for name in rows[factor]])
        ax.set_title(f"{factor} (n = {_count(part)})")
        ax.set_xlim(-0.03, 1.03)
        ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        ax.tick_params(axis="y", labelsize=7.5)
        ax.grid(axis="both")
    figure.supxlabel("accuracy on held-out training clips", fontsize=9)
    figure.legend(
        handles=_handles(table) + reference_handles(chance, majority),
        loc="outside upper center",
        ncols=4,
        fontsize=8,
    )
    return figure


def _offset(branch: str, branches: pd.Series) -> float:
    """Where a branch's dot stands in the row of a setting."""
    shown = list(dict.fromkeys(branches))
    return (shown.index(branch) - (len(shown) - 1) / 2) * 0.36


def _count(part: pd.DataFrame) -> str:
    fewest, most = np.min(part["n"]), np.max(part["n"])
    return f"{fewest}" if fewest == most else f"{fewest} to {most}"


def _handles(table: pd.DataFrame) -> list[Line2D]:
    branches = [b for b in _BRANCH_COLOURS if b in set(table["branch"])]
    handles = [
        Line2D([], [], color=colour_of(_BRANCH_COLOURS[b]), label=b, linewidth=3)
        for b in branches
    ]
    dot = {"color": REFERENCE_COLOUR, "marker": "o", "markersize": 5}
    return [
        *handles,
        Line2D([], [], label="scenes of a class held out", **dot),
        Line2D([], [], label="random folds", **dot, linestyle="", fillstyle="none"),
    ]

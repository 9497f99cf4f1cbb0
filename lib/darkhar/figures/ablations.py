"""What each choice changes: a panel for each, everything else as in the run."""

import math

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.comparison import name_rows
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_BRANCH_COLOURS = {"appearance": 0, "pose": 4, "both": 2}
_COLUMNS = 2
_NAME_CHARACTERS = 22


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
    rows = {f: _rows(table[table["factor"] == f]) for f in factors}
    pairs = [factors[i : i + _COLUMNS] for i in range(0, len(factors), _COLUMNS)]
    heights = [max(len(rows[f]) for f in pair) for pair in pairs]
    figure = new_figure(height=0.7 + 0.62 * len(pairs) + 0.2 * sum(heights))
    axes = figure.subplots(
        math.ceil(len(factors) / _COLUMNS),
        _COLUMNS,
        squeeze=False,
        height_ratios=[height + 0.8 for height in heights],
    )
    for ax in axes.flat[len(factors) :]:
        ax.remove()
    for ax, factor in zip(axes.flat, factors, strict=False):
        part = table[table["factor"] == factor]
        ax.axvline(chance, color=REFERENCE_COLOUR, linestyle=":", linewidth=1)
        if majority is not None:
            ax.axvline(majority, color=REFERENCE_COLOUR, linestyle="--", linewidth=1)
        for row in part.itertuples(index=False):
            y = rows[factor].index((row.branch, row.setting))
            colour = colour_of(_BRANCH_COLOURS[row.branch])
            if row.protocol == "stratified":
                ax.plot(row.accuracy, y, "o", color=colour, fillstyle="none")
            else:
                ax.plot([row.low, row.high], [y, y], color=colour)
                ax.plot(row.accuracy, y, "o", color=colour, markersize=5)
        name_rows(ax, [wrapped(name, _NAME_CHARACTERS) for _, name in rows[factor]])
        ax.set_title(factor)
        ax.set_xlim(-0.03, 1.03)
        ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        ax.tick_params(axis="y", labelsize=7.5)
        ax.grid(axis="both")
    figure.legend(
        handles=_handles(table), loc="outside lower center", ncols=3, fontsize=8
    )
    return figure


def _rows(part: pd.DataFrame) -> list[tuple[str, str]]:
    return list(dict.fromkeys(zip(part["branch"], part["setting"], strict=True)))


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
        Line2D([], [], label="chance", color=REFERENCE_COLOUR, linestyle=":"),
    ]

"""The paper's central figure: what features know of the scene, and of the action."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.dot_plots import (
    dot_handle,
    draw_dot,
    draw_interval,
    draw_references,
    name_rows,
)
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    TRAIN_COLOUR,
    VAL_COLOUR,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_SCENE_COLOUR = colour_of(2)
_NAME_CHARACTERS = 24
_SIZE = 6
_NULL = {
    "color": REFERENCE_COLOUR,
    "linestyle": "",
    "marker": "|",
    "markersize": 11,
    "markeredgewidth": 1.6,
}


@styled
def plot_scene_probe(table: pd.DataFrame, *, chance: float, majority: float) -> Figure:
    """Scene and action side by side, a row a set of features.

    Left, how well the features name the scene; right, the action: in random folds,
    whose clips are from scenes that were fitted, and on validation clips. The rows are
    sorted by what they know of the scene, most first.

    Args:
        table: table with columns `features`, `scene`, `scene_low`, `scene_high`,
            `null` (mean when scenes are permuted within classes), `random`,
            `validation`, `validation_low`, `validation_high`, `n_train`,
            `n_validation`.
        chance: float. Accuracy of guessing the action.
        majority: float. Accuracy of naming the most frequent class.

    Where the scene could not be probed, the columns on it hold None and the left panel
    says so.
    """
    table = table.sort_values("scene", ascending=False, kind="stable")
    figure = new_figure(height=1.35 + 0.34 * len(table))
    scene, action = figure.subplots(1, 2, sharey=True)
    _draw_scenes(scene, table)
    _draw_actions(action, table)
    draw_references(action, chance, majority)
    labels = [wrapped(name, _NAME_CHARACTERS) for name in table["features"]]
    name_rows(scene, labels, action)
    scene.set_title("names the scene", pad=16)
    action.set_title("names the action", pad=16)
    for ax in (scene, action):
        ax.set_xlim(-0.02, 1.02)
        ax.set_xlabel("accuracy")
    handles = _handles(table["n_train"].iloc[0], table["n_validation"].iloc[0])
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _draw_scenes(ax: Axes, table: pd.DataFrame) -> None:
    if table["scene"].isna().any():
        ax.text(
            0.5,
            0.5,
            "scenes are not known\nor cannot be probed",
            transform=ax.transAxes,
            ha="center",
            va="center",
            color=REFERENCE_COLOUR,
        )
        return
    for y, row in enumerate(table.itertuples(index=False)):
        interval = (row.scene_low, row.scene_high)
        draw_dot(ax, y, row.scene, interval, colour=_SCENE_COLOUR, size=_SIZE)
        ax.plot(row.null, y, **_NULL)


def _draw_actions(ax: Axes, table: pd.DataFrame) -> None:
    for y, row in enumerate(table.itertuples(index=False)):
        gap = (row.random, row.validation)
        draw_interval(ax, y, gap, color="#bbbbbb", linewidth=0.9)
        # All lines below all dots.
        interval = (row.validation_low, row.validation_high)
        draw_interval(ax, y, interval, color=VAL_COLOUR)
        draw_dot(ax, y, row.random, colour=TRAIN_COLOUR, size=_SIZE, hollow=True)
        draw_dot(ax, y, row.validation, colour=VAL_COLOUR, size=_SIZE)


def _handles(n_train: int, n_validation: int) -> list[Line2D]:
    return [
        dot_handle(
            f"scene, random folds (n = {n_train})", colour=_SCENE_COLOUR, size=_SIZE
        ),
        Line2D([], [], label="scenes permuted within classes", **_NULL),
        dot_handle(
            f"action, random folds (n = {n_train})",
            colour=TRAIN_COLOUR,
            size=_SIZE,
            hollow=True,
        ),
        dot_handle(
            f"action, validation (n = {n_validation})", colour=VAL_COLOUR, size=_SIZE
        ),
    ]

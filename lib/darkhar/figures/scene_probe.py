"""The paper's central figure: what features know of the scene, and of the action."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.comparison import draw_references, name_rows
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


def _draw_scene(ax: Axes, row: Any, y: float) -> None:
    ax.plot([row.scene_low, row.scene_high], [y, y], color=_SCENE_COLOUR)
    ax.plot(row.scene, y, "o", color=_SCENE_COLOUR, markersize=6)
    ax.plot(row.null, y, "|", color=REFERENCE_COLOUR, markersize=11, mew=1.6)


@styled
def plot_scene_probe(
    table: pd.DataFrame, *, chance: float, majority: float | None = None
) -> Figure:
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
        majority: float or None. Accuracy of naming the most frequent class. Defaults
            to None.

    Where the scene could not be probed, the columns on it hold None and the left panel
    says so.
    """
    is_probed = not table["scene"].isna().any()
    table = table.sort_values("scene", ascending=False, kind="stable")
    figure = new_figure(height=1.35 + 0.34 * len(table))
    scene, action = figure.subplots(1, 2, sharey=True)
    for y, row in enumerate(table.itertuples(index=False)):
        if is_probed:
            _draw_scene(scene, row, y)
        action.plot(
            [row.random, row.validation], [y, y], color="#bbbbbb", linewidth=0.9
        )
        action.plot([row.validation_low, row.validation_high], [y, y], color=VAL_COLOUR)
        action.plot(
            row.random, y, "o", color=TRAIN_COLOUR, fillstyle="none", markersize=6
        )
        action.plot(row.validation, y, "o", color=VAL_COLOUR, markersize=6)
    if not is_probed:
        scene.text(
            0.5,
            0.5,
            "scenes are not known\nor cannot be probed",
            transform=scene.transAxes,
            ha="center",
            va="center",
            color=REFERENCE_COLOUR,
        )
    draw_references(action, chance, majority)
    name_rows(scene, [wrapped(name, _NAME_CHARACTERS) for name in table["features"]])
    scene.set_title("names the scene", pad=16)
    action.set_title("names the action", pad=16)
    for ax in (scene, action):
        ax.set_xlim(-0.02, 1.02)
        ax.grid(axis="both")
        ax.set_xlabel("accuracy")
    action.tick_params(axis="y", length=0, labelleft=False)
    action.spines["left"].set_visible(False)
    n_train, n_validation = table["n_train"].iloc[0], table["n_validation"].iloc[0]
    dot = {"linestyle": "-", "marker": "o", "markersize": 6}
    figure.legend(
        handles=[
            Line2D(
                [],
                [],
                color=_SCENE_COLOUR,
                label=f"scene, random folds (n = {n_train})",
                **dot,
            ),
            Line2D(
                [],
                [],
                color=REFERENCE_COLOUR,
                linestyle="",
                marker="|",
                markersize=11,
                mew=1.6,
                label="scenes permuted within classes",
            ),
            Line2D(
                [],
                [],
                color=TRAIN_COLOUR,
                label=f"action, random folds (n = {n_train})",
                **dot | {"linestyle": "", "fillstyle": "none"},
            ),
            Line2D(
                [],
                [],
                color=VAL_COLOUR,
                label=f"action, validation (n = {n_validation})",
                **dot,
            ),
        ],
        loc="outside lower center",
        ncols=2,
    )
    return figure

"""Skeletons of keypoints, drawn over the frames that they were found in."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.frames import show_in_units
from darkhar.figures.style import (
    LEFT_COLOUR,
    PAGE_WIDTH,
    RIGHT_COLOUR,
    close_up,
    label_width,
    new_figure,
    styled,
    wrapped,
)
from darkhar.pose.joints import BONES, JOINTS, MIN_SCORE

_BONES = tuple((JOINTS.index(a), JOINTS.index(b)) for a, b in BONES)
_LABEL_CHARACTERS = 14


@styled
def show_skeletons(
    frames: Sequence[np.ndarray],
    keypoints: np.ndarray,
    *,
    row_labels: Sequence[str],
) -> Figure:
    """A grid of frames with the person's skeleton over each.

    Bones and joints beyond a frame's edge are cut off there.

    Args:
        frames: uint8 `[columns, height, width, 3]` per row. A row a clip, its frames
            in time; clips may differ in size.
        keypoints: float `[rows, columns, 17, 3]`, joints in the order of `JOINTS`:
            y and x in units of the frame's height and width, and score.
        row_labels: str per row, as the names of the actions.
    """
    n_rows, n_columns = len(frames), len(frames[0])
    height, width = frames[0].shape[1:3]
    labels = [wrapped(label, _LABEL_CHARACTERS) for label in row_labels]
    cell = (PAGE_WIDTH - label_width(labels)) / n_columns * height / width
    figure = new_figure(height=n_rows * (cell + 0.04) + 0.3)
    axes = figure.subplots(n_rows, n_columns, squeeze=False)
    for (row, column), ax in np.ndenumerate(axes):
        style = {"aspect": height / width, "interpolation": "antialiased"}
        show_in_units(ax, frames[row][column], **style)
        y, x, scores = keypoints[row, column].T
        style = {"linewidth": 1.3, "markersize": 2.4, "outlined": True}
        draw_skeleton(ax, np.stack([x, y], axis=-1), scores, **style)
    for ax, label in zip(axes[:, 0], labels, strict=True):
        ax.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=8)
    figure.legend(handles=side_handles(), loc="outside lower center", ncols=2)
    close_up(figure)
    return figure


def draw_skeleton(
    ax: Axes,
    points: np.ndarray,
    scores: np.ndarray,
    *,
    linewidth: float,
    markersize: float = 0.0,
    outlined: bool = False,
) -> None:
    """Draws one skeleton: bones of the left, the right and across, then joints.

    Joints below `MIN_SCORE` are left out, and so are their bones. Each is one line,
    labelled `_left`, `_right`, `_across` (bones, parted by NaN) or `_joints of ...`.

    Args:
        ax: Axes.
        points: float `[17, 2]`. x and y of each joint, in units of the axes.
        scores: float `[17]`.
        linewidth: float. Points.
        markersize: float. Points; 0 draws no joints. Defaults to 0.
        outlined: bool. Whether all is edged in black, and what lies across is
            white, for bright as well as dark ground. Otherwise that is grey.
            Defaults to False.
    """
    effects = (
        [patheffects.withStroke(linewidth=linewidth + 1.2, foreground="#000000b0")]
        if outlined
        else None
    )
    colours = {
        "across": "white" if outlined else "#888888",
        "left": LEFT_COLOUR,
        "right": RIGHT_COLOUR,
    }
    seen = scores >= MIN_SCORE
    # The same number of lines whatever the scores, so that a line's place says
    # what it is.
    for side, colour in colours.items():
        bones = [
            (points[a], points[b], (np.nan, np.nan))
            for a, b in _bones_of(side)
            if seen[a] and seen[b]
        ]
        ax.plot(
            *np.reshape(bones, (-1, 2)).T,
            color=colour,
            linewidth=linewidth,
            solid_capstyle="round",
            path_effects=effects,
            label=f"_{side}",
        )
    if not markersize:
        return
    for side, colour in colours.items():
        joints = [i for i in range(len(JOINTS)) if seen[i] and _side_of(i) == side]
        ax.plot(
            *points[joints].T,
            "o",
            color=colour,
            markersize=markersize,
            markeredgecolor="black" if outlined else colour,
            markeredgewidth=0.4 if outlined else 0,
            label=f"_joints of {side}",
        )


def side_handles() -> list[Line2D]:
    """What a legend needs to name the two colours."""
    return [
        Line2D([], [], color=colour, linewidth=2, label=f"the person’s {side}")
        for side, colour in (("left", LEFT_COLOUR), ("right", RIGHT_COLOUR))
    ]


def _bones_of(side: str) -> Iterator[tuple[int, int]]:
    for a, b in _BONES:
        # The nose is on no side: its bones are of the other joint's.
        sides = {_side_of(a), _side_of(b)} - {"across"}
        if (sides.pop() if len(sides) == 1 else "across") == side:
            yield a, b


def _side_of(joint: int) -> str:
    side = JOINTS[joint].partition("_")[0]
    return side if side in ("left", "right") else "across"

"""Dot plots (Cleveland 1984): a row a name, dots with intervals, lines of reference."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from darkhar.figures.style import REFERENCE_COLOUR


def draw_dot(
    ax: Axes,
    y: float,
    value: float,
    interval: tuple[float, float] | None = None,
    *,
    colour: str,
    size: float = 5,
    hollow: bool = False,
) -> None:
    """A dot in a row, on the line of its interval.

    Args:
        ax: Axes.
        y: float. The row's number, or beside it.
        value: float.
        interval: lower and upper limit, or None. Defaults to None.
        colour: str.
        size: float. Of the dot, in points. Defaults to 5.
        hollow: bool. Whether the dot is a ring. Defaults to False.
    """
    if interval is not None:
        draw_interval(ax, y, interval, color=colour)
    fill = "none" if hollow else "full"
    ax.plot([value], [y], "o", color=colour, markersize=size, fillstyle=fill)


def draw_interval(
    ax: Axes, y: float, interval: tuple[float, float], **style: Any
) -> None:
    """A line from the lower limit to the upper, with `Line2D`'s style."""
    ax.plot(interval, [y, y], **style)


def dot_handle(
    label: str, *, colour: str, size: float = 5, hollow: bool = False
) -> Line2D:
    """What `draw_dot` draws, for a legend: full dots have intervals, rings none."""
    return Line2D(
        [],
        [],
        color=colour,
        marker="o",
        markersize=size,
        fillstyle="none" if hollow else "full",
        linestyle="" if hollow else "-",
        label=label,
    )


def name_rows(ax: Axes, labels: Sequence[str], *beside: Axes) -> None:
    """Makes the y axis one of names, from top to bottom.

    Lines lead upwards from the values; where there are axes beside, also from the names
    across all of them.

    Args:
        ax: Axes.
        labels: str per row.
        *beside: axes to its right that share its y axis: names stand on the left alone.
    """
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    for other in (ax, *beside):
        other.tick_params(axis="y", length=0, labelleft=other is ax)
        other.spines["left"].set_visible(False)
        other.grid(visible=True, axis="x")
        other.grid(visible=bool(beside), axis="y")


def write_beside(ax: Axes, y: float, text: str, **style: Any) -> None:
    """Text to the right of a row, outside the axes, with `Text`'s style."""
    place = ax.get_yaxis_transform()
    ax.text(1.02, y, text, transform=place, va="center", **style)


def scale_accuracies(ax: Axes) -> None:
    """An x axis of accuracies in a panel too narrow for more than three numbers."""
    ax.set_xlim(-0.03, 1.03)
    ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])


def draw_references(
    ax: Axes, chance: float, majority: float | None, *, named: bool = True
) -> None:
    """Upright lines at chance and majority; where both are the same, one for both.

    Args:
        ax: axes of accuracies from left to right.
        chance: float. Accuracy of guessing.
        majority: float or None. Accuracy of naming the most frequent class.
        named: bool. Whether their names stand above, the lower one's to its left.
            Defaults to True.
    """
    lines = _references(chance, majority)
    for i, (value, name, style) in enumerate(lines):
        ax.axvline(
            value, color=REFERENCE_COLOUR, linestyle=style, linewidth=1, zorder=1
        )
        if not named:
            continue
        ax.text(
            value,
            1.01,
            name,
            transform=ax.get_xaxis_transform(),
            ha="center" if len(lines) == 1 else ("right", "left")[i],
            va="bottom",
            fontsize=7,
            color=REFERENCE_COLOUR,
        )


def reference_handles(chance: float, majority: float) -> list[Line2D]:
    """The lines of `draw_references` for a legend."""
    return [
        Line2D([], [], color=REFERENCE_COLOUR, linestyle=style, linewidth=1, label=name)
        for _, name, style in _references(chance, majority)
    ]


def _references(chance: float, majority: float | None) -> list[tuple[float, str, str]]:
    """Value, name and line style of each line, the lowest value first."""
    if majority is None:
        return [(chance, "chance", ":")]
    if np.isclose(majority, chance):
        return [(chance, "chance = majority", ":")]
    return sorted([(chance, "chance", ":"), (majority, "majority", "--")])

"""Accuracies with their intervals, compared name by name."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.style import (
    REFERENCE_COLOUR,
    VAL_COLOUR,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_MARKERS = "osD^v"
_NAME_CHARACTERS = 28


@dataclasses.dataclass(frozen=True)
class Interval:
    """A value with its interval.

    Args:
        name: str. Which line it stands on. Values of one name stand under each
            other.
        value: float.
        low: float. Lower limit.
        high: float. Upper limit.
        n: int. Clips that it is of.
        series: str. Which of the values of one name it is, as the kind of fold:
            a marker each. Defaults to none.
        group: str. What the names have in common, as the branch: a colour each.
            Defaults to none; then the series have the colours.
    """

    name: str
    value: float
    low: float
    high: float
    n: int
    series: str = ""
    group: str = ""


@styled
def plot_intervals(
    rows: Sequence[Interval | Mapping[str, Any]],
    *,
    chance: float,
    majority: float | None = None,
    xlabel: str = "accuracy",
) -> Figure:
    """Dots with their intervals, a line a name, on an axis from 0 to 1.

    Args:
        rows: `Interval` or mapping of its fields, from top to bottom.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float or None. Accuracy of always giving the most frequent class,
            drawn as a line. Defaults to None.
        xlabel: str. Defaults to `"accuracy"`.
    """
    rows = [row if isinstance(row, Interval) else Interval(**row) for row in rows]
    names = list(dict.fromkeys(row.name for row in rows))
    series = list(dict.fromkeys(row.series for row in rows))
    groups = list(dict.fromkeys(row.group for row in rows))
    offsets = _offsets(len(series))
    labels = [wrapped(name, _NAME_CHARACTERS) for name in names]
    has_legend = any(groups) or any(series)
    figure = new_figure(
        height=0.75
        + (0.25 if has_legend else 0)
        + sum(
            max(0.16 + 0.16 * len(series), 0.14 * (1 + label.count("\n")) + 0.08)
            for label in labels
        )
    )
    ax = figure.subplots()
    draw_references(ax, chance, majority)
    for row in rows:
        y = names.index(row.name) + offsets[series.index(row.series)]
        colour = (
            colour_of(groups.index(row.group))
            if any(groups)
            else colour_of(series.index(row.series))
        )
        _draw_interval(ax, row, y, colour, _marker_of(series.index(row.series)))
    for y, n in _counts(rows, names, offsets, series):
        ax.text(
            1.02,
            y,
            f"{n}",
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize=7,
            color=REFERENCE_COLOUR,
        )
    ax.text(1.02, 1.01, "n", transform=ax.transAxes, va="bottom", fontsize=8)
    name_rows(ax, labels)
    ax.set_xlim(0, 1)
    ax.set_xlabel(xlabel)
    if has_legend:
        figure.legend(
            handles=_handles(groups, series), loc="outside upper center", ncols=4
        )
    return figure


@styled
def plot_enhancement_comparison(
    comparison: pd.DataFrame,
    cost: pd.DataFrame | None = None,
    *,
    chance: float | None = None,
    majority: float | None = None,
) -> Figure:
    """What each enhancement gives: keypoint score, accuracy, and at what cost.

    Args:
        comparison: table with columns `enhancement`, `score` (mean score of the
            keypoints), `accuracy`, `low`, `high`, `n`.
        cost: table with columns `enhancement`, `milliseconds` (per frame), or None.
            Defaults to None.
        chance: float or None. Accuracy of guessing, drawn as a line. Defaults to
            None.
        majority: float or None. Accuracy of naming the most frequent class, drawn as a
            line. Defaults to None.
    """
    names = list(comparison["enhancement"])
    figure = new_figure(height=0.75 + 0.3 * len(names))
    ratios = [1, 1.5] if cost is None else [1, 1.5, 1]
    axes = figure.subplots(1, len(ratios), sharey=True, width_ratios=ratios)
    y = np.arange(len(names))
    scores, accuracies = axes[:2]
    scores.plot(comparison["score"], y, "o", color=colour_of(0), markersize=5)
    scores.set_title("mean keypoint score")
    if chance is not None:
        draw_references(accuracies, chance, majority)
    for i, row in enumerate(comparison.itertuples(index=False)):
        interval = Interval(row.enhancement, row.accuracy, row.low, row.high, row.n)
        _draw_interval(accuracies, interval, i, VAL_COLOUR, "o")
    counts = sorted(set(comparison["n"]))
    clips = (
        f"n = {counts[0]}" if len(counts) == 1 else f"n = {counts[0]} to {counts[-1]}"
    )
    accuracies.set_title("accuracy")
    accuracies.set_xlabel(f"{clips} clips")
    for ax in (scores, accuracies):
        ax.set_xlim(0, 1)
    name_rows(scores, [wrapped(name, _NAME_CHARACTERS) for name in names])
    if cost is not None:
        _draw_costs(axes[2], names, cost)
    for ax in axes[1:]:
        ax.tick_params(axis="y", length=0, labelleft=False)
        ax.spines["left"].set_visible(False)
    for ax in axes:
        ax.grid(axis="both")
    return figure


def _draw_costs(ax: Axes, names: Sequence[str], cost: pd.DataFrame) -> None:
    milliseconds = dict(zip(cost["enhancement"], cost["milliseconds"], strict=True))
    shown = [
        (i, milliseconds[name]) for i, name in enumerate(names) if name in milliseconds
    ]
    for i, value in shown:
        ax.plot([0, value], [i, i], color="#bbbbbb", linewidth=1)
        ax.annotate(
            f"{value:.2g}" if value < 10 else f"{value:.0f}",
            (value, i),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
        )
    ax.plot(*np.reshape(shown, (-1, 2)).T[::-1], "o", color=colour_of(2), markersize=5)
    highest = max((value for _, value in shown), default=0.0)
    ax.set_xlim(0, 1.25 * highest or 1.0)
    ax.set_title("milliseconds a frame")


def reference_lines(
    chance: float, majority: float | None
) -> list[tuple[float, str, str]]:
    """Where the lines at chance and majority go, what they are called, and their style.

    Args:
        chance: float. Accuracy of guessing.
        majority: float or None. Accuracy of naming the most frequent class.

    Returns:
        list of value, name and matplotlib's line style, the lowest value first; where
        both are the same, one line for both.
    """
    if majority is None:
        return [(chance, "chance", ":")]
    if np.isclose(majority, chance):
        return [(chance, "chance = majority", ":")]
    return sorted([(chance, "chance", ":"), (majority, "majority", "--")])


def reference_handles(chance: float, majority: float | None) -> list[Line2D]:
    """The lines of `reference_lines` for a legend."""
    return [
        Line2D([], [], color=REFERENCE_COLOUR, linestyle=style, linewidth=1, label=name)
        for _, name, style in reference_lines(chance, majority)
    ]


def draw_references(
    ax: Axes, chance: float, majority: float | None, *, named: bool = True
) -> None:
    """Draws `reference_lines`.

    Args:
        ax: axes of accuracies from left to right.
        chance, majority: as in `reference_lines`.
        named: bool. Whether their names stand above, the lower one's to its left.
            Defaults to True.
    """
    lines = reference_lines(chance, majority)
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


def _draw_interval(ax: Axes, row: Interval, y: float, colour: str, marker: str) -> None:
    ax.plot([row.low, row.high], [y, y], color=colour, linewidth=1.4)
    ax.plot([row.value], [y], marker, color=colour, markersize=5)


def name_rows(ax: Axes, labels: Sequence[str]) -> None:
    """Makes the y axis one of names, from top to bottom."""
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x")


def _handles(groups: Sequence[str], series: Sequence[str]) -> list[Line2D]:
    """Colours of the groups, markers of the series."""
    style = {"linestyle": "-", "linewidth": 1.4, "markersize": 5}
    grouped = any(groups)
    handles = [
        Line2D([], [], color=colour_of(i), label=group, **style)
        for i, group in enumerate(groups)
        if group
    ]
    return handles + [
        Line2D(
            [],
            [],
            color=REFERENCE_COLOUR if grouped else colour_of(i),
            marker=_marker_of(i),
            label=name,
            **{**style, "linestyle": "" if grouped else "-"},
        )
        for i, name in enumerate(series)
        if name
    ]


def _counts(
    rows: Sequence[Interval],
    names: Sequence[str],
    offsets: np.ndarray,
    series: Sequence[str],
) -> list[tuple[float, int]]:
    """Where which `n` goes: once a name, if all that have it agree."""
    counts = []
    for i, name in enumerate(names):
        own = [row for row in rows if row.name == name]
        if len({row.n for row in own}) == 1:
            counts.append((float(i), own[0].n))
        else:
            counts += [(i + offsets[series.index(row.series)], row.n) for row in own]
    return counts


def _offsets(n: int) -> np.ndarray:
    return (np.arange(n) - (n - 1) / 2) * (0.6 / max(n, 2))


def _marker_of(index: int) -> str:
    return _MARKERS[index % len(_MARKERS)]

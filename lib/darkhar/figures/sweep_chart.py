"""Results of a sweep, setting by setting and seed by seed."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from darkhar.figures.dot_plots import draw_interval, draw_references, name_rows
from darkhar.figures.style import PALETTE, new_figure, styled, wrapped

_NAME_CHARACTERS = 34


@styled
def plot_sweep(
    values: Mapping[str, Sequence[float]],
    *,
    xlabel: str,
    intervals: Mapping[str, tuple[float, float]],
    chance: float | None,
) -> Figure:
    """A line a setting: a dot for each seed, a stroke at their mean.

    Args:
        values: mapping of setting to its values, one for each seed, from top to bottom.
        xlabel: str. What the values are.
        intervals: mapping of setting to lower and upper limit, drawn as a line behind;
            settings may be missing.
        chance: float or None. Accuracy of guessing, drawn as a line; the axis then
            goes from 0 to 1.
    """
    names = [wrapped(name, _NAME_CHARACTERS) for name in values]
    lines = sum(1 + name.count("\n") for name in names)
    figure = new_figure(height=0.8 + 0.16 * lines + 0.06 * len(names))
    ax = figure.add_subplot()
    for y, (name, points) in enumerate(values.items()):
        if name in intervals:
            line = {"color": "#bbbbbb", "linewidth": 3, "zorder": 1}
            draw_interval(ax, y, intervals[name], **line)
        dots = {"color": PALETTE[0], "ms": 4, "zorder": 2, "clip_on": False}
        ax.plot(points, np.full(len(points), y), "o", **dots)
        stroke = {"color": PALETTE[4], "ms": 14, "mew": 2, "zorder": 3}
        ax.plot(np.mean(points), y, "|", **stroke, clip_on=False)
    name_rows(ax, names)
    ax.set_xlabel(xlabel)
    if chance is not None:
        ax.set_xlim(0, 1)
        draw_references(ax, chance, None)
    return figure

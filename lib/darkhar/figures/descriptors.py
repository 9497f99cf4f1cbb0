"""Kinematic descriptors of clips: how far they tell the actions apart."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.style import (
    colour_of,
    label_width,
    marker_of,
    new_figure,
    panels,
    styled,
    wrapped,
)

_PANELS_IN_A_ROW = (4, 3)
_DOT = {"linestyle": "", "markersize": 2.4, "markeredgewidth": 0}


@styled
def plot_kinematics(
    values: np.ndarray,
    names: Sequence[str],
    labels: np.ndarray,
    class_names: Sequence[str],
    *,
    scenes: np.ndarray,
) -> Figure:
    """A panel for each descriptor: a dot for each clip, a column for each action.

    A column is parted into the scenes of its action, each with its median and marker.
    Their dots rise from left to right, so that none hides another; a line is their
    median.

    Args:
        values: float `[clips, descriptors]`.
        names: str per descriptor, the title of its panel.
        labels: int `[clips]`.
        class_names: str per class.
        scenes: str `[clips]`; empty where unknown.
    """
    known = sorted(set(scenes.tolist()), key=lambda s: (s == "", len(s), s))
    # As many in a row as leave the fewest places of the last one empty.
    columns = min(_PANELS_IN_A_ROW, key=lambda n: -len(names) % n)
    columns = min(columns, len(names))
    titles = [wrapped(name, 26) for name in names]
    figure = new_figure(height=_height(titles, class_names, columns))
    axes = panels(figure, len(names), columns=columns)
    for number, (ax,) in enumerate(axes):
        for label in range(len(class_names)):
            of_class = {
                scene: values[(labels == label) & (scenes == scene), number]
                for scene in known
            }
            _draw_class(ax, label, of_class)
        ax.set_title(titles[number], fontsize=8, pad=3)
        ax.set_xlim(-0.6, len(class_names) - 0.4)
        # The last panel of a column names the actions.
        shown = class_names if number + columns >= len(names) else []
        ax.set_xticks(range(len(class_names)), shown, rotation=90, fontsize=7)
        ax.tick_params(axis="x", length=0)
        ax.tick_params(axis="y", labelsize=7)
        ax.locator_params(axis="y", nbins=4)
    figure.legend(
        handles=_handles(known),
        title="scene",
        title_fontsize=8,
        loc="outside lower center",
        ncols=min(len(known), 12),
        handletextpad=0.1,
        columnspacing=1.0,
    )
    return figure


def _height(titles: Sequence[str], class_names: Sequence[str], columns: int) -> float:
    """Inches: panels, names of actions at the foot of columns, titles, the legend."""
    feet = 2 if len(titles) % columns else 1
    broken = sum(title.count("\n") for title in titles[::columns])
    bands = -(-len(titles) // columns)
    return 1.3 * bands + feet * label_width(class_names, 7) + 0.13 * broken + 0.6


def _draw_class(ax: Axes, label: int, by_scene: Mapping[str, np.ndarray]) -> None:
    """The column of a class: of each of its scenes the median, and dots by rank."""
    scenes = list(by_scene)
    here = [scene for scene in scenes if len(by_scene[scene])]
    width = 0.8 / max(len(here), 1)
    for number, scene in enumerate(here):
        centre = label - 0.4 + (number + 0.5) * width
        values, marker = np.sort(by_scene[scene]), marker_of(scenes.index(scene))
        spread = np.linspace(-0.4, 0.4, len(values)) if len(values) > 1 else np.zeros(1)
        ends = [centre - 0.48 * width, centre + 0.48 * width]
        ax.plot(ends, [np.median(values)] * 2, color="black", linewidth=1.1)
        style = {"color": colour_of(label), "marker": marker, **_DOT}
        ax.plot(centre + width * spread, values, **style)


def _handles(scenes: Sequence[str]) -> list[Line2D]:
    style = {**_DOT, "color": "#444444", "markersize": 4}
    return [
        Line2D([], [], marker=marker_of(i), label=scene or "unknown", **style)
        for i, scene in enumerate(scenes)
    ]

"""Kinematic descriptors of clips: how far they tell the actions apart."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from darkhar.figures.style import colour_of, label_width, new_figure, styled, wrapped

_PANELS_IN_A_ROW = (4, 3)
_MARKERS = "os^Dv<>PXphd"
_DOT = {"linestyle": "", "markersize": 2.4, "markeredgewidth": 0}


@styled
def plot_kinematics(
    values: np.ndarray,
    names: Sequence[str],
    labels: np.ndarray,
    class_names: Sequence[str],
    *,
    scenes: Sequence[str] | None = None,
) -> Figure:
    """A panel for each descriptor: a dot for each clip, a column for each action.

    The dots of a column rise from left to right, so that none hides another; a line
    is their median. With scenes, a column is parted into those of its action, each
    with its median and marker.

    Args:
        values: float `[clips, descriptors]`.
        names: str per descriptor, the title of its panel.
        labels: int `[clips]`.
        class_names: str per class.
        scenes: str per clip; empty where unknown. Defaults to none.
    """
    labels = np.asarray(labels)
    places = np.asarray([""] * len(labels) if scenes is None else list(scenes))
    known = sorted(set(places.tolist()), key=lambda s: (s == "", len(s), s))
    # As many in a row as leave the fewest places of the last one empty.
    columns = min(_PANELS_IN_A_ROW, key=lambda n: -len(names) % n)
    columns = min(columns, len(names))
    bands = -(-len(names) // columns)
    titles = [wrapped(name, 26) for name in names]
    names_height = label_width(class_names, fontsize=7)
    figure = new_figure(
        height=bands * 1.3
        + names_height * (2 if len(names) % columns else 1)
        + 0.13 * sum(title.count("\n") for title in titles[::columns])
        + (0.2 if scenes is None else 0.6)
    )
    axes = figure.subplots(bands, columns, squeeze=False)
    for number, ax in enumerate(axes.flat):
        if number >= len(names):
            ax.remove()
            continue
        for label in range(len(class_names)):
            of_class = labels == label
            here = [s for s in known if (of_class & (places == s)).any()]
            for i, scene in enumerate(here):
                width = 0.8 / len(here)
                _draw_column(
                    ax,
                    np.sort(values[of_class & (places == scene), number]),
                    centre=label - 0.4 + (i + 0.5) * width,
                    width=0.8 * width,
                    colour=colour_of(label),
                    marker=_marker_of(known.index(scene)),
                )
        ax.set_title(titles[number], fontsize=8, pad=3)
        ax.set_xlim(-0.6, len(class_names) - 0.4)
        # The last panel of a column names the actions.
        if number + columns >= len(names):
            ax.set_xticks(range(len(class_names)), class_names, rotation=90, fontsize=7)
        else:
            ax.set_xticks(range(len(class_names)), [])
        ax.tick_params(axis="x", length=0)
        ax.tick_params(axis="y", labelsize=7)
        ax.locator_params(axis="y", nbins=4)
    if scenes is not None:
        handles = [
            Line2D(
                [],
                [],
                marker=_marker_of(i),
                color="#444444",
                label=scene or "unknown",
                **{**_DOT, "markersize": 4},
            )
            for i, scene in enumerate(known)
        ]
        figure.legend(
            handles=handles,
            title="scene",
            title_fontsize=8,
            loc="outside lower center",
            ncols=min(len(known), 12),
            handletextpad=0.1,
            columnspacing=1.0,
        )
    return figure


def _draw_column(
    ax: Axes,
    values: np.ndarray,
    *,
    centre: float,
    width: float,
    colour: str,
    marker: str,
) -> None:
    """The median of ascending values, and they, spread by rank."""
    spread = np.linspace(-0.5, 0.5, len(values)) if len(values) > 1 else np.zeros(1)
    ends = [centre - 0.6 * width, centre + 0.6 * width]
    ax.plot(ends, [np.median(values)] * 2, color="black", linewidth=1.1)
    ax.plot(centre + width * spread, values, marker=marker, color=colour, **_DOT)


def _marker_of(index: int) -> str:
    return _MARKERS[index % len(_MARKERS)]

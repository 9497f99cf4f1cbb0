"""Pictures of frames: the only figures that show what a camera recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from darkhar.figures.style import PAGE_WIDTH, bare, close_up, new_figure, styled

_LABEL_WIDTH = 0.75  # inches


@styled
def show_frame_grid(
    rows: Mapping[str, Sequence[np.ndarray]], *, titles: Sequence[str]
) -> Figure:
    """A grid of frames, one row a name.

    Args:
        rows: mapping of row label to frames, uint8 `[height, width, 3]`, all
            rows equally long.
        titles: str per column, above the first row.
    """
    height, width = next(iter(rows.values()))[0].shape[:2]
    cell = (PAGE_WIDTH - _LABEL_WIDTH) / len(titles) * height / width
    figure = new_figure(height=len(rows) * (cell + 0.04) + 0.25)
    axes = figure.subplots(len(rows), len(titles), squeeze=False)
    for ax_row, (label, frames) in zip(axes, rows.items(), strict=True):
        for ax, frame in zip(ax_row, frames, strict=True):
            bare(ax)
            ax.imshow(frame, interpolation="antialiased")
        ax_row[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=8)
    for ax, title in zip(axes[0], titles, strict=True):
        ax.set_title(title, fontsize=8, pad=2)
    close_up(figure)
    return figure


def show_recorded_and_brightened(
    frames: Sequence[np.ndarray], *, titles: Sequence[str]
) -> Figure:
    """Frames as they were recorded, and below each brightened by itself.

    Args:
        frames: uint8 `[height, width, 3]` each.
        titles: str per frame.
    """
    rows = {"recorded": frames, "brightened": [brighten(frame) for frame in frames]}
    return show_frame_grid(rows, titles=titles)


def show_in_units(ax: Axes, image: np.ndarray, *, aspect: float, **style: Any) -> None:
    """Shows an image in axes in units of its height and width, y downwards.

    Args:
        ax: Axes.
        image: `[height, width]` or `[height, width, 3]`.
        aspect: float. Height over width of the frame.
        **style: as of `Axes.imshow`.
    """
    bare(ax)
    ax.imshow(image, extent=(0, 1, 1, 0), aspect=aspect, **style)
    ax.set_xlim(0, 1)
    ax.set_ylim(1, 0)


def brighten(frames: np.ndarray, *, percentile: float = 99.5) -> np.ndarray:
    """Scales frames linearly so that a person can see them.

    For looking only; no classifier is shown these.

    Args:
        frames: uint8 `[..., height, width, 3]`.
        percentile: float. This percentile of the values becomes 255. Defaults
            to 99.5.

    Returns:
        uint8, same shape.
    """
    white = max(float(np.percentile(frames, percentile)), 1.0)
    return np.clip(frames * (255.0 / white), 0, 255).round().astype(np.uint8)

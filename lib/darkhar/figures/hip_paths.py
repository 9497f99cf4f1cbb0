"""Where the hips go in the picture, as filmed and with the camera held still."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from darkhar.figures.style import REFERENCE_COLOUR, colour_of, new_figure, styled
from darkhar.pose.joints import HIPS
from darkhar.pose.pose_clips import PoseClips

_CLIPS_OF_A_CLASS = 5


@styled
def plot_hip_paths(
    poses: Mapping[str, PoseClips], labels: np.ndarray, class_names: Sequence[str]
) -> Figure:
    """The paths of the middle of the hips, from where each begins to a dot.

    A column a class, with its first five clips, to one scale; a row a way of seeing.

    Args:
        poses: mapping of a way's name to `PoseClips` of the same clips.
        labels: int `[clips]`.
        class_names: str. By class id.
    """
    figure = new_figure(height=1.4 * len(poses) + 0.5)
    axes = figure.subplots(len(poses), len(class_names), squeeze=False)
    for column, (label, title) in zip(axes.T, enumerate(class_names), strict=True):
        clips = np.flatnonzero(labels == label)[:_CLIPS_OF_A_CLASS]
        paths = [_hips(seen.select(clips)) for seen in poses.values()]
        column[0].set_title(title)
        for ax, of_way in zip(column, paths, strict=True):
            for number, path in enumerate(of_way):
                colour = colour_of(number)
                ax.plot(path[:, 1], path[:, 0], linewidth=1.0, color=colour)
                ax.plot(*path[-1, ::-1], "o", markersize=3, color=colour)
            _square(ax, np.concatenate([np.concatenate(way) for way in paths]))
    for row, name in zip(axes, poses, strict=True):
        row[0].set_ylabel(name)
    figure.supxlabel("widths of the frame, from where the hips begin", fontsize=9)
    return figure


def _hips(poses: PoseClips) -> np.ndarray:
    """The middle of the hips from where it begins, y and x, `[clips, frames, 2]`."""
    hips = poses.keypoints[:, :, list(HIPS), :2].mean(axis=2)
    return hips - hips[:, :1]


def _square(ax: Axes, points: np.ndarray) -> None:
    """Axes of one scale that hold all points, y and x, with y downwards."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = 0.55 * max((high - low).max(), 0.1)
    y, x = (low + high) / 2
    ax.set_xlim(x - half, x + half)
    ax.set_ylim(y + half, y - half)
    ax.set_aspect("equal")
    ax.grid(True, axis="both")
    ax.locator_params(nbins=3)
    ax.axhline(0, color=REFERENCE_COLOUR, linewidth=0.5)

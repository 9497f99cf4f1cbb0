"""Where the hips go in the picture, as filmed and with the camera held still."""

from collections.abc import Mapping, Sequence

import numpy as np
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

    A column a class, with its first five clips, a row a way of seeing; all in widths of
    the frame, to one scale.

    Args:
        poses: mapping of a way's name to `PoseClips` of the same clips.
        labels: int `[clips]`.
        class_names: str. By class id.
    """
    figure = new_figure(height=1.5 * len(poses) + 0.5)
    axes = figure.subplots(
        len(poses), len(class_names), sharex=True, sharey=True, squeeze=False
    )
    for row, (name, seen) in zip(axes, poses.items(), strict=True):
        hips = seen.keypoints[:, :, list(HIPS), :2].mean(axis=2)
        hips = hips - hips[:, :1]
        for label, (ax, title) in enumerate(zip(row, class_names, strict=True)):
            ax.axhline(0, color=REFERENCE_COLOUR, linewidth=0.5)
            for number, path in enumerate(hips[labels == label][:_CLIPS_OF_A_CLASS]):
                colour = colour_of(number)
                ax.plot(path[:, 1], path[:, 0], linewidth=1.0, color=colour)
                ax.plot(*path[-1, ::-1], "o", markersize=3, color=colour)
            ax.set_aspect("equal")
            ax.locator_params(nbins=4)
            if row is axes[0]:
                ax.set_title(title)
        row[0].set_ylabel(name)
    axes[0, 0].invert_yaxis()
    figure.supxlabel("widths of the frame, from where the hips begin", fontsize=9)
    return figure

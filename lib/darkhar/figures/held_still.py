"""A clip as it was filmed, and as a camera that is held still would have seen it."""

import cv2
import numpy as np
from matplotlib.figure import Figure

from darkhar.figures.skeletons import draw_skeleton
from darkhar.figures.style import PAGE_WIDTH, bare, close_up, new_figure, styled
from darkhar.pose.camera import held_still
from darkhar.pose.joints import HIPS, MIN_SCORE

_SKELETON = {"linewidth": 1.2, "markersize": 2.0, "outlined": True}
_HIPS_COLOUR = "#F0E442"
# Around a person's joints, in widths of the frame.
_MARGIN = 0.05


@styled
def show_held_still(
    frames: np.ndarray, keypoints: np.ndarray, path: np.ndarray
) -> Figure:
    """Frames side by side, and laid where the first frame's camera would see them.

    Later frames cover earlier ones, but no person; a line joins the middles of the
    hips.

    Args:
        frames: uint8 `[frames, height, width, 3]`, in time.
        keypoints: float `[frames, 17, 3]`: y and x in widths of the frame, and score.
        path: float `[frames, 5]`. As of `darkhar.pose.camera.camera_path`.
    """
    picture, extent = _laid_out(frames, keypoints, path)
    n_frames, (height, width) = len(frames), frames.shape[1:3]
    heights = [height / width / n_frames, picture.shape[0] / picture.shape[1]]
    figure = new_figure(height=PAGE_WIDTH * sum(heights) + 0.5)
    above, below = figure.subfigures(2, height_ratios=heights)
    still = held_still(keypoints[..., :2], path)
    axes = above.subplots(1, n_frames, squeeze=False)[0]
    for ax, frame, found in zip(axes, frames, keypoints, strict=True):
        ax.imshow(frame, extent=(0, 1, height / width, 0))
        draw_skeleton(ax, found[:, 1::-1], found[:, 2], **_SKELETON)
        ax.set_xlim(0, 1)
        ax.set_ylim(height / width, 0)
        bare(ax)
    axes[0].set_ylabel("as filmed", fontsize=8)
    ax = below.subplots()
    ax.imshow(picture, extent=extent)
    for places, found in zip(still, keypoints, strict=True):
        draw_skeleton(ax, places[:, ::-1], found[:, 2], **_SKELETON)
    hips = still[:, list(HIPS)].mean(axis=1)
    ax.plot(hips[:, 1], hips[:, 0], "o-", color=_HIPS_COLOUR, linewidth=1, markersize=3)
    ax.set_xlim(*extent[:2])
    ax.set_ylim(*extent[2:])
    bare(ax)
    ax.set_ylabel("held still", fontsize=8)
    close_up(figure)
    return figure


def _laid_out(
    frames: np.ndarray, keypoints: np.ndarray, path: np.ndarray
) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """The frames as one picture, and its left, right, lower and upper edge in widths of
    a frame, from the first frame's corner."""
    height, width = frames.shape[1:3]
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) * [height / width, 1]
    placed = held_still(np.broadcast_to(corners, (len(frames), 4, 2)), path)
    (top, left), (bottom, right) = placed.min(axis=(0, 1)), placed.max(axis=(0, 1))
    size = (round((right - left) * width), round((bottom - top) * width))
    picture = np.full((size[1], size[0], 3), 255, np.uint8)
    whole = np.full((len(frames), height, width), 255, np.uint8)
    for shown in (whole, _around(keypoints, whole.shape)):
        for frame, mask, (a_real, a_imaginary, b_real, b_imaginary, _) in zip(
            frames, shown, path, strict=True
        ):
            matrix = np.array(
                [
                    [a_real, -a_imaginary, (b_real - left) * width],
                    [a_imaginary, a_real, (b_imaginary - top) * width],
                ]
            )
            seen = cv2.warpAffine(mask, matrix, size) > 127
            picture[seen] = cv2.warpAffine(frame, matrix, size)[seen]
    return picture, (left, right, bottom, top)


def _around(keypoints: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Masks of the persons, uint8 `[frames, height, width]`, 255 within."""
    masks = np.zeros(shape, np.uint8)
    for mask, found in zip(masks, keypoints, strict=True):
        seen = found[found[:, 2] >= MIN_SCORE, :2]
        if len(seen):
            corners = [seen.min(axis=0) - _MARGIN, seen.max(axis=0) + _MARGIN]
            (top, left), (bottom, right) = (
                np.clip(np.array(corners), 0, None) * shape[2]
            ).astype(int)
            mask[top:bottom, left:right] = 255
    return masks

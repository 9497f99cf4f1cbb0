"""Frames without the person, the person without the frame, and a box's trace alone."""

from typing import Literal

import cv2
import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from darkhar.pose.joints import MIN_SCORE

Region = Literal["person removed", "person only", "still background"]

# Joints that are not seen do not widen the box, if as many others are.
_MIN_JOINTS = 6
# Room around the joints, in heights of the box: hair, hands, feet and clothes.
_MARGIN, _HEAD_ROOM = 0.12, 0.08
_BOXES_AT_ONCE = 5


def person_boxes(keypoints: np.ndarray) -> np.ndarray:
    """The box around a person in each frame of a clip.

    It holds the joints that score at least 0.2, or all where these are fewer than six,
    with room of 0.12 of its height on every side and 0.08 more above, for the top of
    the head. Each side is the outermost of five frames, the frame itself in their
    midst: what one detection misses, its neighbours cover.

    Args:
        keypoints: float `[frames, 17, 3]`: y and x in units of the frame's height and
            width, and score.

    Returns:
        float64 `[frames, 4]`: top, left, bottom and right, in units of the frame's
        height and width, in 0..1.
    """
    scores = keypoints[..., 2]
    seen = scores >= MIN_SCORE
    seen |= seen.sum(axis=1, keepdims=True) < _MIN_JOINTS
    points = np.where(seen[..., np.newaxis], keypoints[..., :2], np.nan)
    low, high = np.nanmin(points, axis=1), np.nanmax(points, axis=1)
    height = high[:, 0] - low[:, 0]
    room = _MARGIN * height
    starts = np.stack([low[:, 0] - room - _HEAD_ROOM * height, low[:, 1] - room], 1)
    stops = np.stack([high[:, 0] + room, high[:, 1] + room], axis=1)
    boxes = np.concatenate(
        [
            minimum_filter1d(starts, _BOXES_AT_ONCE, axis=0, mode="nearest"),
            maximum_filter1d(stops, _BOXES_AT_ONCE, axis=0, mode="nearest"),
        ],
        axis=1,
    )
    return np.clip(boxes, 0, 1).astype(np.float64)


def box_trace(boxes: np.ndarray) -> np.ndarray:
    """What a person's boxes tell of a clip, nothing of what is in them.

    Args:
        boxes: float `[frames, 4]`, as `person_boxes` returns them.

    Returns:
        float64 `[12]`: of the centre's y and x, the height and the width the mean over
        frames; then of each the standard deviation; then of each the mean absolute
        change from frame to frame.
    """
    sides = np.asarray(boxes, np.float64)
    starts, stops = sides[:, :2], sides[:, 2:]
    placed = np.concatenate([(starts + stops) / 2, stops - starts], axis=1)
    steps = np.abs(np.diff(placed, axis=0, prepend=placed[:1]))[1:]
    change = steps.mean(axis=0) if len(steps) else np.zeros(4)
    return np.concatenate([placed.mean(axis=0), placed.std(axis=0), change])


def always_covered(boxes: np.ndarray) -> float:
    """Share of the picture that every box of a clip covers.

    Of what is behind it nothing is ever seen.

    Args:
        boxes: float `[frames, 4]`, as `person_boxes` returns them.
    """
    sides = np.min(boxes[:, 2:], axis=0) - np.max(boxes[:, :2], axis=0)
    return float(np.prod(np.maximum(sides, 0)))


def boxes_at(
    boxes: np.ndarray, box_frames: np.ndarray, frames: np.ndarray
) -> np.ndarray:
    """Boxes of other frames of the clip, between those that are known.

    Args:
        boxes: float `[known, 4]`.
        box_frames: int `[known]`. Numbers of their frames, not decreasing.
        frames: int `[n]`. Numbers of the frames asked for.

    Returns:
        float64 `[n, 4]`; before the first and after the last, those.
    """
    return np.stack(
        [np.interp(frames, box_frames, boxes[:, side]) for side in range(4)], axis=1
    )


def mask_region(frames: np.ndarray, boxes: np.ndarray, region: Region) -> np.ndarray:
    """Takes the person, or all but the person, out of a clip's frames.

    *Person removed*: each pixel in the box becomes the median of what it is in the
    frames whose box does not cover it; where every box does, the background is
    interpolated from its surroundings (Telea 2004; OpenCV). A camera that moves
    leaves a seam. *Person only*: what is outside the box becomes black. *Still
    background*: one image for the whole clip, each pixel the median of what it is in
    the frames whose box does not cover it, interpolated as above where there is none:
    neither the person nor any movement is in it.

    Args:
        frames: uint8 `[frames, height, width, 3]`.
        boxes: float `[frames, 4]`, as `person_boxes` returns them.
        region: str.

    Returns:
        uint8, same shape; of a still background, one frame.
    """
    inside = _inside(boxes, *frames.shape[1:3])
    if region == "person only":
        return np.where(inside[..., np.newaxis], frames, np.uint8(0))
    background = _background(frames, inside)
    if region == "still background":
        return background[np.newaxis]
    return np.where(inside[..., np.newaxis], background, frames)


def _background(frames: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """A clip without the person, as one image, uint8 `[height, width, 3]`."""
    background = _median_background(frames, inside)
    never = inside.all(axis=0)
    if never.all():
        background[:] = frames.reshape(-1, 3).mean(axis=0).round()
    elif never.any():
        background = cv2.inpaint(
            background, never.astype(np.uint8), 3, cv2.INPAINT_TELEA
        )
    return background


def _inside(boxes: np.ndarray, height: int, width: int) -> np.ndarray:
    """bool `[frames, height, width]`: pixels whose centre lies in the box."""
    y = (np.arange(height) + 0.5) / height
    x = (np.arange(width) + 0.5) / width
    top, left, bottom, right = boxes.T[..., np.newaxis]
    in_rows = (y >= top) & (y <= bottom)
    in_columns = (x >= left) & (x <= right)
    return in_rows[:, :, np.newaxis] & in_columns[:, np.newaxis, :]


def _median_background(frames: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Median of each pixel over the frames in which no box covers it; 0 if none."""
    # In order of brightness, with what is covered behind the brightest.
    levels = np.where(inside[..., np.newaxis], np.uint16(256), frames)
    levels = np.sort(np.moveaxis(levels, 0, -1), axis=-1)
    n_seen = (~inside).sum(axis=0)[..., np.newaxis]
    middle = np.stack([np.maximum(n_seen - 1, 0) // 2, n_seen // 2], axis=-1)
    median = np.take_along_axis(levels, middle, axis=-1).mean(axis=-1).round()
    return np.where(n_seen > 0, median, 0).astype(np.uint8)

"""Tracking between frames: MoveNet looks where the person was in the frame before.

The crop region that MoveNet's authors describe (Votel & Li 2021, "Inference";
"MoveNet: Ultra fast and accurate pose detection model", tensorflow.org/hub/tutorials,
section "Cropping algorithm"): a square around the hips that holds the torso and the
body with room to spare, so that the person fills the network's image. Where the torso
was not seen, it is the whole frame again.
"""

import numpy as np

from darkhar.pose.joints import HIPS, JOINTS, MIN_SCORE, SHOULDERS
from darkhar.pose.movenet import MoveNet

# Half the side of the square, in extents of the torso and of the body.
_TORSO_EXTENTS = 1.9
_BODY_EXTENTS = 1.2


def whole_frame_region(height: int, width: int) -> np.ndarray:
    """The square around the whole frame, which reaches beyond its longer sides.

    Args:
        height: int. The frame's height in pixels.
        width: int. Its width.

    Returns:
        float32 `[4]`: y, x of the upper left corner and y, x of the lower right one,
        in units of the frame's height and width.
    """
    half = max(height, width) / 2
    return _square(np.array([height, width]) / 2, half, height, width)


def crop_region(keypoints: np.ndarray, height: int, width: int) -> np.ndarray:
    """Where to look for the person in the next frame.

    The square's centre is the middle of the hips. Half its side is the largest of
    1.9 times the distance, along y or x, to a shoulder or hip, and 1.2 times that to
    any joint of at least `MIN_SCORE`, but no more than the distance to the farthest
    side of the frame. It is the whole frame where neither hip or neither shoulder
    scores more than `MIN_SCORE`, or the square would be larger than that.

    Args:
        keypoints: float `[17, 3]`. Of the frame before: y, x in units of the frame,
            score.
        height: int. The frame's height in pixels.
        width: int. Its width.

    Returns:
        As `whole_frame_region`.
    """
    scores = keypoints[:, 2]
    if min(scores[list(HIPS)].max(), scores[list(SHOULDERS)].max()) <= MIN_SCORE:
        return whole_frame_region(height, width)
    size = np.array([height, width])
    points = keypoints[:, :2] * size
    center = points[list(HIPS)].mean(axis=0)
    distances = np.abs(points - center).max(axis=1)
    half = max(
        _TORSO_EXTENTS * distances[list(SHOULDERS + HIPS)].max(),
        _BODY_EXTENTS * distances[scores >= MIN_SCORE].max(),
    )
    half = min(half, np.concatenate([center, size - center]).max())
    if half > max(height, width) / 2:
        return whole_frame_region(height, width)
    return _square(center, half, height, width)


def track_clip(
    movenet: MoveNet, frames, before: np.ndarray | None = None
) -> np.ndarray:
    """Keypoints of the person in a clip, followed from frame to frame.

    The first frame is looked at as a whole, each further one in the crop region of
    the keypoints before it. Frames pass the network one by one.

    Args:
        movenet: `MoveNet`.
        frames: `[frames, height, width, 3]` of any numeric dtype, RGB in 0..255, in
            the order of time. The closer in time, the better the region fits.
        before: float `[17, 3]` or None. Keypoints of the frame before the first, where
            the clip goes on from another. Defaults to None.

    Returns:
        float32 `[frames, 17, 3]`: y, x in units of the frame, score, as
        `MoveNet.detect`.
    """
    height, width = frames.shape[1:3]
    if before is None:
        region = whole_frame_region(height, width)
    else:
        region = crop_region(before, height, width)
    clip = np.empty([len(frames), len(JOINTS), 3], np.float32)
    for number in range(len(frames)):
        frame = frames[number : number + 1]
        clip[number] = movenet.detect_in(frame, region[np.newaxis])[0]
        region = crop_region(clip[number], height, width)
    return clip


def _square(center: np.ndarray, half: float, height: int, width: int) -> np.ndarray:
    corners = np.concatenate([center - half, center + half])
    return (corners / [height, width, height, width]).astype(np.float32)

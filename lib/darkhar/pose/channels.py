"""Features of a pose, frame by frame and joint by joint.

The coordinates of a skeleton relative to its own centre and size, their rate of
change and the directions of the bones are the usual inputs of skeleton-based
recognition (Shi et al. 2020, "Skeleton-Based Action Recognition with Multi-Stream
Adaptive Graph Convolutional Networks", section III-D: joints, bones, motion).
"""

import numpy as np

from darkhar.pose.joints import HIPS, MIN_SCORE, PARENTS, SHORTEST_TORSO, SHOULDERS
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.smoothing import smooth_by_score

CHANNELS: tuple[str, ...] = ("y", "x", "vy", "vx", "sine", "cosine", "score")

_NOISE = 0.07  # seconds


def joint_channels(clips: PoseClips) -> np.ndarray:
    """Seven numbers for each joint of each frame.

    With q a joint's place, p the middle of the hips and h the torso's length
    (median over the clip of the distance from p to the middle of the shoulders):

    - *y*, *x*: (q - p) / h, relative to the body's centre and size;
    - *vy*, *vx*: its derivative in torso lengths per second (central differences;
      one-sided at the ends);
    - *sine*, *cosine* of the angle of the bone that ends in the joint, from
      straight down towards the picture's right: with b = q - q(parent),
      b_x / |b| and b_y / |b|; shoulders, hips and nose hang on the middle of the
      trunk's four corners. Zero where the joint scores less than `MIN_SCORE`;
    - *score*: as MoveNet gives it.

    Places are smoothed with their scores over 0.07 s before (`smooth_by_score`), so
    that a joint not seen for a while stays where the frames around put it. Then all
    but the score are limited to -10..10.

    Args:
        clips: `PoseClips`.

    Returns:
        float32 `[clips, frames, 17, 7]`, in the order of `CHANNELS`.
    """
    return np.stack(
        [
            _channels(keypoints.astype(np.float64), rate)
            for keypoints, rate in zip(clips.keypoints, clips.rates, strict=True)
        ]
    ).astype(np.float32)


def pooled_statistics(clips: PoseClips) -> np.ndarray:
    """Mean and standard deviation over time of each joint's channels.

    Args:
        clips: `PoseClips`.

    Returns:
        float32 `[clips, 238]`: 17 joints times 7 channels, the means first.
    """
    channels = joint_channels(clips)
    flat = channels.reshape(*channels.shape[:2], -1)
    return np.concatenate([flat.mean(axis=1), flat.std(axis=1)], axis=1)


def _channels(keypoints: np.ndarray, rate: float) -> np.ndarray:
    scores = np.clip(keypoints[..., 2], 0, 1)
    places = smooth_by_score(keypoints[..., :2], scores, _NOISE, rate)
    hips = places[:, HIPS].mean(axis=1)
    shoulders = places[:, SHOULDERS].mean(axis=1)
    torso = np.median(np.linalg.norm(shoulders - hips, axis=1))
    relative = (places - hips[:, np.newaxis]) / max(torso, SHORTEST_TORSO)
    velocity = np.zeros_like(relative)
    if len(relative) > 1:
        velocity = np.gradient(relative, axis=0) * rate
    motion = np.clip(np.concatenate([relative, velocity], axis=-1), -10, 10)
    seen = (scores >= MIN_SCORE)[..., np.newaxis]
    directions = _bone_directions(places) * seen
    return np.concatenate([motion, directions, scores[..., np.newaxis]], axis=-1)


def _bone_directions(places: np.ndarray) -> np.ndarray:
    """Sine and cosine, `[frames, 17, 2]`, of the angle of each joint's bone."""
    trunk = places[:, SHOULDERS + HIPS].mean(axis=1, keepdims=True)
    # The trunk's centre is one more joint, which the parent -1 means.
    parents = np.concatenate([places, trunk], axis=1)[:, list(PARENTS)]
    bones = places - parents
    lengths = np.linalg.norm(bones, axis=-1, keepdims=True)
    down_and_right = bones / np.maximum(lengths, 1e-6)
    return down_and_right[..., ::-1]

"""What the legs do, in numbers that the paper's classifiers do not go by.

They are here to be held against those of `darkhar.pose.kinematics`
(`darkhar.study.descriptor_sets`), and are measured in the same units.
"""

import numpy as np

from darkhar.pose.joints import ANKLES, HIPS, KNEES, SHORTEST_TORSO, SHOULDERS
from darkhar.pose.kinematics import END_SECONDS, mean_frequency, without_strays
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.smoothing import smooth, smooth_by_score

# Standard deviations of Gaussians in time, in seconds: of noise, and of all that is
# slower than a step.
_NOISE, _SLOW = 0.05, 0.4
# Added to lengths that directions are divided by, in torso lengths.
_LEAST = 0.05

LEGS: tuple[str, ...] = (
    "thigh to trunk at first",
    "thigh to trunk at last",
    "shank to thigh at first",
    "shank to thigh at last",
    "knees below hips at first",
    "knees below hips at last",
    "ankles below hips at first",
    "ankles below hips at last",
    "ankles swing across",
    "ankles swing up",
    "ankles swing speed",
    "knees swing up",
    "knees swing speed",
    "cadence",
)


def leg_geometry(clips: PoseClips) -> np.ndarray:
    """Posture of the legs at both ends of a clip, and how they swing.

    Joints are freed of strays and smoothed as in `kinematic_descriptors`. *Thigh to
    trunk* and *shank to thigh* are cosines in the picture, 1 where both are in line,
    means over both legs; *below* is how much lower the middle of both joints is than
    the middle of the hips. *First* and *last* are medians over 0.17 s. With d the left
    joint less the right one, less its mean over 0.4 s (a Gaussian), *swing* is the
    standard deviation of d, across or up, its *speed* that of the derivative of d
    upwards, and *cadence* the mean frequency of d of the ankles upwards.

    Args:
        clips: `PoseClips`.

    Returns:
        float64 `[clips, 14]`, in the order of `LEGS`: cosines, torso lengths, torso
        lengths per second, hertz; of swings log(v + 0.02) of the value v, as in
        `darkhar.models.pose_estimators.log_positive`.
    """
    return np.stack(
        [
            _of_clip(keypoints.astype(np.float64), seconds)
            for keypoints, seconds in zip(clips.keypoints, clips.seconds, strict=True)
        ]
    )


def _of_clip(keypoints: np.ndarray, seconds: float) -> np.ndarray:
    n = len(keypoints)
    rate = n / seconds
    ends = min(n, max(2, round(END_SECONDS * rate)))
    scores = np.clip(keypoints[..., 2], 0, 1)
    joints = smooth_by_score(
        without_strays(keypoints[..., :2], rate), scores, _NOISE, rate
    )
    shoulders, hips, knees, ankles = (
        joints[:, joint] for joint in (SHOULDERS, HIPS, KNEES, ANKLES)
    )
    trunk = shoulders.mean(axis=1) - hips.mean(axis=1)
    size = max(np.percentile(np.linalg.norm(trunk, axis=1), 75), SHORTEST_TORSO)
    thighs, shanks = hips - knees, knees - ankles

    def at_ends(signal: np.ndarray) -> list[float]:
        return [np.median(signal[:ends]), np.median(signal[-ends:])]

    def swing(pair: np.ndarray) -> np.ndarray:
        apart = (pair[:, 0] - pair[:, 1]) / size
        return apart - smooth(apart, _SLOW, rate)

    def speed(signal: np.ndarray) -> float:
        return (np.gradient(signal) * rate).std() if n > 1 else 0.0

    of_ankles, of_knees = swing(ankles), swing(knees)
    swings = [
        of_ankles[:, 1].std(),
        of_ankles[:, 0].std(),
        speed(of_ankles[:, 0]),
        of_knees[:, 0].std(),
        speed(of_knees[:, 0]),
    ]
    below = [(part - hips).mean(axis=1)[:, 0] / size for part in (knees, ankles)]
    return np.array(
        [
            *at_ends(_cosine(thighs, trunk[:, np.newaxis], size)),
            *at_ends(_cosine(shanks, thighs, size)),
            *at_ends(below[0]),
            *at_ends(below[1]),
            *np.log(np.array(swings) + 0.02),
            mean_frequency(of_ankles[:, 0], rate),
        ]
    )


def _cosine(limbs: np.ndarray, others: np.ndarray, size: float) -> np.ndarray:
    """Of the angle between two directions, mean over both legs, float `[frames]`."""
    lengths = [
        np.linalg.norm(limb, axis=-1) + _LEAST * size for limb in (limbs, others)
    ]
    return ((limbs * others).sum(axis=-1) / (lengths[0] * lengths[1])).mean(axis=1)

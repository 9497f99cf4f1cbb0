"""How a body moves, in numbers that do not depend on where the camera stands.

A classifier of raw joint coordinates learns the training clips' views. What tells
the six actions apart is physical: how fast the body moves along, whether and how
often it bounces, whether it ends lower or higher, whether the shoulders turn, how
high the hands are. Each is measured here in torso lengths and seconds, so that
neither the size of the person in the picture nor the clip's length enters.

With h the torso's length in the picture (shoulders' middle to hips' middle; for an
upright person it does not depend on the direction faced) and f the camera's focal
length, both in widths of the frame, a pinhole camera sees the body at the distance
f / h torso lengths. So a velocity across is (dx/dt) / h, which leaves out that the
picture of a body off the middle of the frame also moves when it comes nearer, and
one along the line of sight is d(f/h)/dt = -(f/h) d(log h)/dt torso lengths a second.
f is not known; a value of one, a horizontal field of view of 53 degrees, is usual
for cameras of phones and webcams. Another would stretch depth against width.
"""

import numpy as np
from scipy.ndimage import median_filter

from darkhar.pose.joints import FACE, HIPS, SHORTEST_TORSO, SHOULDERS, WRISTS, pair
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.smoothing import smooth, smooth_by_score

FOCAL_LENGTH = 1.0  # widths of the frame

# Standard deviations of Gaussians in time, in seconds: of noise that is removed,
# of the walk along, and of all that is slower than a bounce.
_NOISE, _ALONG, _SLOW, _TURN = 0.07, 0.2, 0.4, 0.1
# A median over this time removes single joints gone astray. Of frames farther apart
# than that it leaves each as it is.
_OUTLIER_SECONDS = 5 / 30
# Start and end of a clip, whose difference is a net change.
END_SECONDS = 0.17
_LOWEST_HZ, _HIGHEST_HZ = 0.8, 6.0
# Zeros are appended up to this length, for a finer grid of frequencies.
_SPECTRUM_LENGTH = 1024

KINEMATICS: tuple[str, ...] = (
    "shoulders lowered",
    "hips lowered",
    "head lowered",
    "speed",
    "speed across",
    "speed in depth",
    "net speed",
    "shoulders bounce",
    "hips bounce",
    "shoulders bounce speed",
    "hips bounce speed",
    "head bounce speed",
    "shoulders bounce rate",
    "hips bounce rate",
    "head bounce rate",
    "bounce coherence",
    "shoulder width range",
    "shoulder width change",
    "hip width range",
    "hip width change",
    "hands height",
    "hands swing",
)
# Those that may be negative, or whose ratios mean nothing.
SIGNED: tuple[str, ...] = (
    "shoulders lowered",
    "hips lowered",
    "head lowered",
    "shoulders bounce rate",
    "hips bounce rate",
    "head bounce rate",
    "bounce coherence",
    "hands height",
)


def kinematic_descriptors(clips: PoseClips) -> np.ndarray:
    """Kinematic descriptors of each clip.

    Joints are first freed of strays by a median over 1/6 s and smoothed with their
    scores (`smooth_by_score`). Then, with s, p and e the middle of the shoulders,
    of the hips and of the face's five points, weighted by score:

    - *lowered*: y of the last 0.17 s minus y of the first, over h: positive for
      sitting down, negative for standing up.
    - *speed*: the median, *across* and *in depth* the mean, of the velocity of the
      body's centre (s + p) / 2 as in this module's text; *net speed*: the distance
      between where it begins and ends, over the clip's time.
    - *bounce*: standard deviation of y / h less its mean over 0.4 s (a Gaussian);
      its *speed* that of the derivative; its *rate* the mean frequency of its
      power spectrum between 0.8 and 6 Hz (Hann window).
    - *bounce coherence*: mean correlation of the bounces of s, p and e: a jump
      moves all together.
    - *width*: x of the left joint minus x of the right one, over h, positive when
      the person faces the camera; its *range*, and its *change* from beginning to
      end, without sign, tell a turn.
    - *hands height*: the median of how much higher than p the wrists are, weighted by
      score, over h: who runs bends the arms. Their *swing* is its standard deviation.

    All but *lowered*, *rate*, *coherence* and *height* are positive, and none changes
    in the mirror.

    Args:
        clips: `PoseClips`.

    Returns:
        float64 `[clips, 22]`, in the order of `KINEMATICS`: torso lengths, torso
        lengths per second, hertz.
    """
    return np.stack(
        [
            _descriptors(keypoints.astype(np.float64), seconds)
            for keypoints, seconds in zip(clips.keypoints, clips.seconds, strict=True)
        ]
    )


def _descriptors(keypoints: np.ndarray, seconds: float) -> np.ndarray:
    n = len(keypoints)
    rate = n / seconds
    ends = min(n, max(2, round(END_SECONDS * rate)))
    scores = np.clip(keypoints[..., 2], 0, 1)
    joints = smooth_by_score(
        without_strays(keypoints[..., :2], rate), scores, _NOISE, rate
    )
    seen = smooth(scores, _NOISE, rate)
    shoulders = joints[:, SHOULDERS].mean(axis=1)
    hips = joints[:, HIPS].mean(axis=1)
    head = _weighted_middle(joints[:, FACE], seen[:, FACE])
    torso = _torso_length(shoulders, hips, seen, rate)

    def change(signal):
        return np.median(signal[-ends:]) - np.median(signal[:ends])

    def derivative(signal):
        return np.gradient(signal, axis=0) * rate if n > 1 else np.zeros_like(signal)

    size = np.percentile(torso, 75)
    lowered = [change(part[:, 0]) / size for part in (shoulders, hips, head)]

    centre = smooth((shoulders + hips) / 2, _ALONG, rate)
    across = derivative(centre[:, 1]) / torso
    in_depth = FOCAL_LENGTH / torso * derivative(np.log(torso))
    net = np.hypot(
        (centre[-1, 1] - centre[0, 1]) / size,
        FOCAL_LENGTH / torso[-1] - FOCAL_LENGTH / torso[0],
    )
    speeds = [
        np.median(np.hypot(across, in_depth)),
        np.abs(across).mean(),
        np.abs(in_depth).mean(),
        net / seconds,
    ]

    heights = [part[:, 0] for part in (shoulders, hips, head)]
    bounces = [height - smooth(height, _SLOW, rate) for height in heights]
    in_torsos = [bounce / torso for bounce in bounces]
    amplitudes = [bounce.std() for bounce in in_torsos[:2]]
    bounce_speeds = [derivative(bounce).std() for bounce in in_torsos]
    bounce_rates = [mean_frequency(bounce, rate) for bounce in in_torsos]

    widths = []
    for part in ("shoulder", "hip"):
        left, right = (joints[:, joint] for joint in pair(part))
        width = smooth((left[:, 1] - right[:, 1]) / torso, _TURN, rate)
        widths += [np.ptp(width), abs(width[-ends:].mean() - width[:ends].mean())]

    wrists = _weighted_middle(joints[:, WRISTS], seen[:, WRISTS])
    raised = (hips - wrists)[:, 0] / size

    return np.array(
        [
            *lowered,
            *speeds,
            *amplitudes,
            *bounce_speeds,
            *bounce_rates,
            _coherence(bounces),
            *widths,
            np.median(raised),
            raised.std(),
        ]
    )


def without_strays(points: np.ndarray, rate: float) -> np.ndarray:
    """Medians over 1/6 s.

    Args:
        points: float `[frames, joints, 2]`.
        rate: float. Frames per second.

    Returns:
        float, same shape.
    """
    width = max(1, round(_OUTLIER_SECONDS * rate)) // 2 * 2 + 1
    return median_filter(points, size=(width, 1, 1), mode="nearest")


def _weighted_middle(joints: np.ndarray, seen: np.ndarray) -> np.ndarray:
    weights = (seen**2 + 1e-3)[..., np.newaxis]
    return (joints * weights).sum(axis=1) / weights.sum(axis=1)


def _torso_length(
    shoulders: np.ndarray, hips: np.ndarray, seen: np.ndarray, rate: float
) -> np.ndarray:
    """Length of the torso, as sure as its least seen joint, smooth and not zero."""
    length = np.linalg.norm(shoulders - hips, axis=1)
    least = seen[:, SHOULDERS + HIPS].min(axis=1)
    smoothed = smooth_by_score(length[:, np.newaxis], least, _ALONG, rate)[:, 0]
    return np.maximum(smoothed, SHORTEST_TORSO)


def mean_frequency(signal: np.ndarray, rate: float) -> float:
    """Of the power spectrum between 0.8 and 6 Hz, in hertz; 0 where nothing moves.

    Args:
        signal: float `[frames]`.
        rate: float. Frames per second.
    """
    windowed = (signal - signal.mean()) * np.hanning(len(signal))
    power = np.abs(np.fft.rfft(windowed, _SPECTRUM_LENGTH)) ** 2
    frequencies = np.fft.rfftfreq(_SPECTRUM_LENGTH, 1 / rate)
    band = (frequencies > _LOWEST_HZ) & (frequencies < min(_HIGHEST_HZ, rate / 2))
    if not power[band].sum() > 0:  # nothing moves
        return 0.0
    return float((frequencies[band] * power[band]).sum() / power[band].sum())


def _coherence(bounces: list[np.ndarray]) -> float:
    if min(bounce.std() for bounce in bounces) < 1e-9:  # nothing moves
        return 0.0
    correlations = np.corrcoef(bounces)
    return float(correlations[np.triu_indices(len(bounces), 1)].mean())

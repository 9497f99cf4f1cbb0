"""Smoothing in time of what was measured with varying certainty."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

# What a sample of no certainty still weighs, so that no mean is undefined.
_LEAST_WEIGHT = 1e-3


def smooth(values: np.ndarray, seconds: float, rate: float) -> np.ndarray:
    """Gaussian mean along the first axis.

    Args:
        values: float `[frames, ...]`.
        seconds: float. Standard deviation of the Gaussian.
        rate: float. Frames per second.

    Returns:
        float, same shape. Beyond its ends, a signal is continued by its first and
        last value.
    """
    return gaussian_filter1d(values, seconds * rate, axis=0, mode="nearest")


def smooth_by_score(
    values: np.ndarray, scores: np.ndarray, seconds: float, rate: float
) -> np.ndarray:
    """Gaussian mean weighted by the squared score: normalized convolution.

    With weights w = score^2, the result is (g * w x) / (g * w), g being the
    Gaussian (Knutsson & Westin 1993, "Normalized and differential convolution",
    equation 4): where a joint was not seen, its place is taken from the frames
    before and after in which it was.

    Args:
        values: float `[frames, ..., d]`.
        scores: float `[frames, ...]` in 0..1.
        seconds: float. Standard deviation of the Gaussian.
        rate: float. Frames per second.

    Returns:
        float, shape of `values`.
    """
    weights = (scores**2 + _LEAST_WEIGHT)[..., np.newaxis]
    return smooth(values * weights, seconds, rate) / smooth(weights, seconds, rate)


def at_equal_times(keypoints: np.ndarray, n_samples: int) -> np.ndarray:
    """A clip's keypoints at so many times, equally far apart.

    The times are the middles of as many parts of the clip. Between frames, places and
    scores are interpolated linearly; where there are more frames than samples, they are
    the means of the frames around (`smooth_by_score`, a Gaussian of half the distance
    between samples).

    Args:
        keypoints: float `[frames, joints, 3]`: place and score.
        n_samples: int.

    Returns:
        float64 `[n_samples, joints, 3]`.
    """
    n_frames = len(keypoints)
    track = np.array(keypoints, np.float64)
    if n_frames > n_samples:
        scores = np.clip(track[..., 2], 0, 1)
        apart = n_frames / n_samples
        track[..., :2] = smooth_by_score(track[..., :2], scores, apart / 2, 1.0)
        track[..., 2] = smooth(scores, apart / 2, 1.0)
    times = (np.arange(n_samples) + 0.5) * n_frames / n_samples - 0.5
    flat = track.reshape(n_frames, -1).T
    found = [np.interp(times, np.arange(n_frames), signal) for signal in flat]
    return np.stack(found, axis=1).reshape(n_samples, *track.shape[1:])

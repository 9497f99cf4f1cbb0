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

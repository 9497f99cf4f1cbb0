"""Adaptive gamma correction with weighting distribution: a curve for each image."""

from typing import Any

import numpy as np

from darkhar.config.keras_settings import keras
from darkhar.enhancement.histograms import LEVELS, histogram
from darkhar.enhancement.layers import NumpyEnhancement


@keras.saving.register_keras_serializable(package="darkhar")
class AGCWD(NumpyEnhancement):
    """Estimates a curve from the image's histogram and applies it to the value V.

    Huang, Cheng & Chiu, Efficient contrast enhancement using adaptive gamma
    correction with weighting distribution, IEEE Transactions on Image Processing
    22(3), 2013, pages 1032-1041. See `agcwd_curve` for the curve. V of HSV is the
    largest of red, green and blue; hue and saturation stay, so all three are
    multiplied by the same factor.

    Args:
        alpha: float. Exponent of the weighting: the smaller, the less
            the histogram's peaks count.

    Example:

    >>> layer = get_enhancement("agcwd")
    >>> layer(np.zeros((2, 16, 240, 320, 3), np.uint8)).shape
    TensorShape([2, 16, 240, 320, 3])
    """

    def __init__(self, alpha: float, **kwargs: Any):
        super().__init__(**kwargs)
        self.alpha = float(alpha)

    def enhance_image(self, image: np.ndarray) -> np.ndarray:
        colours = np.clip(image, 0, LEVELS - 1).astype(np.uint8)
        # By channel: NumPy is slow along so short an axis.
        red, green, blue = (colours[..., channel] for channel in range(3))
        value = np.maximum(np.maximum(red, green), blue)
        curve = agcwd_curve(value, self.alpha)
        # Black has no factor, and stays black whatever it is.
        factors = (curve / np.maximum(np.arange(LEVELS), 1)).astype(np.float32)
        return np.minimum(factors[value][..., None] * colours, LEVELS - 1)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"alpha": self.alpha}


def agcwd_curve(value: np.ndarray, alpha: float) -> np.ndarray:
    """Level by level, what the method makes of an image's value channel.

    With the share `p(l)` of pixels of level `l`, its least and largest value over
    the 256 levels, and the largest level `m` that occurs,

        w(l) = max p * ((p(l) - min p) / (max p - min p)) ** alpha
        c(l) = (w(0) + ... + w(l)) / (w(0) + ... + w(255))
        T(l) = m * (l / m) ** (1 - c(l))

    so that black and `m` stay as they are.

    Args:
        value: array of any shape. Values in 0..255; fractions are cut off.
        alpha: float. Exponent of the weighting.

    Returns:
        float64 `[256]`. Levels above `m` are `m`.
    """
    counts = histogram(value)
    weights = (counts - counts.min()).astype(np.float64) ** alpha
    if not weights.any():
        weights[:] = 1  # every level is as frequent as the others
    below = np.cumsum(weights)
    largest = np.flatnonzero(counts)[-1]
    shares = np.minimum(np.arange(LEVELS) / max(largest, 1), 1)
    return largest * shares ** (1 - below / below[-1])

"""Multiscale Retinex with chromaticity preservation."""

from typing import Any

import numpy as np
import scipy.fft

from darkhar.config.keras_settings import keras
from darkhar.enhancement.layers import NumpyEnhancement

# Standard deviations of the surrounds in pixels, as in both sources.
SCALES = (15, 80, 250)


@keras.saving.register_keras_serializable(package="darkhar")
class Retinex(NumpyEnhancement):
    """Divides the intensity by that of its surroundings, and keeps the colours.

    Algorithm MSRCP of Petro, Sbert & Morel, Multiscale Retinex, Image Processing
    On Line 4, 2014, pages 71-88, after Jobson, Rahman & Woodell, IEEE
    Transactions on Image Processing 6, 1997, pages 965-976. With the intensity
    `I = (R + G + B) / 3` and Gaussians `G_s` of standard deviation `s`,

        D = mean over s of (log(1 + I) - log(G_s * (1 + I)))

    at 15, 80 and 250 pixels. `D` is stretched to 0..255, a share `saturated` of
    the pixels cut off at either end, which gives the new intensity `J`. Each
    pixel's colour is multiplied by `min(J / I, 255 / max(R, G, B))`, so that its
    chromaticity stays and no channel leaves the range. Black pixels stay black,
    and an image without contrast stays as it is.

    Args:
        saturated: float. Share of the pixels cut off at either end.

    Example:

    >>> layer = get_enhancement("retinex:saturated=0.02")
    >>> layer(np.zeros((2, 16, 240, 320, 3), np.uint8)).shape
    TensorShape([2, 16, 240, 320, 3])
    """

    def __init__(self, saturated: float, **kwargs: Any):
        super().__init__(**kwargs)
        self.saturated = float(saturated)

    def enhance_image(self, image: np.ndarray) -> np.ndarray:
        # By channel: NumPy is slow along so short an axis.
        red, green, blue = (image[..., channel] for channel in range(3))
        intensity = (red + green + blue) / 3
        stretched = balance(multiscale_retinex(1 + intensity), self.saturated)
        if stretched is None:
            return image
        brightest = np.maximum(np.maximum(red, green), blue)
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.minimum(stretched / intensity, 255 / brightest)
        factor[brightest == 0] = 0
        # The product may exceed 255 by its rounding.
        return np.minimum(factor[..., None] * image, 255)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"saturated": self.saturated}


def multiscale_retinex(intensity: np.ndarray) -> np.ndarray:
    """Mean over the scales of the logarithm of intensity over its surroundings.

    The image is continued by mirroring, edge pixels included. Of such an image a
    cosine transform is the spectrum, in which a Gaussian is a product; the cost
    does not grow with the scale.

    Args:
        intensity: float32 `[height, width]`, above 0.

    Returns:
        float32 `[height, width]`.
    """
    spectrum = scipy.fft.dctn(intensity, norm="ortho")
    surrounds = np.zeros_like(intensity)
    for scale in SCALES:
        rows, columns = (_gaussian_spectrum(size, scale) for size in intensity.shape)
        surround = scipy.fft.idctn(spectrum * rows[:, None] * columns, norm="ortho")
        surrounds += np.log(surround)
    return np.log(intensity) - surrounds / len(SCALES)


def balance(values: np.ndarray, saturated: float) -> np.ndarray | None:
    """Stretches values to 0..255 ("simplest colour balance").

    Args:
        values: float `[height, width]`.
        saturated: float. Share of the values that become 0, and of those that
            become 255.

    Returns:
        Array of the same shape and dtype; None if there is nothing to stretch.
    """
    ordered = np.sort(values, axis=None)
    n_saturated = int(saturated * ordered.size)
    low, high = ordered[n_saturated], ordered[-1 - n_saturated]
    # Rounding alone makes a difference of this order.
    if high - low < 1e-5:
        return None
    return (np.clip(values, low, high) - low) * (255 / (high - low))


def _gaussian_spectrum(size: int, scale: float) -> np.ndarray:
    frequencies = np.pi * np.arange(size) / size
    gains = np.exp(-0.5 * (scale * frequencies) ** 2)
    # Far below single precision; and products of such numbers would be denormal,
    # which processors compute many times more slowly.
    gains[gains < 1e-12] = 0
    return gains.astype(np.float32)

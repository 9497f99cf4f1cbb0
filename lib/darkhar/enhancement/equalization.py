"""Histogram equalization, channel by channel: the paper's layer and the textbook's.

`darkhar.enhancement.histograms` tells which formula each computes, and gives both as
NumPy functions of one channel. Here OpenCV counts the levels and looks the new ones up.
"""

from collections.abc import Callable

import cv2
import numpy as np
import tensorflow as tf

from darkhar.config.keras_settings import keras
from darkhar.enhancement.histograms import LEVELS, keras_cv_levels, textbook_levels
from darkhar.enhancement.layers import NumpyEnhancement, in_threads


class Equalization(NumpyEnhancement):
    """Gives each level of a channel a new one, by how many pixels have which.

    Fractions of grey levels are cut off. A subclass says how, by `new_levels`.
    """

    # From the pixels of each level, int64 `[..., 256]`, to the new levels, uint8.
    new_levels: Callable[[np.ndarray], np.ndarray]

    dtype_in = tf.uint8

    def enhance_images(self, images: np.ndarray) -> np.ndarray:
        enhanced = np.empty_like(images)
        if not len(images):
            return enhanced
        split = in_threads(cv2.split, images)
        tables = self.new_levels(np.stack(in_threads(_histograms, split)))
        in_threads(_look_up, split, tables, enhanced)
        return enhanced


def _histograms(channels: tuple[np.ndarray, ...]) -> np.ndarray:
    """Pixels of each level in each channel, int64 `[channels, 256]`."""
    # Counts are float32, exact for fewer than 2**24 pixels.
    counts = [cv2.calcHist([c], [0], None, [LEVELS], [0, LEVELS]) for c in channels]
    return np.stack(counts).reshape(-1, LEVELS).astype(np.int64)


def _look_up(
    channels: tuple[np.ndarray, ...], tables: np.ndarray, result: np.ndarray
) -> None:
    for channel, table in zip(channels, tables, strict=True):
        cv2.LUT(channel, table, dst=channel)
    cv2.merge(channels, dst=result)


@keras.saving.register_keras_serializable(package="darkhar")
class KerasCVEqualization(Equalization):
    """What `keras_cv.layers.Equalization` computes, which the original paper ran.

    The same values as with `value_range=(0, 255)` and 256 bins, several times sooner.
    It is not the textbook's equalization but a variant of Pillow's; see
    `darkhar.enhancement.histograms.keras_cv_levels`.

    Example:

    >>> layer = get_enhancement("keras_cv_equalization")
    >>> layer(np.zeros((2, 16, 240, 320, 3), np.uint8)).shape
    TensorShape([2, 16, 240, 320, 3])
    """

    new_levels = staticmethod(keras_cv_levels)


@keras.saving.register_keras_serializable(package="darkhar")
class TextbookEqualization(Equalization):
    """Level `i` of a channel becomes `round(255 * C[i])`.

    `C` is the cumulative distribution of the channel's levels, which is normalized
    already (Gonzalez & Woods, Digital Image Processing, section 3.3). Computed in whole
    numbers, so that halves round up. It differs from `keras.layers.Equalization`, which
    maps the darkest level to 0 and takes one histogram over a whole batch; see
    `darkhar.enhancement.histograms`.
    """

    new_levels = staticmethod(textbook_levels)

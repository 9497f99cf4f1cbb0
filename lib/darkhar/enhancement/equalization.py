"""Histogram equalization, channel by channel: the paper's layer and the textbook's.

`darkhar.enhancement.histograms` tells which formula each computes, and gives
both as NumPy functions of one channel.
"""

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from darkhar.enhancement.layers import Enhancement
from darkhar.enhancement.registry import register

_LEVELS = 256


@contextlib.contextmanager
def _no_tracing_warnings() -> Iterator[None]:
    """TensorFlow warns, at each tracing, that a histogram is taken in a loop."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(level)


@register("keras_cv_equalization", value_range=[0, 255], bins=256)
@keras.saving.register_keras_serializable(package="darkhar")
class KerasCVEqualization(Enhancement):
    """`keras_cv.layers.Equalization` as the original paper ran it.

    It is not the textbook's equalization but a variant of Pillow's; see
    `darkhar.enhancement.histograms.keras_cv_map`. Fractions of grey levels are
    cut off. Importing keras-cv takes about 10 seconds and happens when the
    first such layer is made.

    Args:
        value_range: pair of numbers. Range of the images' values. Defaults to
            `(0, 255)`.
        bins: int. Number of histogram bins. Defaults to 256.

    Example:

    >>> layer = get_enhancement("keras_cv_equalization")
    >>> layer(np.zeros((2, 16, 240, 320, 3), np.uint8)).shape
    TensorShape([2, 16, 240, 320, 3])
    """

    def __init__(
        self,
        value_range: tuple[float, float] = (0, 255),
        bins: int = _LEVELS,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        with warnings.catch_warnings():
            # It imports tqdm.auto, which asks notebooks for widgets.
            warnings.filterwarnings("ignore", message="IProgress not found")
            import keras_cv

        self.value_range, self.bins = tuple(value_range), bins
        self.equalization = keras_cv.layers.Equalization(
            value_range=self.value_range, bins=bins
        )
        # In a graph it takes a quarter of the time.
        self._equalize = tf.function(self.equalization, reduce_retracing=True)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.equalization.build((None, *input_shape[-3:]))

    def enhance(self, images: tf.Tensor) -> tf.Tensor:
        with _no_tracing_warnings():
            return self._equalize(images)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "value_range": list(self.value_range),
            "bins": self.bins,
        }


@register("textbook_equalization")
@keras.saving.register_keras_serializable(package="darkhar")
class TextbookEqualization(Enhancement):
    """Level `i` of a channel becomes `round(255 * C[i])`.

    `C` is the cumulative distribution of the channel's levels, which is
    normalized already (Gonzalez & Woods, Digital Image Processing, section
    3.3). It doesn't wrap `keras.layers.Equalization`, which maps the darkest
    level to 0 and takes one histogram over a whole batch; see
    `darkhar.enhancement.histograms`. Fractions of grey levels are cut off.

    All channels of a batch share one histogram operation, each at an offset of
    its own, and the map is computed in whole numbers, so that halves round up.
    """

    def enhance(self, images: tf.Tensor) -> tf.Tensor:
        shape = tf.shape(images)
        n_images, n_channels = shape[0], shape[3]
        n_maps = n_images * n_channels
        n_pixels = tf.cast(shape[1] * shape[2], tf.int64)
        offsets = _LEVELS * tf.reshape(
            tf.range(n_maps), tf.stack([n_images, 1, 1, n_channels])
        )
        levels = tf.cast(tf.clip_by_value(images, 0, _LEVELS - 1), tf.int32) + offsets
        counts = tf.math.bincount(
            tf.reshape(levels, [-1]),
            minlength=_LEVELS * n_maps,
            maxlength=_LEVELS * n_maps,
            dtype=tf.int64,
        )
        below = tf.cumsum(tf.reshape(counts, [n_maps, _LEVELS]), axis=1)
        mapped = (2 * (_LEVELS - 1) * below + n_pixels) // (2 * n_pixels)
        return tf.gather(tf.reshape(tf.cast(mapped, tf.float32), [-1]), levels)

"""Gamma correction: one fixed curve for all images."""

from typing import Any

import numpy as np
import tensorflow as tf

from darkhar.config.keras_settings import keras
from darkhar.enhancement.layers import Enhancement

_LEVELS = 256


@keras.saving.register_keras_serializable(package="darkhar")
class Gamma(Enhancement):
    """Level `x` of a channel becomes `255 * (x / 255) ** (1 / gamma)`.

    The power law of Gonzalez & Woods, Digital Image Processing, section 3.2,
    written such that a larger gamma is brighter. Black and white stay as they
    are. Fractions of grey levels are cut off: the curve is a table of 256
    levels, since a power's last digit depends on how many are computed at once.

    Args:
        gamma: float. Above 1 brightens, below 1 darkens.

    Example:

    >>> layer = get_enhancement("gamma:gamma=2")
    >>> layer(np.full((1, 240, 320, 3), 51, np.uint8)).numpy().max()
    np.float32(114.03947)
    """

    def __init__(self, gamma: float, **kwargs: Any):
        super().__init__(**kwargs)
        self.gamma = float(gamma)
        share = np.arange(_LEVELS) / (_LEVELS - 1)
        curve = (_LEVELS - 1) * share ** (1 / self.gamma)
        self._curve = curve.astype(np.float32)

    def enhance(self, images: tf.Tensor) -> tf.Tensor:
        levels = tf.cast(tf.clip_by_value(images, 0, _LEVELS - 1), tf.int32)
        return tf.gather(self._curve, levels)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"gamma": self.gamma}

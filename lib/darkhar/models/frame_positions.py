"""Where in the clip a frame lies, for networks that do not see the order."""

from typing import Any

import numpy as np

from darkhar.config.keras_settings import keras


def sinusoids(n_frames: int, n_channels: int) -> np.ndarray:
    """The positional encoding of Vaswani et al. (2017, section 3.5).

    Frame `t` has `sin(t / 10000^(2i / n_channels))` in channel `2i` and the cosine of
    the same in channel `2i + 1`.

    Returns:
        float32 `[n_frames, n_channels]` in -1..1.
    """
    channels = np.arange(n_channels)
    angles = np.arange(n_frames)[:, np.newaxis] / 10000.0 ** (
        channels // 2 * 2 / n_channels
    )
    return np.where(channels % 2, np.cos(angles), np.sin(angles)).astype(np.float32)


@keras.saving.register_keras_serializable(package="darkhar")
class FramePositions(keras.layers.Layer):
    """Adds the sinusoids of its position to each frame's vector.

    The vectors are first multiplied by the square root of their length, as the
    embeddings of Vaswani et al. (2017, section 3.4), so that positions do not
    outweigh them. It has no weights.

    Input and output:
        float32 `[clips, frames, channels]`.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.positions = sinusoids(*input_shape[-2:])

    def call(self, x):
        return x * x.shape[-1] ** 0.5 + self.positions

    def compute_output_shape(self, input_shape):
        return input_shape

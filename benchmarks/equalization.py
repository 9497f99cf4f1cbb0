"""Equalization of a clip: 32 frames of 320x240 pixels, in a graph as in extraction."""

import cv2
import keras_cv
import numpy as np
import tensorflow as tf

from benchmarks.ratios import Ratio, time_in_turns
from darkhar.enhancement.registry import get_enhancement

_FRAMES = 32
# A pass takes hundredths of a second, which many things disturb.
_PAIRS = 101


def measure() -> list[Ratio]:
    """Ours against keras-cv's layer, and the textbook's against OpenCV."""
    random = np.random.default_rng(0)
    frames = random.gamma(2, 8, (_FRAMES, 240, 320, 3)).clip(0, 255).astype(np.uint8)
    tensor = tf.constant(frames)

    def in_graph(layer):
        @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)])
        def enhance(images):
            return layer(images)

        return lambda: enhance(tensor)

    def of_channels(frame):
        # To float32, as the layers give it.
        channels = [cv2.equalizeHist(channel) for channel in cv2.split(frame)]
        return cv2.merge(channels).astype(np.float32)

    def by_opencv():
        return [of_channels(frame) for frame in frames]

    keras_cv_layer = keras_cv.layers.Equalization(value_range=(0, 255), bins=256)
    return [
        time_in_turns(
            "keras-cv's equalization",
            ("keras-cv in a graph", in_graph(keras_cv_layer)),
            ("ours", in_graph(get_enhancement("keras_cv_equalization"))),
            items=_FRAMES,
            pairs=_PAIRS,
            bar=5.0,
        ),
        time_in_turns(
            "textbook equalization",
            ("OpenCV's equalizeHist", by_opencv),
            ("ours", in_graph(get_enhancement("textbook_equalization"))),
            items=_FRAMES,
            pairs=_PAIRS,
        ),
    ]

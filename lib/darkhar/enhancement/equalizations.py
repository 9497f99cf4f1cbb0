"""How the layers that are called equalization differ, on frames."""

import contextlib
import warnings
from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from PIL import Image, ImageOps

from darkhar.enhancement.registry import get_enhancement


def equalization_differences(frames: np.ndarray) -> dict[str, float]:
    """Mean absolute differences between equalizations, in grey levels.

    Args:
        frames: uint8 `[frames, height, width, 3]`.

    Returns:
        dict with `keras_cv_textbook_mean` and `keras_cv_pillow_mean` (our layer of
        keras-cv's formula against the textbook's and Pillow's), and
        `keras_cv_itself_max`: the largest difference of a value of our layer from
        `keras_cv.layers.Equalization`.
    """
    ours = get_enhancement("keras_cv_equalization")(frames).numpy()
    textbook = get_enhancement("textbook_equalization")(frames).numpy()
    pillow = np.stack([ImageOps.equalize(Image.fromarray(frame)) for frame in frames])
    with _no_warnings():
        # It takes seconds to import, and only this asks for it.
        from keras_cv.layers import Equalization

        itself = Equalization(value_range=(0, 255))(frames.astype(np.float32)).numpy()
    return {
        "keras_cv_textbook_mean": float(np.abs(ours - textbook).mean()),
        "keras_cv_pillow_mean": float(np.abs(ours - pillow).mean()),
        "keras_cv_itself_max": float(np.abs(ours - itself).max()),
    }


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    """keras-cv misses widgets; TensorFlow goes through its frames one by one."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logger.setLevel(level)

"""What all enhancement layers have in common."""

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
import tensorflow as tf

from darkhar.config.cores import cores
from darkhar.config.keras_settings import keras


class Enhancement(keras.layers.Layer):
    """A layer from images to enhanced images of the same shape.

    A subclass implements `enhance` for a batch of images; this class brings
    single images, clips, batches of clips and ragged batches of clips into
    that form and back. Nothing is learned and each image is enhanced alone.

    Call arguments:
        images: float or uint8 `[..., height, width, channels]` in 0..255, or a
            ragged tensor whose innermost three axes are dense.

    Returns:
        float32 of the same shape, in 0..255.
    """

    # What `enhance` takes: float32, or uint8, where fractions of levels are cut off.
    dtype_in = tf.float32

    def __init__(self, **kwargs: Any):
        super().__init__(trainable=False, **kwargs)

    def enhance(self, images: tf.Tensor) -> tf.Tensor:
        """Enhances images, `dtype_in` `[n, height, width, channels]` in 0..255."""
        raise NotImplementedError

    def call(self, images: tf.Tensor | tf.RaggedTensor) -> tf.Tensor | tf.RaggedTensor:
        if isinstance(images, tf.RaggedTensor):
            return tf.ragged.map_flat_values(self._on_dense, images)
        return self._on_dense(images)

    def compute_output_spec(self, images: keras.KerasTensor) -> keras.KerasTensor:
        ragged = {"ragged": True} if getattr(images, "ragged", False) else {}
        return keras.KerasTensor(images.shape, dtype="float32", **ragged)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["trainable"]
        return config

    def _on_dense(self, images: tf.Tensor) -> tf.Tensor:
        if images.shape.rank is not None and images.shape.rank < 3:
            raise ValueError(
                "images should be [..., height, width, channels]."
                f" Received: images.shape={images.shape}"
            )
        images = _cast(images, self.dtype_in)
        shape = tf.shape(images)
        batch = tf.reshape(images, tf.concat([[-1], shape[-3:]], axis=0))
        batch.set_shape([None, *images.shape[-3:]])
        enhanced = tf.reshape(tf.cast(self.enhance(batch), tf.float32), shape)
        enhanced.set_shape(images.shape)
        return enhanced


def _cast(images: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    if dtype != tf.uint8 or images.dtype == tf.uint8:
        return tf.cast(images, dtype)
    return tf.cast(tf.clip_by_value(images, 0, 255), dtype)


class NumpyEnhancement(Enhancement):
    """An enhancement that NumPy, SciPy or OpenCV computes, image by image.

    A subclass implements `enhance_image`, or `enhance_images` for all at once. It runs
    within TensorFlow's functions, yet no gradient passes through it and XLA does not
    compile it.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.supports_jit = False

    def enhance_image(self, image: np.ndarray) -> np.ndarray:
        """Enhances an image, `dtype_in` `[height, width, channels]` in 0..255.

        Returns:
            The same shape and dtype.
        """
        raise NotImplementedError

    def enhance(self, images: tf.Tensor) -> tf.Tensor:
        enhanced = tf.numpy_function(
            self.enhance_images, [images], self.dtype_in, stateful=False
        )
        enhanced.set_shape(images.shape)
        return enhanced

    def enhance_images(self, images: np.ndarray) -> np.ndarray:
        """Enhances images, `dtype_in` `[n, height, width, channels]` in 0..255.

        Returns:
            The same shape and dtype.
        """
        enhanced = np.empty_like(images)

        def enhance(image: np.ndarray, result: np.ndarray) -> None:
            result[...] = self.enhance_image(image)

        in_threads(enhance, images, enhanced)
        return enhanced


def in_threads(function: Callable[..., Any], *arrays: Sequence[Any]) -> list[Any]:
    """What a function makes of each item, by as many threads as there are cores.

    NumPy, SciPy and OpenCV let other threads run while they compute.

    Args:
        function: callable of one item of each sequence.
        *arrays: sequences of equal length.
    """
    threads, n_items = _threads(), len(arrays[0])
    # One part for each thread: a hand-over costs as much as some images.
    size = max(-(-n_items // cores()), 1)

    def of_part(start: int) -> list[Any]:
        parts = (array[start : start + size] for array in arrays)
        return [function(*items) for items in zip(*parts, strict=True)]

    return [r for part in threads.map(of_part, range(0, n_items, size)) for r in part]


@functools.cache
def _threads() -> ThreadPoolExecutor:
    # OpenCV's own threads would be in the way of these.
    cv2.setNumThreads(1)
    return ThreadPoolExecutor(cores(), thread_name_prefix="enhancement")

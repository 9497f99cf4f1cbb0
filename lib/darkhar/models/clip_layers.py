"""Keras layers that do to every frame of a batch of clips what is done to images.

`keras.layers.TimeDistributed` does not take clips of unequal length or frames of
unequal size. These layers lay the frames of all clips one after the other, pass
them through an image function at once, and fold the result back into clips.
"""

from typing import Any

import tensorflow as tf

from darkhar.backbones.images import resize_images
from darkhar.config.keras_settings import keras


class FramewiseLayer(keras.layers.Layer):
    """Base of layers that do something to each frame of a batch of clips.

    A subclass says what, by `images_call` for a batch of images and
    `images_output_shape` for its shape.

    Input:
        `[clips, frames, height, width, channels]`, dense; or ragged, where clips
        differ in length or frames in size.

    Output:
        float32 `[clips, frames, ...]`: dense if all clips have the same number of
        frames, known beforehand, and the result of `images_call` is dense; else
        ragged.
    """

    def __init__(self, **kwargs: Any):
        # Frames stay uint8 until resized; ragged tensors do not compile with XLA.
        super().__init__(autocast=False, **kwargs)
        self.supports_jit = False

    def images_call(self, images, training):
        """From images `[n, height, width, channels]`, maybe ragged, to `[n, ...]`."""
        raise NotImplementedError

    def images_output_shape(self, image_shape):
        """Shape of the result for an image of this shape, without `n`."""
        raise NotImplementedError

    def call(self, clips, training=False):
        if clips.shape.rank != 5:
            raise ValueError(
                "Clips must be `[clips, frames, height, width, channels]`."
                f" Received: input shape={clips.shape}"
            )
        return self._call_in_graph(clips, training)

    # In a graph, frames of unequal size and chunks are loops of TensorFlow's.
    @tf.function
    def _call_in_graph(self, clips, training):
        if not isinstance(clips, tf.RaggedTensor):
            shape = tf.shape(clips)
            images = tf.reshape(clips, tf.concat([[-1], shape[2:]], axis=0))
            images.set_shape([None, *clips.shape[2:]])
            result = self.images_call(images, training)
            return self._fold(result, shape[:2], clips.shape[:2])
        result = self.images_call(clips.values, training)
        n_frames = clips.shape[1]
        if n_frames is None:
            return clips.with_values(result)
        if isinstance(result, tf.RaggedTensor):
            return tf.RaggedTensor.from_uniform_row_length(
                result, n_frames, nrows=clips.nrows()
            )
        return self._fold(result, [-1, n_frames], clips.shape[:2])

    @staticmethod
    def _fold(result: tf.Tensor, clips_and_frames, static) -> tf.Tensor:
        shape = tf.concat([clips_and_frames, tf.shape(result)[1:]], axis=0)
        clips = tf.reshape(result, shape)
        clips.set_shape([*static, *result.shape[1:]])
        return clips

    def compute_output_shape(self, input_shape):
        return (*input_shape[:2], *self.images_output_shape(tuple(input_shape[2:])))

    def compute_output_spec(self, clips, training=False):
        # Keras would trace a ragged input as a dense one and forget the ragged.
        shape = self.compute_output_shape(clips.shape)
        is_ragged = clips.ragged and None in shape[1:]
        return keras.KerasTensor(shape, dtype="float32", ragged=is_ragged)


@keras.saving.register_keras_serializable(package="darkhar")
class EnhancedFrames(FramewiseLayer):
    """Applies an image enhancement to every frame, at the frame's own size.

    Args:
        enhancement: `keras.layers.Layer`. From images `[..., height, width, 3]`
            to float32 images of the same shape and range.
        **kwargs: Passed to `keras.layers.Layer`.
    """

    def __init__(self, enhancement: keras.layers.Layer, **kwargs: Any):
        super().__init__(**kwargs)
        self.enhancement = enhancement

    def images_call(self, images, training):
        del training  # an enhancement is the same in training
        if not isinstance(images, tf.RaggedTensor):
            return self.enhancement(images)
        splits_dtype = images.row_splits.dtype

        def enhanced(image):
            result = self.enhancement(image.to_tensor()[tf.newaxis])[0]
            return tf.RaggedTensor.from_tensor(result, row_splits_dtype=splits_dtype)

        image_spec = tf.RaggedTensorSpec(images.shape[1:], tf.float32, 1, splits_dtype)
        return tf.map_fn(enhanced, images, fn_output_signature=image_spec)

    def images_output_shape(self, image_shape):
        return image_shape

    def get_config(self):
        layer = keras.saving.serialize_keras_object(self.enhancement)
        return {**super().get_config(), "enhancement": layer}

    @classmethod
    def from_config(cls, config):
        layer = keras.saving.deserialize_keras_object(config.pop("enhancement"))
        return cls(layer, **config)


@keras.saving.register_keras_serializable(package="darkhar")
class ResizedFrames(FramewiseLayer):
    """Resizes every frame as `resize_images` does.

    Args:
        image_size: int. Height and width in pixels.
        **kwargs: Passed to `keras.layers.Layer`.
    """

    def __init__(self, image_size: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.image_size = image_size

    def images_call(self, images, training):
        del training
        return resize_images(images, self.image_size)

    def images_output_shape(self, image_shape):
        return (self.image_size, self.image_size, image_shape[-1])

    def get_config(self):
        return {**super().get_config(), "image_size": self.image_size}

"""The layer that runs an image backbone over the frames of clips."""

from typing import Any

import tensorflow as tf

from darkhar.backbones.images import resize_images
from darkhar.config.keras_settings import keras
from darkhar.models.clip_layers import FramewiseLayer


@keras.saving.register_keras_serializable(package="darkhar")
class ClipFeatures(FramewiseLayer):
    """Runs an image backbone over every frame of a batch of clips.

    Args:
        backbone: `keras.Model`. From images, float32 `[images, size, size, 3]`,
            to `[images, ...]`, such as features `[images, dim]`.
        image_size: int or None. Height and width to which frames of another size
            are resized. None means the backbone's own. Defaults to None.
        chunk: int or None. Frames that pass the backbone at once, at most, which
            bounds memory. None means all frames of all clips. Defaults to None.
        **kwargs: Passed to `keras.layers.Layer`.

    Input:
        `[clips, frames, height, width, channels]` of any numeric dtype, dense;
        or ragged, where clips differ in length or frames in size.

    Output:
        float32 `[clips, frames, dim]`; ragged `[clips, (frames), dim]` where
        clips differ in length.

    Raises:
        ValueError: `chunk` is less than 1, the image size is not known, or the
            input has another number of axes.

    Example:

    >>> clips.shape  # two clips of unequal length and frame size
    TensorShape([2, None, None, None, 3])
    >>> backbone = build_backbone("convnext_small")
    >>> ClipFeatures(backbone)(FrameSampling("uniform", 8)(clips)).shape
    TensorShape([2, 8, 768])
    """

    def __init__(
        self,
        backbone: keras.Model,
        image_size: int | None = None,
        chunk: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if chunk is not None and chunk < 1:
            raise ValueError(f"`chunk` must be at least 1. Received: chunk={chunk}")
        image_size = image_size or backbone.input_shape[1]
        if image_size is None:
            raise ValueError(
                "`image_size` must be given for a backbone that takes any size."
                f" Received: image_size={image_size}"
            )
        self.backbone = backbone
        self.image_size = image_size
        self.chunk = chunk

    def images_call(self, images, training):
        if self.chunk is None:
            return self._backbone_call(images, training)
        is_ragged = isinstance(images, tf.RaggedTensor)
        n_images = images.nrows() if is_ragged else tf.shape(images)[0]
        n_images = tf.cast(n_images, tf.int32)

        def of_chunk(start):
            # The last chunk is filled up with the last frame.
            rows = tf.minimum(start + tf.range(self.chunk), n_images - 1)
            return self._backbone_call(tf.gather(images, rows), training)

        output_shape = self.images_output_shape(tuple(images.shape[1:]))
        features = tf.map_fn(
            of_chunk,
            tf.range(0, n_images, self.chunk),
            fn_output_signature=tf.TensorSpec(
                [self.chunk, *output_shape], self.backbone.compute_dtype
            ),
            parallel_iterations=1,
        )
        return tf.reshape(features, [-1, *output_shape])[:n_images]

    def _backbone_call(self, images, training):
        return self.backbone(resize_images(images, self.image_size), training=training)

    def images_output_shape(self, image_shape):
        images_shape = (None, self.image_size, self.image_size, image_shape[-1])
        return tuple(self.backbone.compute_output_shape(images_shape)[1:])

    def get_config(self):
        return {
            **super().get_config(),
            "backbone": keras.saving.serialize_keras_object(self.backbone),
            "image_size": self.image_size,
            "chunk": self.chunk,
        }

    @classmethod
    def from_config(cls, config):
        backbone = keras.saving.deserialize_keras_object(config.pop("backbone"))
        return cls(backbone, **config)

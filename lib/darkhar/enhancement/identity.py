"""No enhancement, as a layer like the others."""

import keras
import tensorflow as tf

from darkhar.enhancement.layers import Enhancement
from darkhar.enhancement.registry import register


@register("none")
@keras.saving.register_keras_serializable(package="darkhar")
class NoEnhancement(Enhancement):
    """Gives the images back as float32."""

    def enhance(self, images: tf.Tensor) -> tf.Tensor:
        return images

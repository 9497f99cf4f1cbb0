"""No enhancement, as a layer like the others."""

import tensorflow as tf

from darkhar.config.keras_settings import keras
from darkhar.enhancement.layers import Enhancement


@keras.saving.register_keras_serializable(package="darkhar")
class NoEnhancement(Enhancement):
    """Gives the images back as float32."""

    def enhance(self, images: tf.Tensor) -> tf.Tensor:
        return images

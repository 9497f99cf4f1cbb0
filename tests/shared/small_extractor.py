"""An image backbone that is built and run in no time."""

import keras

from darkhar.backbones.extractors import Extractor


def small_extractor():
    """Five features of 8 x 8 pixels by random weights, frozen."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(5, 3)((inputs - 128) / 32)
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x), name="small")
    model.trainable = False
    return Extractor("small", 8, 5, model, weights_sha256="", weights_source="random")

"""Keras as the paper's numbers need it, whatever is set for other work.

A user's `keras.json` or `KERAS_BACKEND` may ask for half precision, channels first or
another backend, and no number would be the same. Whoever uses Keras imports it here.
"""

import os

from darkhar.config.errors import ParameterError

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras

if keras.config.backend() != "tensorflow":
    raise ParameterError(
        f"Keras was imported with the backend {keras.config.backend()!r} before"
        " darkhar; set KERAS_BACKEND=tensorflow"
    )
keras.config.set_floatx("float32")
keras.config.set_epsilon(1e-7)
keras.config.set_image_data_format("channels_last")

__all__ = ["keras"]

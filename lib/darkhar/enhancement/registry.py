"""Enhancements by name, made from the rows of `darkhar.config.enhancements`."""

import functools

from darkhar.config import ENHANCEMENTS, parse_enhancement
from darkhar.config.keras_settings import keras


def enhancement_layer(text: str) -> functools.partial:
    """What makes an enhancement layer: its class with its parameters.

    It says all that an enhancement's output depends on, and so stands in cache keys.
    Texts that name the same enhancement give the same.

    Args:
        text: str. A name in `darkhar.config.ENHANCEMENTS`, or one with parameters, as
            in `"gamma:gamma=2.8"`; see `darkhar.config.parse_enhancement`.

    Raises:
        ParameterError: no such enhancement or parameter, which the message names the
            nearest to; or a value out of its range.
    """
    name, parameters = parse_enhancement(text)
    return functools.partial(ENHANCEMENTS[name].load(), name=name, **parameters)


def get_enhancement(text: str) -> keras.layers.Layer:
    """Makes the enhancement layer that a text names.

    Args:
        text: str. As in `enhancement_layer`.

    Returns:
        A Keras layer from images `[..., height, width, channels]`, float or
        uint8 in 0..255, to float32 of the same shape in 0..255. Its name is the
        enhancement's, without parameters.

    Raises:
        ParameterError: as `enhancement_layer`.
    """
    return enhancement_layer(text)()

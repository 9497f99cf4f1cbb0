"""Enhancements by name.

A further one joins by its name and its parameters' ranges in
`darkhar.config.enhancements.ENHANCEMENTS`, and by a module with a decorated
`Enhancement`, named in `_MODULES`, whose arguments are the parameters:

    @register("gamma")
    class Gamma(Enhancement): ...
"""

import importlib
from collections.abc import Callable
from typing import Any

import keras

from darkhar.config import parse_enhancement

_MODULES = (
    "darkhar.enhancement.identity",
    "darkhar.enhancement.equalization",
    "darkhar.enhancement.gamma",
    "darkhar.enhancement.clahe",
    "darkhar.enhancement.retinex",
    "darkhar.enhancement.agcwd",
)


_LAYERS: dict[str, type[keras.layers.Layer]] = {}


def register(name: str) -> Callable[[type], type]:
    """Class decorator that adds an enhancement layer to the registry.

    Args:
        name: str. The enhancement's name in `ENHANCEMENTS`.

    Raises:
        ValueError: the name is taken.
    """

    def add(layer: type) -> type:
        if name in _LAYERS:
            raise ValueError(f"enhancement '{name}' is already {_LAYERS[name]}")
        _LAYERS[name] = layer
        return layer

    return add


def names() -> tuple[str, ...]:
    """Names of all enhancements."""
    for module in _MODULES:
        importlib.import_module(module)
    return tuple(_LAYERS)


def get_enhancement(text: str) -> keras.layers.Layer:
    """Makes the enhancement layer that a text names.

    Args:
        text: str. One of `names()`, or one with parameters, as in
            `"gamma:gamma=2.8"`; see `darkhar.config.parse_enhancement`.

    Returns:
        A Keras layer from images `[..., height, width, channels]`, float or
        uint8 in 0..255, to float32 of the same shape in 0..255. Its name is the
        enhancement's, without parameters.

    Raises:
        UsageError: no such enhancement or parameter, which the message names the
            nearest to; or a value out of its range.
    """
    name, parameters = parse_enhancement(text)
    names()  # fills the registry
    return _LAYERS[name](name=name, **parameters)


def specification(text: str) -> dict[str, Any]:
    """Name and parameters of an enhancement: what its output depends on.

    Plain JSON values, for cache keys. Texts that name the same enhancement have
    the same specification.

    Raises:
        UsageError: as `get_enhancement`.

    >>> specification("clahe:tiles=4")
    {'name': 'clahe', 'clip_limit': 2.0, 'tiles': 4}
    """
    name, parameters = parse_enhancement(text)
    return {"name": name, **parameters}

"""Enhancements by name.

A further one joins by its name and its parameters' ranges in
`darkhar.config.enhancements.ENHANCEMENTS`, and by a module with a decorated
`Enhancement`, named in `_MODULES`, whose arguments are the parameters:

    @register("gamma")
    class Gamma(Enhancement): ...
"""

import dataclasses
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


@dataclasses.dataclass(frozen=True)
class _Entry:
    layer: type[keras.layers.Layer]
    fixed: dict[str, Any]


_ENTRIES: dict[str, _Entry] = {}


def register(name: str, **fixed: Any) -> Callable[[type], type]:
    """Class decorator that adds an enhancement layer to the registry.

    Args:
        name: str. The enhancement's name in `ENHANCEMENTS`.
        **fixed: JSON values. Arguments that the layer is always made with, beside
            its parameters.

    Raises:
        ValueError: the name is taken.
    """

    def add(layer: type) -> type:
        if name in _ENTRIES:
            raise ValueError(f"enhancement '{name}' is already {_ENTRIES[name].layer}")
        _ENTRIES[name] = _Entry(layer, fixed)
        return layer

    return add


def names() -> tuple[str, ...]:
    """Names of all enhancements."""
    for module in _MODULES:
        importlib.import_module(module)
    return tuple(_ENTRIES)


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
    name, arguments = _arguments(text)
    return _ENTRIES[name].layer(name=name, **arguments)


def specification(text: str) -> dict[str, Any]:
    """Name and parameters of an enhancement: what its output depends on.

    Plain JSON values, for cache keys. Texts that name the same enhancement have
    the same specification.

    Raises:
        UsageError: as `get_enhancement`.

    >>> specification("clahe:tiles=4")
    {'name': 'clahe', 'clip_limit': 2.0, 'tiles': 4}
    """
    name, arguments = _arguments(text)
    return {"name": name, **arguments}


def _arguments(text: str) -> tuple[str, dict[str, Any]]:
    """The name, and all arguments that the layer is made with."""
    name, parameters = parse_enhancement(text)
    names()  # fills the registry
    return name, {**_ENTRIES[name].fixed, **parameters}

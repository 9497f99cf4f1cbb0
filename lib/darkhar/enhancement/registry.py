"""Enhancements by name.

A further one joins by a module with a decorated `Enhancement`, named in
`_MODULES`, and by its name in `darkhar.config.parameters.EnhancementName`:

    @register("gamma", gamma=2.2)
    class Gamma(Enhancement): ...
"""

import dataclasses
import difflib
import importlib
from collections.abc import Callable
from typing import Any

import keras

from darkhar.config import UsageError

_MODULES = ("darkhar.enhancement.identity", "darkhar.enhancement.equalization")


@dataclasses.dataclass(frozen=True)
class _Entry:
    layer: type[keras.layers.Layer]
    parameters: dict[str, Any]


_ENTRIES: dict[str, _Entry] = {}


def register(name: str, **parameters: Any) -> Callable[[type], type]:
    """Class decorator that adds an enhancement layer to the registry.

    Args:
        name: str. The enhancement's name in a run's parameters.
        **parameters: JSON values. Arguments that the layer is made with.

    Raises:
        ValueError: the name is taken.
    """

    def add(layer: type) -> type:
        if name in _ENTRIES:
            raise ValueError(f"enhancement '{name}' is already {_ENTRIES[name].layer}")
        _ENTRIES[name] = _Entry(layer, parameters)
        return layer

    return add


def names() -> tuple[str, ...]:
    """Names of all enhancements."""
    for module in _MODULES:
        importlib.import_module(module)
    return tuple(_ENTRIES)


def get_enhancement(name: str) -> keras.layers.Layer:
    """Makes the enhancement layer of that name.

    Args:
        name: str. One of `names()`.

    Returns:
        A Keras layer from images `[..., height, width, channels]`, float or
        uint8 in 0..255, to float32 of the same shape in 0..255.

    Raises:
        UsageError: no such enhancement; the message names the nearest.
    """
    entry = _entry(name)
    return entry.layer(name=name, **entry.parameters)


def specification(name: str) -> dict[str, Any]:
    """Name and parameters of an enhancement: what its output depends on.

    Plain JSON values, for cache keys.

    >>> specification("textbook_equalization")
    {'name': 'textbook_equalization'}
    """
    return {"name": name, **_entry(name).parameters}


def _entry(name: str) -> _Entry:
    if name not in names():
        nearest = difflib.get_close_matches(name, names(), n=1, cutoff=0.0)[0]
        raise UsageError(f"unknown enhancement '{name}'; did you mean '{nearest}'?")
    return _ENTRIES[name]

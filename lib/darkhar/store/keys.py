"""Keys of what was computed: a hash over all that a result depends on.

What a result depends on is an object, and its fields are the key. Nobody keeps a list
of names beside it: a field that is added to a settings object changes every key that
the object is part of.
"""

import dataclasses
import functools
import hashlib
import json
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from darkhar.store.code import code_of


def key_of(*parts: Any) -> str:
    """The key of what follows from the parts, and from the code of those that compute.

    Args:
        *parts: plain values, arrays (by content), sequences, mappings, dataclass
            instances (by the fields that take part in comparisons, and the code of
            their class), and classes, functions of a module or `functools.partial`s (by
            their code and what they were given).

    Returns:
        SHA-256, 64 hexadecimal digits.

    Raises:
        TypeError: a part of another type, such as a path, which is a place and no
            content, or a lambda or a method, which do not show what they were given.

    Example:

    >>> key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1})
    True
    """
    content = json.dumps([_content(part) for part in parts], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _content(part: Any) -> Any:
    """What stands for a part in JSON."""
    if part is None or isinstance(part, (bool, int, float, str)):
        return part
    if isinstance(part, np.generic):
        return _content(part.item())
    if isinstance(part, np.ndarray) and not part.dtype.hasobject:
        return {"array": _array_digest(part)}
    if isinstance(part, Mapping):
        return {"mapping": sorted([_content(k), _content(v)] for k, v in part.items())}
    if isinstance(part, (list, tuple)):
        return [_content(item) for item in part]
    if isinstance(part, functools.partial):
        return {
            "partial": _content(part.func),
            "given": [_content(part.args), _content(part.keywords)],
        }
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        fields = [f.name for f in dataclasses.fields(part) if f.compare]
        return {
            "object": _named(type(part)),
            "fields": {name: _content(getattr(part, name)) for name in fields},
        }
    if isinstance(part, type) or _is_of_module(part):
        return {"code": _named(part)}
    raise TypeError(f"a {type(part).__name__} is no part of a key: {part!r}")


def _is_of_module(part: Any) -> bool:
    """Whether a part is a function by a name of its module: no lambda, no closure."""
    return isinstance(part, types.FunctionType) and "<" not in part.__qualname__


def _named(of: type | Callable[..., Any]) -> list[str]:
    return [f"{of.__module__}.{of.__qualname__}", code_of(of.__module__)]


def _array_digest(array: np.ndarray) -> str:
    array = np.ascontiguousarray(array)
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape}".encode())
    digest.update(array.tobytes())
    return digest.hexdigest()

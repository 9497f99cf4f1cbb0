"""Plain values: what a scrap may hold, and their flattened names."""

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from darkhar.config import ResultsError

_INTEGER = re.compile(r"\d+")


def plain(value: Any, name: str) -> Any:
    """Casts `value` to plain Python scalars, lists and dicts.

    NumPy and pandas scalars, arrays, tuples and dataclass instances are cast.
    None may stand inside a list or dict for a value that does not exist.

    Args:
        value: the value.
        name: str. What it is called, for the messages: `validation.loss`.

    Raises:
        ResultsError: a value that is not finite, a type that cannot be kept, a
            field name that could not be told apart once flattened.
    """
    if value is None or isinstance(value, str):
        return value if value is None else str(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ResultsError(f"'{name}' is {value}, which is not a result")
        return float(value)
    if isinstance(value, Mapping):
        return _plain_fields(value, name)
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{name}.{i}") for i, item in enumerate(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return _plain_fields(fields, name)
    return _plain_numpy(value, name)


def _plain_fields(fields: Mapping[Any, Any], name: str) -> dict[str, Any]:
    for key in fields:
        # A dot or an integer would read as a path or as an item of a list.
        if (
            not isinstance(key, str)
            or not key
            or "." in key
            or "#" in key
            or _INTEGER.fullmatch(key)
        ):
            raise ResultsError(
                f"'{name}' has the field name {key!r}; a field name is text"
                " without '.' and '#', and not an integer"
            )
    return {str(key): plain(item, f"{name}.{key}") for key, item in fields.items()}


def _plain_numpy(value: Any, name: str) -> Any:
    import numpy as np

    if isinstance(value, np.generic):
        item = value.item()
        if isinstance(item, (bool, int, float, str)):
            return plain(item, name)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "biufUO":
        return plain(value.tolist(), name)
    elif value is _pandas_missing():
        raise ResultsError(f"'{name}' is missing (pandas' NA), which is not a result")
    raise ResultsError(
        f"'{name}' is a {type(value).__name__}; glue numbers, text, lists,"
        " dicts, arrays or dataclasses, and tables with glue_table"
    )


def _pandas_missing() -> Any:
    import pandas as pd

    return pd.NA


def flatten(scraps: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Names every scalar of nested values by its dotted path.

    Args:
        scraps: mapping of name to plain value.
        prefix: str. Put before every name, for example `baseline#`.

    Returns:
        `{"baseline#validation.accuracy": 0.25, ...}`. An empty list or dict
        stands for itself.
    """
    return {
        f"{prefix}{path}": leaf
        for name, value in scraps.items()
        for path, leaf in _leaves(str(name), value)
    }


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(f"{path}.{key}", item)
    elif isinstance(value, list) and value:
        for i, item in enumerate(value):
            yield from _leaves(f"{path}.{i}", item)
    else:
        yield path, value


def unflatten(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `flatten` without a prefix."""
    nested: dict[str, Any] = {}
    for path, leaf in flat.items():
        *parents, last = path.split(".")
        node = nested
        for part in parents:
            node = node.setdefault(part, {})
        node[last] = leaf
    return {name: _lists(value) for name, value in nested.items()}


def _lists(value: Any) -> Any:
    """Turns dicts with the keys 0, 1, ... back into lists."""
    if not isinstance(value, dict) or not value:
        return value
    if all(_INTEGER.fullmatch(key) for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(item) for key, item in value.items()}


def natural_order(text: str) -> list[tuple[int, int | str]]:
    """Sort key under which `rows.2` comes before `rows.10`."""
    return [
        (0, int(part)) if part.isdigit() else (1, part)
        for part in re.split(r"(\d+)", text)
        if part
    ]

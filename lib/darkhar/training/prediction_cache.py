"""Predictions by what they depend on: no classifier is fitted twice on the same."""

import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from darkhar.config import cache_root
from darkhar.store.arrays import FeatureCache
from darkhar.store.code import imported_code, sources_digest
from darkhar.training.splitters import Fold

# Code that predictions from given features depend on lies here, and packages that fit.
_PARTS = (
    "darkhar.training.",
    "darkhar.models.",
    "darkhar.pose.",
    "darkhar.data.pipeline_options",
)
_PACKAGES = ("keras", "numpy", "scikit-learn", "scipy", "tensorflow")


def kept_predictions(
    compute: Callable[[], np.ndarray],
    *,
    settings: Mapping[str, Any],
    arrays: Sequence[np.ndarray],
    modules: Collection[str],
) -> np.ndarray:
    """What `compute` returns, from the cache where it was computed before.

    Args:
        compute: callable without arguments. Returns an array.
        settings: mapping of plain values. All that the array depends on beside
            `arrays`, its code, and the packages that fit classifiers.
        arrays: arrays that it depends on, such as features and labels.
        modules: Full names of the modules whose code, with all that they import of
            classifiers, computes it.

    Returns:
        The array.
    """
    content = {
        "settings": dict(settings),
        "arrays": [array_digest(array) for array in arrays],
        "code": [_code_version(name) for name in sorted(modules)],
    }
    key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    cache = FeatureCache(cache_root() / "predictions")
    kept = cache.get(key)
    if kept is None:
        kept = compute()
        cache.put(key, kept)
    return kept


def array_digest(array: np.ndarray) -> str:
    """SHA-256 over an array's type, shape and values, hexadecimal."""
    array = np.ascontiguousarray(array)
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape}".encode())
    digest.update(array.tobytes())
    return digest.hexdigest()


def fold_digests(folds: Sequence[Fold]) -> list[str]:
    """`array_digest` of each fold's held-out clips, which say what was fitted."""
    return [array_digest(fold.held_out) for fold in folds]


def modules_of(function: Callable[..., Any]) -> set[str]:
    """Full names of the modules that define a function and those that it wraps.

    Args:
        function: A function or a `functools.partial` of one; it names what it wraps by
            `functools.wraps`.
    """
    if isinstance(function, functools.partial):
        return modules_of(function.func)
    defined_in = {function.__globals__["__name__"]}
    inner = getattr(function, "__wrapped__", None)
    return defined_in if inner is None else defined_in | modules_of(inner)


@functools.cache
def _code_version(module: str) -> str:
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    digest = hashlib.sha256("\n".join(versions).encode())
    digest.update(sources_digest(imported_code(module, _PARTS)))
    return digest.hexdigest()

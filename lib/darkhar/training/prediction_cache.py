"""Predictions by what they depend on: no classifier is fitted twice on the same."""

import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import darkhar
from darkhar.config import cache_root
from darkhar.features.cache import FeatureCache
from darkhar.training.splitters import Fold

# Rooms whose code makes predictions of features, and packages that fit.
_ROOMS = ("features/pose", "models", "training")
_PACKAGES = ("keras", "numpy", "scikit-learn", "scipy", "tensorflow")


def kept_predictions(
    compute: Callable[[], np.ndarray],
    *,
    settings: Mapping[str, Any],
    arrays: Sequence[np.ndarray],
) -> np.ndarray:
    """What `compute` returns, from the cache where it was computed before.

    Args:
        compute: callable without arguments. Returns an array.
        settings: mapping of plain values. All that the array depends on beside
            `arrays`, the code of the library's classifiers, and the packages that
            fit them.
        arrays: arrays that it depends on, such as features and labels.

    Returns:
        The array.
    """
    content = {
        "settings": dict(settings),
        "arrays": [array_digest(array) for array in arrays],
        "code": _code_version(),
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


@functools.cache
def _code_version() -> str:
    package = Path(darkhar.__file__).parent
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    digest = hashlib.sha256("\n".join(versions).encode())
    for room in _ROOMS:
        for path in sorted((package / room).glob("*.py")):
            digest.update(f"{room}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()

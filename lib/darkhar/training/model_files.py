"""Fitted networks and scikit-learn's pipelines as files, without a pickle.

A network is a `.keras` archive of a configuration and weights, a pipeline a `.skops`
archive of a schema and arrays. Neither holds code: what they name is looked up, and
only what stands here is. The same model gives the same bytes.
"""

import importlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import skops.io
from sklearn.base import BaseEstimator

from darkhar.config import ResultsError
from darkhar.config.keras_settings import keras
from darkhar.models.block_scaling import BlockScaler
from darkhar.models.pose_estimators import log_positive

KERAS, SKOPS = ".keras", ".skops"
# Beside what skops trusts by itself: plain values, arrays and scikit-learn's classes.
_TRUSTED = (
    *(f"{of.__module__}.{of.__qualname__}" for of in (BlockScaler, log_positive)),
    "sklearn.tree._tree.Tree",
)
# Where a network's layers, and what these are made of, may come from.
_PACKAGES = ("builtins", "darkhar", "keras")
# The first moment that an archive can hold.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def suffix(model: Any) -> str | None:
    """The suffix of a model's file; None of what is no model."""
    if isinstance(model, keras.Model):
        return KERAS
    return SKOPS if isinstance(model, BaseEstimator) else None


def model_bytes(model: keras.Model | BaseEstimator) -> bytes:
    """A model's file.

    Args:
        model: Fitted network or estimator.
    """
    if suffix(model) == SKOPS:
        return _rewritten(skops.io.dumps(model), {"schema.json": _numbered})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{KERAS}"
        model.save(path)
        content = path.read_bytes()
    return _rewritten(
        content, {"metadata.json": _undated, "config.json": _without_addresses}
    )


def read_model(path: Path) -> keras.Model | BaseEstimator:
    """The model of a file.

    Args:
        path: Path. Its suffix says what it is.

    Raises:
        ResultsError: it is no such file, or names what is not trusted.
    """
    try:
        if path.suffix == SKOPS:
            foreign = set(skops.io.get_untrusted_types(file=path)) - set(_TRUSTED)
            if foreign:
                raise _foreign(path, foreign)
            return skops.io.load(path, trusted=list(_TRUSTED))
        with zipfile.ZipFile(path) as archive:
            _import_layers(json.loads(archive.read("config.json")), path)
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except ResultsError:
        raise
    except Exception as error:  # of whatever kind a damaged archive makes
        why = " ".join(str(error).split())[:120]
        raise ResultsError(f"{path} cannot be loaded: {why}") from None


def _foreign(path: Path, names: set[str]) -> ResultsError:
    return ResultsError(
        f"{path} names what no model of this library is made of"
        f" ({', '.join(sorted(names))}); it is not loaded"
    )


def _import_layers(config: dict[str, Any], path: Path) -> None:
    """Keras knows the library's layers once their modules are imported."""
    modules = {node.get("module") or "builtins" for node in _nodes(config)}
    foreign = {name for name in modules if name.split(".")[0] not in _PACKAGES}
    if foreign:
        raise _foreign(path, foreign)
    for name in sorted(modules):
        if name.startswith("darkhar."):
            importlib.import_module(name)


def _rewritten(content: bytes, changes: dict[str, Callable[[Any], Any]]) -> bytes:
    """An archive compressed, without times, and with some of its JSON changed.

    Files are in the order of their names. What a change gives beside the JSON is a
    mapping of names to new ones.
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        files = {name: old.read(name) for name in old.namelist()}
        renamed: dict[str, str] = {}
        for name, change in changes.items():
            part = json.loads(files[name])
            renamed |= change(part) or {}
            files[name] = json.dumps(part).encode()
        files = {renamed.get(name, name): data for name, data in files.items()}
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, files[name])
    return buffer.getvalue()


def _undated(metadata: dict[str, Any]) -> None:
    del metadata["date_saved"]


def _without_addresses(config: dict[str, Any]) -> None:
    """Keras marks what is shared by its address in memory."""
    numbers: dict[int, int] = {}
    for node in _nodes(config):
        if "shared_object_id" in node:
            address = node["shared_object_id"]
            node["shared_object_id"] = numbers.setdefault(address, len(numbers))


def _numbered(schema: dict[str, Any]) -> dict[str, str]:
    """skops marks objects, and the files of arrays, by their addresses in memory.

    A plain value is one of its own: whether Python keeps equal ones once is chance.
    """
    numbers: dict[int, int] = {}
    files: dict[str, str] = {}
    count = 0
    for node in _nodes(schema):
        if "__id__" in node:
            address, count = node["__id__"], count + 1
            is_plain = node["__loader__"] == "JsonNode"
            number = count if is_plain else numbers.setdefault(address, count)
            node["__id__"] = number
        if "file" in node:
            _, dot, kind = node["file"].partition(".")
            new = files.setdefault(node["file"], f"{len(files):05d}{dot}{kind}")
            node["file"] = new
    return files


def _nodes(part: Any) -> Iterator[dict[str, Any]]:
    """All mappings of a JSON value, outer ones first."""
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            yield from _nodes(item)

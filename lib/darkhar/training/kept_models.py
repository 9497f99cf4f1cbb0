"""Fitted classifiers kept in files, to be loaded again in another process.

A kept model is a *description*, `NAME.json`, and the files of the networks and
pipelines that it is made of (`darkhar.training.model_files`): `NAME.keras`,
`NAME.skops`, or one for each branch of a fusion. The description says which objects
hold them, what was fitted on which clips, and the files' SHA-256.
"""

import dataclasses
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from darkhar.config import POSE_CLASSIFIERS, ResultsError
from darkhar.config.keras_settings import keras
from darkhar.models.fusion import Fused
from darkhar.models.pose_estimators import PoseEstimator
from darkhar.store.files import file_sha256
from darkhar.training.fitted import Fitted
from darkhar.training.model_files import model_bytes, read_model, suffix

FORMAT = 1
# Classes that a description may name are theirs.
_BASES = (Fitted, Fused)
_ROOMS = ("darkhar.models.", "darkhar.training.")


@dataclasses.dataclass(frozen=True)
class KeptModel:
    """A model that was loaded.

    Args:
        fitted: `Fitted`, from `Clips` to logits; or `keras.Model`, from the raw frames
            of clips, as of `darkhar.models.end_to_end`.
        description: dict. What `NAME.json` says of it: `name`, `what`, `classes`,
            `settings`, `parameters`, `seed`, `data`, `accuracy`, `packages`, `files`,
            `library`.
    """

    fitted: Fitted | keras.Model
    description: dict[str, Any]

    def __call__(self, clips: Any) -> Any:
        """The logits of clips."""
        return self.fitted(clips)

    @property
    def class_names(self) -> tuple[str, ...]:
        """In the order of the logits."""
        return tuple(self.description["classes"])


def packed(
    name: str, fitted: Fitted | keras.Model
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files of a model, by name, and what a description says of its objects.

    Args:
        name: str. The model's.
        fitted: `Fitted` or `keras.Model`.

    Raises:
        ResultsError: it holds what cannot be kept.
    """
    files: dict[str, bytes] = {}
    return files, _parts(fitted, name, files)


def load_model(path: str | Path) -> KeptModel:
    """The model of a description, once its files are known to be the right ones.

    Args:
        path: str or Path. `NAME.json`; its files are beside it.

    Raises:
        ResultsError: a file is missing, damaged, or names what is not trusted; or the
            description is of another format.

    Example:

    >>> model = load_model("runs/demo/models/pose.json")      # doctest: +SKIP
    >>> model(study.val).argmax(axis=1)                       # doctest: +SKIP
    """
    path = Path(path)
    description = read_description(path)
    for file, sha256 in description["files"].items():
        if not (path.parent / file).is_file():
            raise ResultsError(
                f"{path.parent / file} is missing, which {path.name} names"
            )
        if file_sha256(path.parent / file) != sha256:
            raise ResultsError(
                f"{path.parent / file} is not the file that {path.name} names: its"
                " SHA-256 differs"
            )
    try:
        fitted = _restored(description["model"], path.parent)
    except (AttributeError, ImportError, KeyError, TypeError, ValueError) as error:
        raise ResultsError(f"{path} cannot be loaded: {error}") from None
    return KeptModel(fitted, description)


def read_description(path: Path) -> dict[str, Any]:
    """What a description says.

    Args:
        path: Path. `NAME.json`.

    Raises:
        ResultsError: there is none, or one of another format.
    """
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ResultsError(f"there is no model {path}") from None
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read: {error}") from None
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        raise ResultsError(f"{path} describes no model of format {FORMAT}")
    if any(Path(file).name != file for file in description["files"]):
        raise ResultsError(f"{path} names files that are not beside it")
    return description


def _parts(value: Any, name: str, files: dict[str, bytes]) -> Any:
    """What stands for a value in a description; models go into files of that name."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return [_parts(item, name, files) for item in value]
    if isinstance(value, PoseEstimator):
        return {"pose_estimator": _target(value)}
    if isinstance(value, _BASES):
        fields = {}
        for field in dataclasses.fields(value):
            own = getattr(value, field.name)
            inner = f"{name}.{field.name}" if isinstance(own, _BASES) else name
            fields[field.name] = _parts(own, inner, files)
        kind = type(value)
        return {"class": f"{kind.__module__}:{kind.__qualname__}", "fields": fields}
    if suffix(value) is None:
        raise ResultsError(
            f"model '{name}' holds a {type(value).__name__}, which cannot be kept"
        )
    file = f"{name}{suffix(value)}"
    files[file] = model_bytes(value)
    return {"file": file}


def _restored(part: Any, folder: Path) -> Any:
    """The value that stands so in a description."""
    match part:
        case list():
            return tuple(_restored(item, folder) for item in part)
        case {"pose_estimator": target}:
            return _pose_estimator(target)
        case {"class": name, "fields": fields}:
            values = {key: _restored(value, folder) for key, value in fields.items()}
            return _class(name)(**values)
        case {"file": file}:
            return read_model(folder / file)
    return part


def _class(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    if module.startswith(_ROOMS):
        found = getattr(importlib.import_module(module), attribute)
        if isinstance(found, type) and issubclass(found, _BASES):
            return found
    raise ResultsError(f"a model of this library is no '{name}'; it is not loaded")


def _target(estimator: PoseEstimator) -> str:
    for row in POSE_CLASSIFIERS.values():
        if not row.is_network and row.load() == estimator:
            return row.target
    raise ResultsError("a pose estimator without a row in POSE_CLASSIFIERS is not kept")


def _pose_estimator(target: str) -> PoseEstimator:
    for row in POSE_CLASSIFIERS.values():
        if not row.is_network and row.target == target:
            return row.load()
    raise ResultsError(f"no pose classifier of this library is '{target}'")

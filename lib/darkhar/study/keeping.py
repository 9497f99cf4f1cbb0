"""Keeping the models that a notebook has fitted."""

import dataclasses
import hashlib
import types
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from darkhar.config import PATH_NAMES
from darkhar.config.keras_settings import keras
from darkhar.data.source import DataSource
from darkhar.recognizer.strangers import with_none
from darkhar.results import provenance
from darkhar.results.glued_models import (
    GluedModel,
    description_key,
    description_text,
    glue_left_out,
)
from darkhar.results.values import plain
from darkhar.store.shelf import Shelf
from darkhar.study.open_set import OpenSet, open_set_fit
from darkhar.study.study import Study
from darkhar.training.fits import Fit
from darkhar.training.fitted import Fitted
from darkhar.training.kept_models import FORMAT, packed

LARGEST = 64
"""MiB of a model's files, at most: a large backbone's are in the cache already."""
# Whose versions say whether files can be read.
_PACKAGES = ("keras", "scikit-learn", "skops")


def keep_model(
    name: str,
    fitted: Fitted | keras.Model,
    fit: Fit,
    study: Study,
    source: DataSource,
    *,
    accuracy: pd.DataFrame,
    **more: Any,
) -> str:
    """Puts a model into the cache and glues where, for `darkhar run` to fetch it.

    Args:
        name: str. The model's; a run has one of a name.
        fitted: `Fitted`; or `keras.Model` from raw frames to logits.
        fit: `Fit`. How it was fitted.
        study: `Study`. Its training clips were fitted.
        source: `DataSource`. Their files.
        accuracy: table. What is known of its accuracy, a row a protocol.
        **more: plain values that its description says as well, or in place of others:
            `what`, `classes`.

    Returns:
        What was kept, in words; that the model is too large for it, if it is.

    Raises:
        ResultsError: it holds what cannot be kept.
    """
    files, model = packed(name, fitted)
    size = sum(map(len, files.values())) / 2**20
    if size > LARGEST:
        reason = f"its files would have {size:.0f} MiB, more than {LARGEST}."
        glue_left_out(name, reason)
        return f"not kept: {reason}"
    digests = {file: hashlib.sha256(files[file]).hexdigest() for file in sorted(files)}
    description = _description(fit, study, source) | plain(more, name)
    description |= {
        "format": FORMAT,
        "name": name,
        "model": model,
        "files": digests,
        "accuracy": {
            "columns": list(accuracy.columns),
            "rows": plain(list(accuracy.itertuples(index=False, name=None)), name),
        },
    }
    shelf, key = Shelf("models"), description_key(description)
    for file, digest in digests.items():
        shelf.put(digest, files[file])
    text = description_text(description | {"library": provenance.library()})
    shelf.put(key, text.encode())
    sizes = {file: len(files[file]) for file in digests}
    GluedModel(name, key, sizes, digests).glue()
    return f"kept: {', '.join(digests)}"


def keep_recognizer(
    verdicts: OpenSet, study: Study, source: DataSource, *, accuracy: pd.DataFrame
) -> str:
    """Keeps the classifier with one class more, `"recognizer"`, fitted on all clips.

    Its description says when its answers may be believed, as `confidence`
    (`darkhar.recognizer.confidence`).

    Args:
        verdicts: `OpenSet`. What it made of clips that it did not see.
        study: `Study`, with the view `"poses"`.
        source: `DataSource`. Its files.
        accuracy: table, as of `OpenSet.table`.

    Returns:
        As `keep_model`.
    """
    clips, fit = with_none(study.train), open_set_fit(study)
    return keep_model(
        "recognizer",
        fit.fit_all(clips, study.parameters.seed),
        fit,
        study,
        source,
        accuracy=accuracy,
        classes=clips.class_names,
        confidence=verdicts.confidence,
    )


def _description(fit: Fit, study: Study, source: DataSource) -> dict[str, Any]:
    parameters = study.parameters.as_dict()
    for path in PATH_NAMES:
        if parameters.get(path) is not None:
            parameters[path] = Path(parameters[path]).name
    packages = provenance.packages()
    return {
        "what": type(fit).__doc__.partition("\n")[0],
        "classes": list(study.train.class_names),
        "settings": said(fit),
        "parameters": plain(parameters, "parameters"),
        "seed": study.parameters.seed,
        "data": {
            "fingerprint": source.fingerprint,
            "embedded": source.embedded,
            "train_clips": len(study.train),
            "val_clips": len(study.val),
        },
        "packages": {name: packages[name] for name in _PACKAGES},
    }


def said(value: Any) -> Any:
    """What a fit's field is, in plain values for people to read.

    Functions and classes are named; of objects that hold arrays, too long to be read,
    there is a hash.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return [said(item) for item in value]
    if isinstance(value, (type, types.FunctionType)):
        return f"{value.__module__}:{value.__qualname__}"
    fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    held = [field for field in fields.values() if isinstance(field, np.ndarray)]
    if held:
        content = b"".join(array.tobytes() for array in held)
        return {
            "object": said(type(value)),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    return {"object": said(type(value))} | {n: said(v) for n, v in fields.items()}

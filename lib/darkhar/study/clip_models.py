"""Models under study: each fits in any folds, with any seed, in one way.

A model's held-out and validation logits depend on its settings, its inputs, the folds
and the seed, and are kept by these.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from darkhar.config import Parameters
from darkhar.pose.pose_clips import PoseClips
from darkhar.training import classifiers
from darkhar.training.classifiers import Fit, Inputs, cross_fit, fit_all
from darkhar.training.clip_vectors import ClipVectors, mean_features, vector_fit
from darkhar.training.fit import Features
from darkhar.training.pose import POSE_CLASSIFIERS, pose_fit
from darkhar.training.prediction_cache import (
    fold_digests,
    kept_predictions,
    modules_of,
)
from darkhar.training.splitters import Fold


@dataclasses.dataclass(frozen=True)
class ClipModel:
    """A classifier of clips with its training and validation clips.

    Args:
        name: str. As readers see it.
        held_out: callable. From folds and a seed to logits of each training clip
            from the fit that did not see it, float64 `[clips, classes]`.
        validation: callable. From a seed to logits of the validation clips, of the
            model fitted on all training clips, float64 `[clips, classes]`.
        is_random: bool. Whether a fit depends on the seed.
    """

    name: str
    held_out: Callable[[Sequence[Fold], int], np.ndarray]
    validation: Callable[[int], np.ndarray]
    is_random: bool


def fitted_model(
    name: str,
    fit: Fit,
    settings: Mapping[str, Any],
    train: Inputs,
    val: Inputs,
    labels: np.ndarray,
    *,
    n_classes: int,
    is_random: bool = False,
) -> ClipModel:
    """A model of a `Fit`.

    Args:
        name: str. As readers see it.
        fit: `Fit`.
        settings: mapping of plain values that the fit depends on, beside its inputs.
        train, val: inputs of the training and the validation clips; dataclass
            instances of arrays.
        labels: int `[clips]`. Of the training clips.
        n_classes: int. Number of classes.
        is_random: bool. Whether the fit depends on the seed. Defaults to False.
    """
    settings = {**settings, "classes": n_classes}
    arrays = [*_arrays(train), labels]
    modules = modules_of(fit) | {classifiers.__name__}

    def held_out(folds: Sequence[Fold], seed: int) -> np.ndarray:
        return kept_predictions(
            lambda: cross_fit(
                fit, train, labels, folds, n_classes=n_classes, seed=seed
            ),
            settings=settings
            | {"folds": fold_digests(folds)}
            | _seeded(seed, is_random),
            arrays=arrays,
            modules=modules,
        )

    def validation(seed: int) -> np.ndarray:
        return kept_predictions(
            lambda: fit_all(fit, train, labels, seed=seed)(val),
            settings=settings | _seeded(seed, is_random),
            arrays=[*arrays, *_arrays(val)],
            modules=modules,
        )

    return ClipModel(name, held_out, validation, is_random)


def vector_model(
    name: str,
    train: ClipVectors,
    val: ClipVectors,
    labels: np.ndarray,
    *,
    n_classes: int,
) -> ClipModel:
    """Logistic regression of one vector a clip.

    Args:
        name: str. As readers see it.
        train, val: `ClipVectors`.
        labels, n_classes: as in `fitted_model`.
    """
    return fitted_model(
        name,
        vector_fit(n_classes),
        {"fit": "vectors"},
        train,
        val,
        labels,
        n_classes=n_classes,
    )


def mean_model(
    name: str, train: Features, val: Features, labels: np.ndarray, *, n_classes: int
) -> ClipModel:
    """`vector_model` of the mean over a clip's frames.

    Args:
        name: str. As readers see it.
        train, val: float32 `[clips, frames, dim]`, or lists of `[frames, dim]`.
        labels, n_classes: as in `fitted_model`.
    """
    return vector_model(
        name, mean_features(train), mean_features(val), labels, n_classes=n_classes
    )


def keypoint_model(
    name: str,
    classifier: str,
    parameters: Parameters,
    train: PoseClips,
    val: PoseClips,
    labels: np.ndarray,
    *,
    n_classes: int,
) -> ClipModel:
    """A pose classifier.

    Args:
        name: str. As readers see it.
        classifier: str. One of `POSE_CLASSIFIERS`.
        parameters: `Parameters`. The run's.
        train, val: `PoseClips`.
        labels, n_classes: as in `fitted_model`.
    """
    return fitted_model(
        name,
        pose_fit(classifier, parameters, n_classes),
        pose_settings(classifier, parameters),
        train,
        val,
        labels,
        n_classes=n_classes,
        is_random=_is_network(classifier),
    )


def pose_settings(classifier: str, parameters: Parameters) -> dict[str, Any]:
    """What the fit of a pose classifier depends on, beside its inputs.

    Args:
        classifier: str. One of `POSE_CLASSIFIERS`.
        parameters: `Parameters`. The run's.
    """
    settings = {"fit": f"pose, {classifier}"}
    if _is_network(classifier):
        values = parameters.as_dict()
        settings |= {
            key: values[key]
            for key in (
                "pose_epochs",
                "pose_units",
                "dropout",
                "learning_rate",
                "batch_clips_per_class",
            )
        }
    return settings


def _is_network(classifier: str) -> bool:
    return classifier not in POSE_CLASSIFIERS[:2]


def _arrays(inputs: Inputs) -> list[np.ndarray]:
    return [getattr(inputs, field.name) for field in dataclasses.fields(inputs)]


def _seeded(seed: int, is_random: bool) -> dict[str, int]:
    return {"seed": seed} if is_random else {}

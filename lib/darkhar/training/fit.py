"""Fitting one classifier on features that were extracted before."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from darkhar.models.sequence import build_classifier
from darkhar.models.unrolled_sequence import build_unrolled_classifier
from darkhar.training.network import Schedule, fit_network, network_logits
from darkhar.training.side_by_side import FittedFold, fit_side_by_side
from darkhar.training.splitters import Fold

# Longer clips' steps take too long to trace one by one.
_UNROLLED_FRAMES = 32

Features = np.ndarray | list[np.ndarray]


@dataclasses.dataclass(frozen=True)
class FitSettings:
    """How a classifier is built and fitted.

    Args:
        schedule: `Schedule`.
        lstm_units: int. Units of each direction of the LSTM.
        dropout: float. Dropout of the LSTM's inputs.
    """

    schedule: Schedule
    lstm_units: int
    dropout: float


def as_arrays(features: Features) -> list[np.ndarray]:
    """Features as a list of arrays, of which there is one where clips are alike."""
    return [features] if isinstance(features, np.ndarray) else list(features)


def as_batch(features: Features) -> np.ndarray:
    """Features of clips as one array.

    Args:
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`
            where clips have different numbers of frames.

    Returns:
        float32 `[clips, longest, dim]`; a list is padded at the end of each
        clip with frames of zeros.
    """
    if isinstance(features, np.ndarray):
        return features
    longest = max(len(clip) for clip in features)
    batch = np.zeros((len(features), longest, features[0].shape[1]), np.float32)
    for row, clip in zip(batch, features, strict=True):
        row[: len(clip)] = clip
    return batch


def fit_classifier(
    features: Features,
    labels: np.ndarray,
    *,
    n_classes: int,
    settings: FitSettings,
    seed: int,
    held_out: tuple[Features, np.ndarray] | None = None,
) -> tuple[keras.Model, dict[str, list[float]]]:
    """Fits a classifier with fresh weights, as `fit_network` does.

    Args:
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`.
        labels: int `[clips]`, in `[0, n_classes)`.
        n_classes: int. Number of classes.
        settings: `FitSettings`.
        seed: int. Seed of initial weights, shuffling and dropout.
        held_out: features and labels of the held-out clips. Defaults to None.

    Returns:
        The fitted model, and its history: `loss`, `accuracy` and, with held-out
        clips, `val_loss`, `val_accuracy`, each a list with one float an epoch.
    """
    if held_out is not None:
        held_out = (as_batch(held_out[0]), held_out[1])
    return fit_network(
        build_classifier,
        _architecture(features, n_classes, settings),
        as_batch(features),
        labels,
        schedule=settings.schedule,
        seed=seed,
        held_out=held_out,
    )


def fit_folds(
    features: Features,
    labels: np.ndarray,
    folds: Sequence[Fold],
    *,
    n_classes: int,
    settings: FitSettings,
    seeds: Sequence[int],
) -> list[FittedFold]:
    """Fits a classifier with fresh weights in each fold, all folds side by side.

    Args:
        features, labels, n_classes, settings: as in `fit_classifier`.
        folds: list of `Fold`.
        seeds: int. One a fold.

    Returns:
        `FittedFold` of each fold, in order: to rounding what `fit_classifier` returns
        for its clips, with those it holds out held out, and their logits.
    """
    architecture = _architecture(features, n_classes, settings)
    n_frames = architecture["n_frames"]
    unrolled = n_frames is not None and n_frames <= _UNROLLED_FRAMES
    return fit_side_by_side(
        build_classifier,
        architecture,
        as_batch(features),
        labels,
        folds,
        schedule=settings.schedule,
        seeds=seeds,
        build_stacked=build_unrolled_classifier if unrolled else None,
    )


def _architecture(
    features: Features, n_classes: int, settings: FitSettings
) -> dict[str, Any]:
    return {
        "n_classes": n_classes,
        "feature_dim": features[0].shape[-1],
        "n_frames": features.shape[1] if isinstance(features, np.ndarray) else None,
        "lstm_units": settings.lstm_units,
        "dropout": settings.dropout,
    }


def predict_logits(model: keras.Model, features: Features) -> np.ndarray:
    """Logits, float32 `[clips, classes]`, of a fitted classifier."""
    return network_logits(model, as_batch(features))

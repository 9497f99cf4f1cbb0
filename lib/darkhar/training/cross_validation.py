"""k-fold cross-validation, and the final model that it leads to."""

import dataclasses
from collections.abc import Sequence

import keras
import numpy as np

from darkhar.config import Parameters
from darkhar.training.fit import (
    Features,
    FitSettings,
    as_arrays,
    fit_classifier,
    fit_folds,
)
from darkhar.training.fold_results import (
    CrossValidation,
    FoldResult,
    fold_result,
    packed,
    unpacked,
)
from darkhar.training.network import Schedule
from darkhar.training.prediction_cache import fold_digests, kept_predictions
from darkhar.training.seeds import FINAL_FIT, FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold, folds_each_way, run_folds


def settings_from(parameters: Parameters, n_classes: int) -> FitSettings:
    """How the run's parameters say that a classifier is fitted."""
    return FitSettings(
        schedule=Schedule(
            epochs=parameters.epochs,
            batch_size=parameters.batch_clips_per_class * n_classes,
            learning_rate=parameters.learning_rate,
            patience=parameters.patience,
        ),
        lstm_units=parameters.lstm_units,
        dropout=parameters.dropout,
    )


def cross_validate(
    features: Features,
    labels: np.ndarray,
    scenes: np.ndarray,
    *,
    n_classes: int,
    parameters: Parameters,
) -> CrossValidation:
    """Fits one classifier per fold, each with fresh weights and its own seed.

    Args:
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`.
        labels: int `[clips]`.
        scenes: str `[clips]`.
        n_classes: int. Number of classes.
        parameters: `Parameters`. The run's.

    Returns:
        `CrossValidation`.

    Raises:
        ParameterError: folds that the clips don't allow.
        DataError: scenes are asked for and unknown.
    """
    return cross_validate_folds(
        features,
        labels,
        run_folds(parameters, labels, scenes, parameters.splitter),
        n_classes=n_classes,
        parameters=parameters,
    )


def cross_validate_folds(
    features: Features,
    labels: np.ndarray,
    folds: Sequence[Fold],
    *,
    n_classes: int,
    parameters: Parameters,
) -> CrossValidation:
    """As `cross_validate`, in folds that were made before.

    What was computed once is kept (`darkhar.training.prediction_cache`).

    Args:
        features, labels, n_classes, parameters: as in `cross_validate`.
        folds: list of `Fold`; every clip is held out once.
    """
    values = parameters.as_dict()
    names = (
        "seed",
        "epochs",
        "patience",
        "learning_rate",
        "batch_clips_per_class",
        "lstm_units",
        "dropout",
    )
    kept = kept_predictions(
        lambda: packed(
            _fit_folds(
                features, labels, folds, n_classes=n_classes, parameters=parameters
            )
        ),
        settings={
            "fit": "cross-validation",
            "classes": n_classes,
            "parameters": {name: values[name] for name in names},
            "folds": fold_digests(folds),
        },
        arrays=[*as_arrays(features), labels],
        modules=[__name__],
    )
    return unpacked(kept, folds, n_classes)


def _fit_folds(
    features: Features,
    labels: np.ndarray,
    folds: Sequence[Fold],
    *,
    n_classes: int,
    parameters: Parameters,
) -> list[FoldResult]:
    fitted = fit_folds(
        features,
        labels,
        folds,
        n_classes=n_classes,
        settings=settings_from(parameters, n_classes),
        seeds=[
            derived_seed(parameters.seed, FOLD_FITS, number)
            for number in range(len(folds))
        ],
    )
    return [
        fold_result(fold, result.history, result.logits)
        for fold, result in zip(folds, fitted, strict=True)
    ]


def cross_validate_each_way(
    features: Features,
    labels: np.ndarray,
    scenes: np.ndarray,
    *,
    n_classes: int,
    parameters: Parameters,
) -> dict[str, CrossValidation]:
    """Cross-validates with each splitter that the clips allow.

    Args:
        features, labels, scenes, n_classes, parameters: as in
            `cross_validate`. `parameters.splitter` must be possible; another one
            is left out where scenes are unknown or fewer than the folds.

    Returns:
        dict of splitter name to `CrossValidation`, in the order of
        `folds_each_way`.

    Raises:
        ParameterError: folds that the clips don't allow.
        DataError: scenes are asked for and unknown.
    """
    return {
        splitter: cross_validate(
            features,
            labels,
            scenes,
            n_classes=n_classes,
            parameters=dataclasses.replace(parameters, splitter=splitter),
        )
        for splitter in folds_each_way(parameters, labels, scenes, parameters.splitter)
    }


def fit_final(
    features: Features,
    labels: np.ndarray,
    *,
    n_classes: int,
    epochs: int,
    parameters: Parameters,
) -> keras.Model:
    """Fits the final classifier on all training clips for a fixed time.

    Nothing is held out and nothing stops it early: `epochs` comes from
    cross-validation.

    Args:
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`.
        labels: int `[clips]`.
        n_classes: int. Number of classes.
        epochs: int. How long.
        parameters: `Parameters`. The run's.

    Returns:
        The fitted model.
    """
    settings = settings_from(parameters, n_classes)
    schedule = dataclasses.replace(settings.schedule, epochs=epochs, patience=None)
    model, _ = fit_classifier(
        features,
        labels,
        n_classes=n_classes,
        settings=dataclasses.replace(settings, schedule=schedule),
        seed=derived_seed(parameters.seed, FINAL_FIT),
    )
    return model

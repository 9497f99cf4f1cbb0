"""Models under study: each fits in any folds, with any seed, in one way.

A model's held-out and validation logits depend on its settings, its inputs, the folds
and the seed, and are kept by these.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from darkhar.config import Parameters
from darkhar.features.pose.clips import PoseClips
from darkhar.models.pose_estimators import pooled_estimator
from darkhar.training.classifiers import (
    Fit,
    Inputs,
    Predict,
    cross_fit,
    fit_all,
    spread_classes,
)
from darkhar.training.cross_validation import (
    CrossValidation,
    cross_validate_folds,
    fit_final,
)
from darkhar.training.fit import Features, as_arrays, predict_logits
from darkhar.training.fusion import branch_outputs, fusion_fit
from darkhar.training.pose import POSE_CLASSIFIERS, pose_fit
from darkhar.training.prediction_cache import array_digest, kept_predictions
from darkhar.training.splitters import Fold, run_folds


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


@dataclasses.dataclass(frozen=True)
class MeanFeatures:
    """The mean over each clip's frames, as inputs of a fit.

    Args:
        values: float `[clips, dim]`.
    """

    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def select(self, indices: np.ndarray) -> "MeanFeatures":
        """Some of the clips, in the order of `indices`."""
        return MeanFeatures(self.values[indices])


def mean_features(features: Features) -> MeanFeatures:
    """`MeanFeatures` of clips.

    Args:
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`.
    """
    return MeanFeatures(np.stack([clip.mean(axis=0) for clip in features]))


def mean_fit(n_classes: int) -> Fit:
    """Logistic regression of `MeanFeatures`, as of pooled pose statistics."""

    def fit(inputs: MeanFeatures, labels: np.ndarray, seed: int) -> Predict:
        del seed  # nothing is drawn at random
        estimator = pooled_estimator().fit(inputs.values, labels)

        def predict(others: MeanFeatures) -> np.ndarray:
            logits = estimator.predict_log_proba(others.values)
            return spread_classes(logits, estimator.classes_, n_classes)

        return predict

    return fit


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

    def held_out(folds: Sequence[Fold], seed: int) -> np.ndarray:
        return kept_predictions(
            lambda: cross_fit(
                fit, train, labels, folds, n_classes=n_classes, seed=seed
            ),
            settings=settings | _in_folds(folds) | _seeded(seed, is_random),
            arrays=arrays,
        )

    def validation(seed: int) -> np.ndarray:
        return kept_predictions(
            lambda: fit_all(fit, train, labels, seed=seed)(val),
            settings=settings | _seeded(seed, is_random),
            arrays=[*arrays, *_arrays(val)],
        )

    return ClipModel(name, held_out, validation, is_random)


def mean_model(
    name: str, train: Features, val: Features, labels: np.ndarray, *, n_classes: int
) -> ClipModel:
    """Logistic regression of the mean over a clip's frames.

    Args:
        name: str. As readers see it.
        train, val: float32 `[clips, frames, dim]`, or lists of `[frames, dim]`.
        labels, n_classes: as in `fitted_model`.
    """
    return fitted_model(
        name,
        mean_fit(n_classes),
        {"fit": "mean"},
        mean_features(train),
        mean_features(val),
        labels,
        n_classes=n_classes,
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
    is_network = classifier not in POSE_CLASSIFIERS[:2]
    settings = {"fit": f"pose, {classifier}"}
    if is_network:
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
    return fitted_model(
        name,
        pose_fit(classifier, parameters, n_classes),
        settings,
        train,
        val,
        labels,
        n_classes=n_classes,
        is_random=is_network,
    )


@dataclasses.dataclass(frozen=True)
class AppearanceModel:
    """The sequence classifier of frame features.

    Its epochs are chosen by held-out clips, as in
    `darkhar.training.cross_validation`: within folds by each fold's own, which leans
    to the bright side; for all training clips by the folds of one splitter.

    Args:
        train, val: float32 `[clips, frames, dim]`, or lists of `[frames, dim]`.
        labels: int `[clips]`. Of the training clips.
        scenes: str `[clips]`. Of the training clips.
        parameters: `Parameters`. The run's.
        n_classes: int. Number of classes.
    """

    train: Features
    val: Features
    labels: np.ndarray
    scenes: np.ndarray
    parameters: Parameters
    n_classes: int

    def model(self, name: str, splitter: str | None = None) -> ClipModel:
        """As a `ClipModel`.

        Args:
            name: str. As readers see it.
            splitter: str or None. Whose folds choose the epochs of the final model.
                None means `parameters.splitter`. Defaults to None.
        """
        splitter = splitter or self.parameters.splitter
        return ClipModel(
            name,
            lambda folds, seed: self._cross_validated(folds, seed).logits.astype(float),
            lambda seed: self._validation(splitter, seed),
            is_random=True,
        )

    def chosen_epochs(self, splitter: str, seed: int) -> int:
        """Epochs that the folds of a splitter choose for the final model."""
        folds = self.folds_of(splitter, seed)
        return self._cross_validated(folds, seed).chosen_epochs

    def folds_of(self, splitter: str, seed: int) -> list[Fold]:
        """The folds of a splitter with that seed."""
        return run_folds(self._seeded(seed), self.labels, self.scenes, splitter)

    def _seeded(self, seed: int) -> Parameters:
        return dataclasses.replace(self.parameters, seed=seed)

    def _cross_validated(self, folds: Sequence[Fold], seed: int) -> CrossValidation:
        return cross_validate_folds(
            self.train,
            self.labels,
            folds,
            n_classes=self.n_classes,
            parameters=self._seeded(seed),
        )

    def _validation(self, splitter: str, seed: int) -> np.ndarray:
        epochs = self.chosen_epochs(splitter, seed)

        def compute() -> np.ndarray:
            model = fit_final(
                self.train,
                self.labels,
                n_classes=self.n_classes,
                epochs=epochs,
                parameters=self._seeded(seed),
            )
            return predict_logits(model, self.val).astype(np.float64)

        return kept_predictions(
            compute,
            settings=self._settings() | {"epochs": epochs} | _seeded(seed, True),
            arrays=[
                *as_arrays(self.train),
                self.labels,
                *as_arrays(self.val),
            ],
        )

    def _settings(self) -> dict[str, Any]:
        values = self.parameters.as_dict()
        names = (
            "learning_rate",
            "batch_clips_per_class",
            "lstm_units",
            "dropout",
        )
        return {
            "fit": "appearance",
            "classes": self.n_classes,
            "parameters": {name: values[name] for name in names},
        }


def fused_model(
    name: str,
    fusion: str,
    appearance: AppearanceModel,
    pose: ClipModel,
    clips: PoseClips,
    val_clips: PoseClips,
    *,
    splitter: str,
) -> ClipModel:
    """Late fusion of appearance and pose.

    Args:
        name: str. As readers see it.
        fusion: str. One of `darkhar.training.fusion.FUSIONS`.
        appearance: `AppearanceModel`.
        pose: `ClipModel`. Of the same clips.
        clips, val_clips: `PoseClips`.
        splitter: str. The folds whose held-out logits fit the fusion of the final
            model, and choose its appearance branch's epochs.
    """
    branch = appearance.model("appearance", splitter)
    labels, n_classes = appearance.labels, appearance.n_classes
    fit = fusion_fit(fusion, n_classes)

    def branches(folds: Sequence[Fold], seed: int):
        return branch_outputs(
            branch.held_out(folds, seed),
            pose.held_out(folds, seed),
            appearance.train,
            clips,
        )

    def held_out(folds: Sequence[Fold], seed: int) -> np.ndarray:
        return cross_fit(
            fit, branches(folds, seed), labels, folds, n_classes=n_classes, seed=seed
        )

    def validation(seed: int) -> np.ndarray:
        folds = appearance.folds_of(splitter, seed)
        predict = fit_all(fit, branches(folds, seed), labels, seed=seed)
        return predict(
            branch_outputs(
                branch.validation(seed),
                pose.validation(seed),
                appearance.val,
                val_clips,
            )
        )

    return ClipModel(name, held_out, validation, is_random=True)


def _arrays(inputs: Inputs) -> list[np.ndarray]:
    return [getattr(inputs, field.name) for field in dataclasses.fields(inputs)]


def _in_folds(folds: Sequence[Fold]) -> dict[str, Any]:
    return {"folds": [array_digest(fold.held_out) for fold in folds]}


def _seeded(seed: int, is_random: bool) -> dict[str, int]:
    return {"seed": seed} if is_random else {}

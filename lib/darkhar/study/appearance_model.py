"""The sequence classifier of frame features, as a model under study."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from darkhar.config import Parameters
from darkhar.study.clip_models import ClipModel
from darkhar.training import cross_validation
from darkhar.training.cross_validation import cross_validate_folds, fit_final
from darkhar.training.fit import Features, as_arrays, predict_logits
from darkhar.training.fold_results import CrossValidation
from darkhar.training.prediction_cache import kept_predictions
from darkhar.training.splitters import Fold, run_folds


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
            settings=self._settings() | {"epochs": epochs} | {"seed": seed},
            arrays=[
                *as_arrays(self.train),
                self.labels,
                *as_arrays(self.val),
            ],
            modules=[cross_validation.__name__],
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

"""Fits of the sequence classifier of frame features."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from darkhar.config import SPLITTERS, Parameters, choose
from darkhar.config.keras_settings import keras
from darkhar.config.parameters import FitParameters, SequenceParameters
from darkhar.data.clips import Clips
from darkhar.features.inputs import FrameVectors
from darkhar.models.sequence import build_classifier
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf
from darkhar.training.fit_jobs import FitJob, final_job, fold_jobs
from darkhar.training.fit_networks import FittedNetwork, fit_networks
from darkhar.training.fits import Fit
from darkhar.training.fitted import Fitted
from darkhar.training.fold_results import (
    CrossValidation,
    FoldResult,
    fold_result,
    packed,
    unpacked,
)
from darkhar.training.network import Schedule, network_logits
from darkhar.training.splitters import Division, Fold, run_folds


@dataclasses.dataclass(frozen=True)
class FittedSequence(Fitted):
    """The classifier of a view of frame features.

    Args:
        model: `keras.Model`, as of `darkhar.models.sequence.build_classifier`.
        view: str. Name of a view of `FrameVectors`.
    """

    model: keras.Model
    view: str

    def __call__(self, clips: Clips) -> np.ndarray:
        """As of `Fitted`."""
        return sequence_logits(self.model, clips[self.view])


@dataclasses.dataclass(frozen=True)
class SequenceFit(Fit):
    """The bidirectional LSTM on a view of frame features.

    Its epochs are chosen by held-out clips: within folds by each fold's own, which
    leans to the bright side; for all training clips by the folds of one splitter.

    Args:
        view: str. Name of a view of `FrameVectors`.
        fit: `FitParameters`.
        sequence: `SequenceParameters`; its `splitter` makes the folds that choose the
            epochs of the final model.
        folds: int. How many folds that splitter makes.
        division: callable. The splitter's, of its row.
    """

    view: str
    fit: FitParameters
    sequence: SequenceParameters
    folds: int
    division: Callable[..., Division]

    @classmethod
    def of(
        cls, parameters: Parameters, view: str, *, splitter: str | None = None
    ) -> Self:
        """The run's.

        Args:
            parameters: `Parameters`.
            view: str. Name of a view of `FrameVectors`.
            splitter: str or None. In place of `parameters.splitter`. Defaults to None.
        """
        sequence = parameters.group(SequenceParameters)
        if splitter is not None:
            sequence = dataclasses.replace(sequence, splitter=splitter)
        return cls(
            view,
            parameters.group(FitParameters),
            sequence,
            parameters.folds,
            choose(SPLITTERS, sequence.splitter, "splitter").load(),
        )

    @property
    def views(self) -> tuple[str, ...]:
        """The one view."""
        return (self.view,)

    @property
    def is_random(self) -> bool:
        """Weights, batches and dropout are drawn."""
        return True

    def cross_validate(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> CrossValidation:
        """Fits one classifier a fold, each with fresh weights and its own seed.

        Computed once and kept.

        Args:
            clips: `Clips`.
            folds: list of `Fold`; every clip is held out once.
            seed: int. The run's.
        """
        clips = clips.only(self.views)
        held_out = [fold.held_out for fold in folds]
        key = key_of("cross-validation", self, clips, held_out, seed)
        kept = Shelf("predictions").array(
            key, lambda: packed(self._fit_folds(clips, folds, seed))
        )
        return unpacked(kept, folds, clips.n_classes)

    def chosen_epochs(self, clips: Clips, seed: int) -> int:
        """Epochs that the splitter's folds choose for the final model."""
        folds = run_folds(clips, self.sequence.splitter, self.folds, seed)
        return self.cross_validate(clips, folds, seed).chosen_epochs

    def fit_in_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> np.ndarray:
        """Logits of each clip from the fit of its fold, float64 `[clips, classes]`."""
        return self.cross_validate(clips, folds, seed).logits.astype(np.float64)

    def fit_all(self, clips: Clips, seed: int) -> FittedSequence:
        """The final fit, for as many epochs as the folds choose."""
        return FittedSequence(self.final_model(clips, seed), self.view)

    def fit_clips(self, clips: Clips, seed: int) -> FittedSequence:
        """As `fit_all`, whose seed is the run's."""
        return self.fit_all(clips, seed)

    def final_model(self, clips: Clips, seed: int) -> keras.Model:
        """The network of the final fit.

        Nothing is held out and nothing stops it early.
        """
        epochs = self.chosen_epochs(clips, seed)
        return self._fitted(clips, [final_job(len(clips), seed, epochs=epochs)])[
            0
        ].model

    def _fit_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> list[FoldResult]:
        fitted = self._fitted(clips, fold_jobs(folds, seed, stop_early=True))
        return [
            fold_result(fold, result.history, result.logits)
            for fold, result in zip(folds, fitted, strict=True)
        ]

    def _fitted(self, clips: Clips, jobs: Sequence[FitJob]) -> list[FittedNetwork]:
        frames = clips[self.view]
        return fit_networks(
            build_classifier,
            {
                "n_classes": clips.n_classes,
                "feature_dim": frames.dim,
                "n_frames": frames.n_frames,
                "lstm_units": self.sequence.lstm_units,
                "dropout": self.fit.dropout,
            },
            frames.as_batch(),
            clips.labels,
            jobs,
            schedule=Schedule(
                epochs=self.sequence.epochs,
                batch_size=self.fit.batch_clips_per_class * clips.n_classes,
                learning_rate=self.fit.learning_rate,
                patience=self.sequence.patience,
            ),
        )


def sequence_logits(model: keras.Model, frames: FrameVectors) -> np.ndarray:
    """Logits of a fitted classifier, float64 `[clips, classes]`."""
    return network_logits(model, frames.as_batch()).astype(np.float64)

"""Classifiers of keypoints compared, and the run's validated once."""

import dataclasses
import functools
from typing import Any

import numpy as np
import pandas as pd

from darkhar.data.source import DataSource
from darkhar.evaluation.metrics import accuracy
from darkhar.evaluation.wording import word_many
from darkhar.features.clip_views import poses
from darkhar.study.pairs import compare_to_first
from darkhar.study.study import Study
from darkhar.study.study_tables import comparison_table, protocol_table
from darkhar.study.validation_report import ValidationReport
from darkhar.training.fits import Fit, Predict
from darkhar.training.pose_fits import (
    clips_alone,
    pose_fit,
    possible_classifiers,
)
from darkhar.training.splitters import folds_each_way


@dataclasses.dataclass(frozen=True)
class PoseReport(ValidationReport):
    """What `pose` reports.

    Args:
        study: `Study`, with the view `"poses"`.
    """

    study: Study

    @property
    def fit(self) -> Fit:
        """The run's classifier."""
        parameters = self.study.parameters
        return pose_fit(parameters.pose_classifier, parameters)

    @property
    def fitted(self) -> Predict:
        """The same, fitted on all training clips."""
        return self.fit.fit_all(self.study.train, self.study.parameters.seed)

    @property
    def keypoints(self) -> dict[str, Any]:
        """How many keypoints there are, and their mean scores."""
        train, val = (c["poses"].keypoints for c in (self.study.train, self.study.val))
        return {
            "train_clips": len(train),
            "val_clips": len(val),
            "frames": train.shape[1],
            "score_train": train[..., 2].mean(),
            "score_val": val[..., 2].mean(),
        }

    @functools.cached_property
    def classifiers(self) -> pd.DataFrame:
        """Every pose classifier in the folds that choices are made with."""
        return comparison_table(
            self._compared, self.study.train.labels, of="classifier", on="held out"
        )

    @property
    def choice_words(self) -> str:
        """Which classifiers are clearly better or worse than the linear discriminant of
        clips alone, on held-out clips."""
        simplest = {"kinematics": self._compared["kinematics"]}
        logits = {
            name: of[np.newaxis] for name, of in (simplest | self._compared).items()
        }
        comparisons = compare_to_first(self.study, logits, self.study.choice)
        return word_many(comparisons, "Classifiers")

    @functools.cached_property
    def _compared(self) -> dict[str, np.ndarray]:
        """Held-out logits of every classifier that the clips allow."""
        return {
            name: self._held_out(name, self.study.choice)
            for name in possible_classifiers(self.study.train.class_names)
        }

    @functools.cached_property
    def held_out(self) -> dict[str, np.ndarray]:
        """Logits of the run's classifier by each splitter that the clips allow."""
        study = self.study
        own = study.parameters.pose_classifier
        ways = folds_each_way(study.train, study.parameters, study.choice)
        return {splitter: self._held_out(own, splitter) for splitter in ways}

    @functools.cached_property
    def logits(self) -> np.ndarray:
        """Of the validation clips, by the run's classifier."""
        study, fit = self.study, self.fit
        return fit.predicted(study.train, study.val, study.parameters.seed)

    @property
    def protocol(self) -> dict[str, Any]:
        """How it was chosen and fitted."""
        parameters = self.study.parameters
        return {
            "classifier": parameters.pose_classifier,
            "splitter": self.study.choice,
            "folds": parameters.folds,
            "seed": parameters.seed,
        }

    @property
    def cross_validation(self) -> dict[str, float | int]:
        """Accuracy in the folds that choices are made with."""
        return accuracy(self.held_out[self.study.choice], self.study.train.labels)

    @property
    def protocols(self) -> pd.DataFrame:
        """Accuracy by how the clips that are scored were held out."""
        validation = self.validation if self.study.has_labels else None
        return protocol_table(self.held_out, self.study.train.labels, validation)

    def _held_out(self, name: str, splitter: str) -> np.ndarray:
        study = self.study
        fit = pose_fit(name, study.parameters)
        return fit.held_out(study.train, study.folds(splitter), study.parameters.seed)


def tracking_table(study: Study, source: DataSource) -> pd.DataFrame:
    """The whole frame looked at, against the region where the person was before.

    By the run's classifier, or one that is fitted on clips alone in its place.

    Returns:
        Table with columns `looked at`, `score` (mean, of training keypoints) and those
        of `darkhar.evaluation.metrics.accuracy`, in the folds that choices are made
        with.
    """
    parameters = study.parameters
    fit = pose_fit(clips_alone(parameters), parameters)
    folds = study.folds(study.choice)
    rows = []
    for look, tracking in (("whole frame", False), ("region of the person", True)):
        (seen,) = poses(source, "train", parameters, tracking=tracking)
        clips = study.train.with_views(poses=seen)
        logits = fit.held_out(clips, folds, parameters.seed)
        row = {"looked at": look, "score": seen.keypoints[..., 2].mean()}
        rows.append(row | accuracy(logits, clips.labels))
    return pd.DataFrame(rows)

"""The sequence classifier of one view: cross-validated each way, validated once."""

import dataclasses
import functools
from typing import Any, Self

import numpy as np
import pandas as pd

from darkhar.study.fold_table import cross_validation_summary, fold_table
from darkhar.study.study import Study
from darkhar.study.study_tables import protocol_table
from darkhar.study.validation_report import ValidationReport
from darkhar.training.fold_results import CrossValidation
from darkhar.training.sequence_fit import FittedSequence, SequenceFit
from darkhar.training.splitters import folds_each_way


@dataclasses.dataclass(frozen=True)
class SequenceReport(ValidationReport):
    """What `baseline` and `equalized` report.

    Args:
        study: `Study`.
        fit: `SequenceFit`.
    """

    study: Study
    fit: SequenceFit

    @classmethod
    def of(cls, study: Study, view: str) -> Self:
        """Of the run's classifier on a view of frame features."""
        return cls(study, SequenceFit.of(study.parameters, view))

    @functools.cached_property
    def ways(self) -> dict[str, CrossValidation]:
        """Cross-validation by each splitter that the clips allow."""
        train, parameters = self.study.train, self.study.parameters
        folds = folds_each_way(train, parameters, parameters.splitter)
        return {
            splitter: self.fit.cross_validate(train, of_splitter, parameters.seed)
            for splitter, of_splitter in folds.items()
        }

    @property
    def cross_validation(self) -> CrossValidation:
        """By the run's splitter."""
        return self.ways[self.study.parameters.splitter]

    @functools.cached_property
    def fitted(self) -> FittedSequence:
        """The final model, fitted on all training clips."""
        return self.fit.fit_all(self.study.train, self.study.parameters.seed)

    @functools.cached_property
    def logits(self) -> np.ndarray:
        """Of the validation clips, float64 `[clips, classes]`."""
        return self.fitted(self.study.val)

    @property
    def protocol(self) -> dict[str, Any]:
        """How it was fitted."""
        fit, sequence = self.fit.fit, self.fit.sequence
        return {
            "splitter": sequence.splitter,
            "folds": self.fit.folds,
            "epochs": sequence.epochs,
            "patience": sequence.patience,
            "learning_rate": fit.learning_rate,
            "batch_size": fit.batch_clips_per_class * self.study.train.n_classes,
            "seed": self.study.parameters.seed,
        }

    @property
    def folds(self) -> pd.DataFrame:
        """A row a fold of the run's splitter."""
        return fold_table(self.cross_validation, self.study.train.labels)

    @property
    def summary(self) -> dict[str, float | int]:
        """All folds of the run's splitter together."""
        return cross_validation_summary(self.cross_validation, self.study.train.labels)

    @property
    def protocols(self) -> pd.DataFrame:
        """Accuracy by how the clips that are scored were held out."""
        held_out = {splitter: way.logits for splitter, way in self.ways.items()}
        validation = self.validation if self.study.has_labels else None
        return protocol_table(held_out, self.study.train.labels, validation)

"""Late fusions compared with their branches, and the run's validated once."""

import dataclasses
import functools
from typing import Any, Self

import numpy as np
import pandas as pd

from darkhar.config import FUSIONS
from darkhar.evaluation.metrics import accuracy
from darkhar.models.fusion import BranchOutputs, average_losses, best_weight
from darkhar.study.study import Study
from darkhar.study.study_tables import comparison_table, protocol_table
from darkhar.study.validation_report import ValidationReport
from darkhar.training.fusion_fit import FittedFusion, FusionFit


@dataclasses.dataclass(frozen=True)
class FusionReport(ValidationReport):
    """What `fusion` reports.

    Args:
        study: `Study`, with the views `"frames"` and `"poses"`.
        fit: `FusionFit`. The run's.
    """

    study: Study
    fit: FusionFit

    @classmethod
    def of(cls, study: Study) -> Self:
        """Of the run's fusion."""
        return cls(study, FusionFit.of(study.parameters, study.train))

    @functools.cached_property
    def outputs(self) -> BranchOutputs:
        """What the branches make of training clips that they did not see."""
        study = self.study
        folds = study.folds(study.choice)
        return self.fit.held_out_outputs(study.train, folds, study.parameters.seed)

    @functools.cached_property
    def val_outputs(self) -> BranchOutputs:
        """What they make of validation clips."""
        study = self.study
        return self.fit.predicted_outputs(study.train, study.val, study.parameters.seed)

    @functools.cached_property
    def held_out(self) -> dict[str, np.ndarray]:
        """Held-out logits of each branch and each fusion, by name."""
        study, seed = self.study, self.study.parameters.seed
        folds = study.folds(study.choice)
        fusions = {
            name: FusionFit.of(study.parameters, study.train, fusion=name)
            for name in FUSIONS
        }
        return {
            "appearance": self.outputs.appearance_logits,
            "pose": self.outputs.pose_logits,
            **{
                name: fit.held_out(study.train, folds, seed)
                for name, fit in fusions.items()
            },
        }

    @property
    def methods(self) -> pd.DataFrame:
        """Accuracy of branches and fusions in the folds that choices are made with."""
        labels = self.study.train.labels
        return comparison_table(self.held_out, labels, of="method", on="held out")

    @functools.cached_property
    def losses(self) -> np.ndarray:
        """Held-out loss of score averaging by the weight of pose, float64 `[21]`."""
        return average_losses(self.outputs, self.study.train.labels)

    @property
    def fold_losses(self) -> np.ndarray:
        """The same of each fold's held-out clips, float64 `[folds, 21]`."""
        labels = self.study.train.labels
        parts = [fold.held_out for fold in self.study.folds(self.study.choice)]
        return np.stack(
            [average_losses(self.outputs.select(part), labels[part]) for part in parts]
        )

    @property
    def weight(self) -> dict[str, float]:
        """The weight of pose, its loss, and that of pose alone."""
        return {
            "pose": best_weight(self.losses),
            "loss": self.losses.min(),
            "pose_alone": self.losses[-1],
        }

    @functools.cached_property
    def logits(self) -> np.ndarray:
        """Of the validation clips, by the run's fusion."""
        study = self.study
        return self.fit.predicted(study.train, study.val, study.parameters.seed)

    @property
    def protocol(self) -> dict[str, Any]:
        """How it was chosen and fitted."""
        parameters = self.study.parameters
        return {
            "fusion": parameters.fusion,
            "splitter": self.study.choice,
            "folds": parameters.folds,
            "seed": parameters.seed,
        }

    @property
    def cross_validation(self) -> dict[str, float | int]:
        """Accuracy of the run's fusion in the folds that choices are made with."""
        held_out = self.held_out[self.study.parameters.fusion]
        return accuracy(held_out, self.study.train.labels)

    @property
    def fitted(self) -> FittedFusion:
        """The run's fusion and its branches, fitted on all training clips."""
        return self.fit.fit_all(self.study.train, self.study.parameters.seed)

    @property
    def protocols(self) -> pd.DataFrame:
        """Accuracy of the run's fusion by how the scored clips were held out."""
        held_out = {self.study.choice: self.held_out[self.study.parameters.fusion]}
        return protocol_table(held_out, self.study.train.labels, self.validation)

    @property
    def branches(self) -> pd.DataFrame:
        """Accuracy of branches and fusion on validation clips."""
        found = {
            "appearance": self.val_outputs.appearance_logits,
            "pose": self.val_outputs.pose_logits,
            f"fused: {self.study.parameters.fusion}": self.logits,
        }
        labels = self.study.val.labels
        return comparison_table(found, labels, of="branch", on="validation")

    @property
    def right(self) -> dict[str, np.ndarray]:
        """Which validation clips each branch classifies correctly, bool `[clips]`."""
        labels, outputs = self.study.val.labels, self.val_outputs
        return {
            "appearance": outputs.appearance_logits.argmax(axis=1) == labels,
            "pose": outputs.pose_logits.argmax(axis=1) == labels,
        }

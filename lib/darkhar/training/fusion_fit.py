"""Fits of late fusion: two branches, and what makes one answer of theirs."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from darkhar.config import FUSIONS, Parameters, choose
from darkhar.data.clips import Clips
from darkhar.models.fusion import BranchOutputs
from darkhar.models.pose_estimators import log_positive
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.training.fits import Fit, Predict
from darkhar.training.pose_fits import pose_fit
from darkhar.training.sequence_fit import SequenceFit
from darkhar.training.splitters import Fold, choice_splitter, run_folds


@dataclasses.dataclass(frozen=True)
class FusionFit(Fit):
    """Late fusion of appearance and pose.

    Args:
        fusion: callable. As of `darkhar.models.fusion`.
        appearance: `SequenceFit`; its splitter's folds choose its own epochs, and their
            held-out logits fit the fusion of the final model.
        pose: `Fit` of keypoints.
    """

    fusion: Callable
    appearance: SequenceFit
    pose: Fit

    @classmethod
    def of(
        cls, parameters: Parameters, clips: Clips, *, fusion: str | None = None
    ) -> Self:
        """The run's.

        Args:
            parameters: `Parameters`.
            clips: `Clips`. The training clips, which say by which folds choices can be
                made.
            fusion: str or None. One of `darkhar.config.FUSIONS`, in place of
                `parameters.fusion`. Defaults to None.
        """
        splitter = choice_splitter(clips, parameters)
        return cls(
            choose(FUSIONS, fusion or parameters.fusion, "fusion").load(),
            SequenceFit.of(parameters, "frames", splitter=splitter),
            pose_fit(parameters.pose_classifier, parameters),
        )

    @property
    def views(self) -> tuple[str, ...]:
        """Those of both branches."""
        return (*self.appearance.views, *self.pose.views)

    @property
    def is_random(self) -> bool:
        """As the branches."""
        return True

    def folds(self, clips: Clips, seed: int) -> list[Fold]:
        """The folds whose held-out logits fit the fusion of the final model."""
        splitter = self.appearance.sequence.splitter
        return run_folds(clips, splitter, self.appearance.folds, seed)

    def held_out_outputs(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> BranchOutputs:
        """What the branches make of clips that they did not see."""
        return self._outputs(
            clips,
            self.appearance.held_out(clips, folds, seed),
            self.pose.held_out(clips, folds, seed),
        )

    def predicted_outputs(
        self, clips: Clips, others: Clips, seed: int
    ) -> BranchOutputs:
        """What the branches, fitted on all clips, make of others."""
        return self._outputs(
            others,
            self.appearance.predicted(clips, others, seed),
            self.pose.predicted(clips, others, seed),
        )

    def fit_in_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> np.ndarray:
        """Logits of each clip from branches and a fusion that did not see it."""
        branches = self.held_out_outputs(clips, folds, seed)
        logits = np.full((len(clips), clips.n_classes), np.nan)
        for fold in folds:
            fused = self.fusion(branches.select(fold.train), clips.labels[fold.train])
            logits[fold.held_out] = fused(branches.select(fold.held_out))
        return logits

    def fit_all(self, clips: Clips, seed: int) -> Predict:
        """The fusion of held-out logits, over branches fitted on all clips."""
        branches = self.held_out_outputs(clips, self.folds(clips, seed), seed)
        fused = self.fusion(branches, clips.labels)
        return lambda others: fused(self.predicted_outputs(clips, others, seed))

    def fit_clips(self, clips: Clips, seed: int) -> Predict:
        """As `fit_all`, whose seed is the run's."""
        return self.fit_all(clips, seed)

    def _outputs(
        self, clips: Clips, appearance: np.ndarray, pose: np.ndarray
    ) -> BranchOutputs:
        poses = clips[self.pose.views[0]]
        return BranchOutputs(
            appearance_logits=appearance,
            pose_logits=pose,
            appearance_features=clips[self.appearance.view].means().values,
            pose_features=log_positive(kinematic_descriptors(poses)),
            keypoint_scores=poses.keypoints[..., 2].mean(axis=(1, 2)),
        )

"""Fits of late fusion: two branches, and what makes one answer of theirs."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from darkhar.config import FUSIONS, Parameters, choose
from darkhar.data.clips import Clips
from darkhar.features.inputs import FrameVectors
from darkhar.models.fusion import BranchOutputs, Fused
from darkhar.models.pose_estimators import log_positive
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.pose.pose_clips import PoseClips
from darkhar.training.fits import Fit
from darkhar.training.fitted import Fitted
from darkhar.training.pose_fits import pose_fit
from darkhar.training.sequence_fit import FittedSequence, SequenceFit
from darkhar.training.splitters import Fold, choice_splitter, run_folds


@dataclasses.dataclass(frozen=True)
class FittedFusion(Fitted):
    """Two branches, and what makes one answer of theirs.

    Args:
        appearance: `FittedSequence`.
        pose: `Fitted`, with a view of `PoseClips`.
        fused: `Fused`.
    """

    appearance: FittedSequence
    pose: Fitted
    fused: Fused

    def __call__(self, clips: Clips) -> np.ndarray:
        """As of `Fitted`: log-probabilities."""
        frames, poses = clips[self.appearance.view], clips[self.pose.view]
        return self.fused(
            branch_outputs(frames, poses, self.appearance(clips), self.pose(clips))
        )


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

    def fit_all(self, clips: Clips, seed: int) -> FittedFusion:
        """The fusion of held-out logits, over branches fitted on all clips."""
        return FittedFusion(
            self.appearance.fit_all(clips, seed),
            self.pose.fit_all(clips, seed),
            self._fused(clips, seed),
        )

    def fit_clips(self, clips: Clips, seed: int) -> FittedFusion:
        """As `fit_all`, whose seed is the run's."""
        return self.fit_all(clips, seed)

    def answers(self, clips: Clips, others: Clips, seed: int) -> np.ndarray:
        """As `Fit.answers`; what is kept of the branches' is taken."""
        outputs = self.predicted_outputs(clips, others, seed)
        return self._fused(clips, seed)(outputs)

    def _fused(self, clips: Clips, seed: int) -> Fused:
        branches = self.held_out_outputs(clips, self.folds(clips, seed), seed)
        return self.fusion(branches, clips.labels)

    def _outputs(
        self, clips: Clips, appearance: np.ndarray, pose: np.ndarray
    ) -> BranchOutputs:
        frames, poses = clips[self.appearance.view], clips[self.pose.views[0]]
        return branch_outputs(frames, poses, appearance, pose)


def branch_outputs(
    frames: FrameVectors, poses: PoseClips, appearance: np.ndarray, pose: np.ndarray
) -> BranchOutputs:
    """What a fusion goes by.

    Args:
        frames: `FrameVectors`. What the appearance branch sees.
        poses: `PoseClips`. What the pose branch sees.
        appearance, pose: float `[clips, classes]`. The branches' logits.
    """
    return BranchOutputs(
        appearance_logits=appearance,
        pose_logits=pose,
        appearance_features=frames.means().values,
        pose_features=log_positive(kinematic_descriptors(poses)),
        keypoint_scores=poses.keypoints[..., 2].mean(axis=(1, 2)),
    )

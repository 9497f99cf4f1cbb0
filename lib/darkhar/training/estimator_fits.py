"""Fits of scikit-learn's estimators: of one vector a clip, and of keypoints."""

import dataclasses

import numpy as np

from darkhar.data.clips import Clips
from darkhar.models.log_probabilities import log_probabilities, spread_classes
from darkhar.models.pose_estimators import PoseEstimator, pooled_estimator
from darkhar.pose.pose_clips import PoseClips
from darkhar.training.fits import Fit, Predict


@dataclasses.dataclass(frozen=True)
class VectorFit(Fit):
    """Logistic regression of one vector a clip.

    Args:
        view: str. Name of a view of `darkhar.features.inputs.ClipVectors`, or of
            `FrameVectors`, whose mean over a clip's frames is taken.
    """

    view: str

    @property
    def views(self) -> tuple[str, ...]:
        """The one view."""
        return (self.view,)

    def fit_clips(self, clips: Clips, seed: int) -> Predict:
        """Fits the regression; nothing is drawn at random."""
        del seed
        estimator = pooled_estimator().fit(_vectors(clips[self.view]), clips.labels)

        def predict(others: Clips) -> np.ndarray:
            logits = log_probabilities(estimator, _vectors(others[self.view]))
            return spread_classes(logits, estimator.classes_, clips.n_classes)

        return predict


@dataclasses.dataclass(frozen=True)
class PoseEstimatorFit(Fit):
    """An estimator of vectors that are computed from keypoints.

    Args:
        estimator: `PoseEstimator`.
        view: str. Name of a view of `PoseClips`. Defaults to `"poses"`.
    """

    estimator: PoseEstimator
    view: str = "poses"

    @property
    def views(self) -> tuple[str, ...]:
        """The one view."""
        return (self.view,)

    def fit_clips(self, clips: Clips, seed: int) -> Predict:
        """Fits the estimator, on clips and their mirror images where it wants these.

        Its logits are then the mean of those of a clip and of its mirror image.
        """
        del seed  # nothing is drawn at random
        copies = 2 if self.estimator.mirrors else 1
        present, targets = np.unique(clips.labels, return_inverse=True)
        estimator = self.estimator.build(len(present))
        estimator.fit(self._vectors(clips[self.view]), np.tile(targets, copies))

        def predict(others: Clips) -> np.ndarray:
            found = log_probabilities(estimator, self._vectors(others[self.view]))
            logits = found.reshape(copies, len(others), -1).mean(axis=0)
            return spread_classes(logits, present, clips.n_classes)

        return predict

    def _vectors(self, poses: PoseClips) -> np.ndarray:
        if self.estimator.mirrors:
            poses = poses.with_mirrored()
        return self.estimator.vectors(poses)


def _vectors(view) -> np.ndarray:
    return view.means().values if hasattr(view, "means") else view.values

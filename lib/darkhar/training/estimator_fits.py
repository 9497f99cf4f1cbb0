"""Fits of scikit-learn's estimators: of one vector a clip, and of keypoints."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from darkhar.data.clips import Clips
from darkhar.models.log_probabilities import log_probabilities, spread_classes
from darkhar.models.pose_estimators import PoseEstimator, pooled_estimator
from darkhar.training.fits import Fit, Predict
from darkhar.training.splitters import Fold


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
        estimator = pooled_estimator(clips.n_classes)
        estimator.fit(_vectors(clips[self.view]), clips.labels)

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
        predict = self._fitted(self._vectors(clips), clips)
        return lambda others: predict(self._vectors(others))

    def fit_in_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> np.ndarray:
        """As `Fit.fit_in_folds`; the vectors are computed once for all folds."""
        del seed
        logits = np.full((len(clips), clips.n_classes), np.nan)
        vectors = self._vectors(clips)
        for fold in folds:
            predict = self._fitted(vectors[:, fold.train], clips.select(fold.train))
            logits[fold.held_out] = predict(vectors[:, fold.held_out])
        return logits

    def _vectors(self, clips: Clips) -> np.ndarray:
        """Of clips and, where the estimator wants these, of their mirror images.

        Returns:
            float `[1 or 2, clips, dim]`.
        """
        poses = clips[self.view]
        if self.estimator.mirrors:
            poses = poses.with_mirrored()
        vectors = self.estimator.vectors(poses)
        return vectors.reshape(-1, len(clips), vectors.shape[-1])

    def _fitted(
        self, vectors: np.ndarray, clips: Clips
    ) -> Callable[[np.ndarray], np.ndarray]:
        """From `_vectors` of other clips to their logits."""
        present, targets = np.unique(clips.labels, return_inverse=True)
        estimator = self.estimator.build(len(present))
        estimator.fit(np.concatenate(vectors), np.tile(targets, len(vectors)))

        def predict(others: np.ndarray) -> np.ndarray:
            found = log_probabilities(estimator, np.concatenate(others))
            logits = found.reshape(*others.shape[:2], -1).mean(axis=0)
            return spread_classes(logits, present, clips.n_classes)

        return predict


def _vectors(view) -> np.ndarray:
    return view.means().values if hasattr(view, "means") else view.values

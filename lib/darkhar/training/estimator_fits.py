"""Fits of scikit-learn's estimators: of one vector a clip, and of keypoints."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from sklearn.pipeline import Pipeline

from darkhar.config import DataError
from darkhar.data.clips import Clips
from darkhar.models.log_probabilities import log_probabilities, spread_classes
from darkhar.models.pose_estimators import PoseEstimator, pooled_estimator
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.simulated_poses import Simulation
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf
from darkhar.training.fits import Fit
from darkhar.training.fitted import Fitted
from darkhar.training.splitters import Fold


@dataclasses.dataclass(frozen=True)
class FittedVectors(Fitted):
    """A regression of one vector a clip.

    Args:
        view: str. As of `VectorFit`.
        model: Fitted pipeline.
        n_classes: int. Classes of the clips, fitted or not.
    """

    view: str
    model: Pipeline
    n_classes: int

    def __call__(self, clips: Clips) -> np.ndarray:
        """As of `Fitted`; a class that was not fitted is never the answer."""
        logits = log_probabilities(self.model, _vectors(clips[self.view]))
        return spread_classes(logits, self.model.classes_, self.n_classes)


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

    def fit_clips(self, clips: Clips, seed: int) -> FittedVectors:
        """Fits the regression; nothing is drawn at random."""
        del seed
        model = pooled_estimator(clips.n_classes)
        model.fit(_vectors(clips[self.view]), clips.labels)
        return FittedVectors(self.view, model, clips.n_classes)


@dataclasses.dataclass(frozen=True)
class FittedPoseEstimator(Fitted):
    """An estimator of vectors that are computed from keypoints.

    Args:
        estimator: `PoseEstimator`. What it was before the fit.
        model: Fitted pipeline, of the classes that were there.
        present: tuple of int. Which classes these are, sorted.
        n_classes: int. Classes of the clips, fitted or not.
        view: str. As of `PoseEstimatorFit`.
    """

    estimator: PoseEstimator
    model: Pipeline
    present: tuple[int, ...]
    n_classes: int
    view: str

    def __call__(self, clips: Clips) -> np.ndarray:
        """As of `Fitted`; a class that was not fitted is never the answer."""
        return self.logits(clips[self.view])

    def logits(self, poses: PoseClips) -> np.ndarray:
        """Of the view alone, float64 `[clips, classes]`."""
        return self.of_vectors(pose_vectors(self.estimator, poses))

    def of_vectors(self, vectors: np.ndarray) -> np.ndarray:
        """Of what `pose_vectors` gives: the mean over a clip and its mirror image."""
        found = log_probabilities(self.model, np.concatenate(vectors))
        logits = found.reshape(*vectors.shape[:2], -1).mean(axis=0)
        return spread_classes(logits, np.array(self.present), self.n_classes)


@dataclasses.dataclass(frozen=True)
class PoseEstimatorFit(Fit):
    """An estimator of vectors that are computed from keypoints.

    Args:
        estimator: `PoseEstimator`.
        simulations: `Simulation`s. Clips that it is fitted on as well, as far as their
            actions are classes of the others, by name. Defaults to none.
        takes_clips: bool. Whether it is fitted on the clips that it is given; else on
            simulated ones alone. Defaults to True.
        view: str. Name of a view of `PoseClips`. Defaults to `"poses"`.
    """

    estimator: PoseEstimator
    simulations: tuple[Simulation, ...] = ()
    takes_clips: bool = True
    view: str = "poses"

    @property
    def views(self) -> tuple[str, ...]:
        """The one view."""
        return (self.view,)

    @property
    def is_quick(self) -> bool:
        """Thousands of simulated clips take their time."""
        return not self.simulations

    def fit_clips(self, clips: Clips, seed: int) -> FittedPoseEstimator:
        """Fits the estimator, on clips and their mirror images where it wants these.

        Its logits are then the mean of those of a clip and of its mirror image.
        """
        del seed  # nothing is drawn at random
        n_samples = clips[self.view].keypoints.shape[1]
        vectors = self._vectors(clips) if self.takes_clips else None
        return self._fitted(vectors, clips, n_samples)

    def fit_in_folds(
        self, clips: Clips, folds: Sequence[Fold], seed: int
    ) -> np.ndarray:
        """As `Fit.fit_in_folds`; the vectors are computed once for all folds."""
        del seed
        logits = np.full((len(clips), clips.n_classes), np.nan)
        vectors, n_samples = self._vectors(clips), clips[self.view].keypoints.shape[1]
        if not self.takes_clips:  # the same in all folds
            return self._fitted(None, clips, n_samples).of_vectors(vectors)
        for fold in folds:
            fitted = self._fitted(
                vectors[:, fold.train], clips.select(fold.train), n_samples
            )
            logits[fold.held_out] = fitted.of_vectors(vectors[:, fold.held_out])
        return logits

    def _vectors(self, clips: Clips) -> np.ndarray:
        return pose_vectors(self.estimator, clips[self.view])

    def _fitted(
        self, vectors: np.ndarray | None, clips: Clips, n_samples: int
    ) -> FittedPoseEstimator:
        """On `_vectors` of clips, None of no clips, and on simulated ones.

        Raises:
            DataError: there is nothing to fit: no class of the clips is acted.
        """
        fitted = [] if vectors is None else [(vectors, clips.labels)]
        for simulation in self.simulations:
            labels = simulation.labels(clips.class_names)
            if (labels >= 0).any():
                simulated = self._simulated(simulation, n_samples)
                fitted.append((simulated[:, labels >= 0], labels[labels >= 0]))
        if not fitted:
            raise DataError(
                "simulated people do not act the classes of these clips; choose a"
                " pose_classifier that is fitted on clips, such as 'kinematics'"
            )
        vectors = np.concatenate([of_some for of_some, _ in fitted], axis=1)
        labels = np.concatenate([labels for _, labels in fitted])
        present, targets = np.unique(labels, return_inverse=True)
        model = self.estimator.build(len(present))
        model.fit(np.concatenate(vectors), np.tile(targets, len(vectors)))
        return FittedPoseEstimator(
            self.estimator, model, tuple(present.tolist()), clips.n_classes, self.view
        )

    def _simulated(self, simulation: Simulation, n_samples: int) -> np.ndarray:
        """Vectors of simulated clips, float `[1 or 2, clips, dim]`, kept."""
        estimator = self.estimator
        key = key_of(
            type(self), simulation, n_samples, estimator.vectors, estimator.mirrors
        )
        return Shelf("features").array(
            key, lambda: pose_vectors(estimator, simulation.poses(n_samples))
        )


def pose_vectors(estimator: PoseEstimator, poses: PoseClips) -> np.ndarray:
    """What an estimator goes by: of clips and, where it wants these, of mirror images.

    Args:
        estimator: `PoseEstimator`.
        poses: `PoseClips`.

    Returns:
        float `[1 or 2, clips, dim]`.
    """
    n_clips = len(poses)
    if estimator.mirrors:
        poses = poses.with_mirrored()
    vectors = estimator.vectors(poses)
    return vectors.reshape(-1, n_clips, vectors.shape[-1])


def _vectors(view) -> np.ndarray:
    return view.means().values if hasattr(view, "means") else view.values

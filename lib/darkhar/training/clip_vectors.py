"""One vector a clip, and logistic regression of it."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from darkhar.models.log_probabilities import log_probabilities
from darkhar.models.pose_estimators import pooled_estimator
from darkhar.training.classifiers import Fit, Predict, spread_classes


@dataclasses.dataclass(frozen=True)
class ClipVectors:
    """One vector a clip, as inputs of a fit.

    Args:
        values: float `[clips, dim]`.
    """

    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def select(self, indices: np.ndarray) -> "ClipVectors":
        """Some of the clips, in the order of `indices`."""
        return ClipVectors(self.values[indices])


def mean_features(features: np.ndarray | Sequence[np.ndarray]) -> ClipVectors:
    """The mean over each clip's frames.

    Args:
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`.
    """
    return ClipVectors(np.stack([clip.mean(axis=0) for clip in features]))


def vector_fit(n_classes: int) -> Fit:
    """Logistic regression of `ClipVectors`, as of pooled pose statistics."""

    def fit(inputs: ClipVectors, labels: np.ndarray, seed: int) -> Predict:
        del seed  # nothing is drawn at random
        estimator = pooled_estimator().fit(inputs.values, labels)

        def predict(others: ClipVectors) -> np.ndarray:
            logits = log_probabilities(estimator, others.values)
            return spread_classes(logits, estimator.classes_, n_classes)

        return predict

    return fit

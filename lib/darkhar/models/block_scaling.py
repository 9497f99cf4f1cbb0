"""Scaling of features that come in blocks of unequal size."""

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import StandardScaler


class BlockScaler(TransformerMixin, BaseEstimator):
    """Standardizes features and divides each block by the root of its length.

    Each block then has a total variance of one, so that in what follows a branch
    of a thousand features weighs no more than one of twenty.

    Args:
        starts: sequence of int. Where each block but the first begins.
    """

    def __init__(self, starts: Sequence[int]):
        self.starts = starts

    def fit(self, features: np.ndarray, labels: np.ndarray | None = None):
        """Learns means and deviations of features `[clips, dim]`."""
        del labels
        self.scaler_ = StandardScaler().fit(features)
        lengths = np.diff([0, *self.starts, features.shape[1]])
        self.divisors_ = np.sqrt(np.repeat(lengths, lengths))
        return self

    def transform(self, features: np.ndarray) -> np.ndarray:
        """The scaled features, float `[clips, dim]`."""
        return self.scaler_.transform(features) / self.divisors_

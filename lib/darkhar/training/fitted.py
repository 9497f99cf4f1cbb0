"""What fits come to: classifiers of clips that can be called, and kept."""

import abc

import numpy as np

from darkhar.data.clips import Clips


class Fitted(abc.ABC):
    """A fitted classifier; subclasses are frozen dataclasses.

    Its fields are all that it goes by: plain values, arrays, networks, scikit-learn's
    pipelines, rows' `PoseEstimator`s, and other such objects. So it can be kept
    (`darkhar.training.kept_models`).
    """

    @abc.abstractmethod
    def __call__(self, clips: Clips) -> np.ndarray:
        """From clips to logits, float64 `[clips, classes]`."""

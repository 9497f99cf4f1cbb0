"""Whether probabilities mean what they say, and what makes them."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from darkhar.evaluation.metrics import cross_entropy

_HOTTEST = 20.0
_BINS = 10


def fitted_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """What logits are divided by so that clips are least surprising (Guo et al. 2017,
    "On calibration of modern neural networks", section 4.2).

    It changes no answer, but how sure answers are.

    Args:
        logits: float `[clips, classes]`, of clips that were not fitted.
        labels: int `[clips]`.

    Returns:
        float in 1/20..20.
    """
    limit = np.log(_HOTTEST)
    found = minimize_scalar(
        lambda log: cross_entropy(logits / np.exp(log), labels),
        bounds=(-limit, limit),
        method="bounded",
    )
    return float(np.exp(found.x))


def calibration_error(logits: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error (Naeini et al. 2015): by how much the probability of
    an answer differs from how often such answers are right.

    Args:
        logits: float `[clips, classes]`.
        labels: int `[clips]`.

    Returns:
        float in 0..1: over ten bins of equal width, the mean of the differences of mean
        probability and accuracy, weighted by the clips.
    """
    probabilities = softmax(logits, axis=1)
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    off = [
        abs(np.sum(sure[bins == number] - right[bins == number]))
        for number in range(_BINS)
    ]
    return float(np.sum(off) / len(labels))

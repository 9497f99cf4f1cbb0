"""Logarithms of a classifier's probabilities, however small these are."""

import numpy as np
from scipy.special import log_softmax
from sklearn.pipeline import Pipeline

# Of a class that no tree votes for.
_LEAST = 1e-6


def log_probabilities(estimator: Pipeline, values: np.ndarray) -> np.ndarray:
    """What `predict_log_proba` gives, but finite.

    scikit-learn takes the logarithm of probabilities, which are 0 where they are less
    than a float holds: for inputs far from all that were fitted.

    Args:
        estimator: Fitted pipeline that ends in a classifier of two or more classes: a
            linear one, whose probabilities are the softmax of its decision function, or
            one that has none; its probabilities are one in a million at least.
        values: float `[clips, dim]`.

    Returns:
        float64 `[clips, classes]`.
    """
    if not hasattr(estimator, "decision_function"):
        return np.log(np.maximum(estimator.predict_proba(values), _LEAST))
    scores = estimator.decision_function(values)
    if scores.ndim == 1:  # of two classes, the second's log-odds
        scores = np.stack([np.zeros_like(scores), scores], axis=1)
    return log_softmax(scores.astype(np.float64), axis=1)


def spread_classes(
    logits: np.ndarray, present: np.ndarray, n_classes: int
) -> np.ndarray:
    """Logits for all classes from those of the classes that were fitted.

    Args:
        logits: float `[clips, len(present)]`.
        present: int. The classes that they belong to, sorted.
        n_classes: int. Number of classes.

    Returns:
        float64 `[clips, n_classes]`. A class that was not fitted gets less than
        the least probable of the others: its odds are one in a million.
    """
    spread = np.repeat(logits.min(axis=1, keepdims=True) - np.log(1e6), n_classes, 1)
    spread[:, present] = logits
    return spread.astype(np.float64)

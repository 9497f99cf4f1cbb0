"""Logarithms of a logistic regression's probabilities, however small these are."""

import numpy as np
from scipy.special import log_softmax
from sklearn.pipeline import Pipeline


def log_probabilities(estimator: Pipeline, values: np.ndarray) -> np.ndarray:
    """What `predict_log_proba` gives, but finite.

    scikit-learn takes the logarithm of probabilities, which are 0 where they are less
    than a float holds: for inputs far from all that were fitted.

    Args:
        estimator: Fitted pipeline that ends in a logistic regression of two or more
            classes.
        values: float `[clips, dim]`.

    Returns:
        float64 `[clips, classes]`.
    """
    scores = estimator.decision_function(values)
    if scores.ndim == 1:  # of two classes, the second's log-odds
        scores = np.stack([np.zeros_like(scores), scores], axis=1)
    return log_softmax(scores.astype(np.float64), axis=1)

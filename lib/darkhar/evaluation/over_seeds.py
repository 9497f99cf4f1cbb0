"""Accuracy over several seeds."""

import numpy as np

from darkhar.evaluation.metrics import accuracy_interval


def correct_by_seed(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which clips each seed's model classifies correctly.

    Args:
        logits: float `[seeds, clips, classes]`.
        labels: int `[clips]`.

    Returns:
        bool `[seeds, clips]`.
    """
    return logits.argmax(axis=2) == labels


def seed_accuracy(logits: np.ndarray, labels: np.ndarray) -> dict[str, float | int]:
    """Mean accuracy of several seeds, with an interval over clips.

    Args:
        logits: float `[seeds, clips, classes]`.
        labels: int `[clips]`.

    Returns:
        dict with `accuracy` (mean over seeds), `sd` (sample standard deviation of the
        seeds' accuracies; 0 of one seed), `seeds`, `n` (clips), `low` and `high`:
        Wilson's 95% interval (Wilson 1927) for the mean number of correct clips. A mean
        of several seeds varies less from one set of clips to another than a single seed
        does, so that for several the interval is on the wide side.
    """
    correct = correct_by_seed(logits, labels)
    by_seed = correct.mean(axis=1)
    # Of one seed a whole number, so that all agrees with `metrics.accuracy`.
    mean_correct = correct.sum() / len(correct)
    low, high = accuracy_interval(mean_correct, len(labels))
    return {
        "accuracy": float(mean_correct / len(labels)),
        "sd": float(by_seed.std(ddof=1)) if len(by_seed) > 1 else 0.0,
        "seeds": len(by_seed),
        "n": len(labels),
        "low": low,
        "high": high,
    }

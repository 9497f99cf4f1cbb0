"""What a classifier's logits are worth on labelled clips."""

import numpy as np
import pandas as pd
from scipy.special import log_softmax
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint


def accuracy_interval(correct: float, n: int) -> tuple[float, float]:
    """Wilson's 95% interval for an accuracy (Wilson 1927; statsmodels).

    Args:
        correct: float. Clips classified correctly; of several seeds, their mean.
        n: int. Clips.

    Returns:
        Lower and upper limit, in [0, 1].
    """
    low, high = proportion_confint(correct, n, alpha=0.05, method="wilson")
    return float(low), float(high)


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative log-likelihood, in nats per clip.

    Args:
        logits: float `[clips, classes]`.
        labels: int `[clips]`.
    """
    return float(cross_entropies(logits, labels).mean())


def cross_entropies(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Negative log-likelihood of each clip in nats, float64 `[clips]`.

    Args:
        logits, labels: as in `cross_entropy`.
    """
    log_probabilities = log_softmax(logits.astype(np.float64), axis=1)
    return -log_probabilities[np.arange(len(labels)), labels]


def accuracy(logits: np.ndarray, labels: np.ndarray) -> dict[str, float | int]:
    """Accuracy with its interval.

    Args:
        logits: float `[clips, classes]`.
        labels: int `[clips]`.

    Returns:
        dict with `accuracy`, `correct` and `n` (clips), `low` and `high`
        (Wilson's 95% interval, which takes the clips as independent).
    """
    correct = int((logits.argmax(axis=1) == labels).sum())
    low, high = accuracy_interval(correct, len(labels))
    return {
        "accuracy": correct / len(labels),
        "correct": correct,
        "n": len(labels),
        "low": low,
        "high": high,
    }


def score(
    logits: np.ndarray, labels: np.ndarray, *, train_labels: np.ndarray
) -> dict[str, float | int]:
    """Loss and accuracy, with what an accuracy must be held against.

    Args:
        logits: float `[clips, classes]`.
        labels: int `[clips]`.
        train_labels: int. Classes of the clips that the classifier was fitted
            on.

    Returns:
        dict with `loss` (nats per clip), `accuracy`, `correct` and `n` (clips),
        `low` and `high` (Wilson's 95% interval), `chance` (one over the number
        of classes) and `majority` (accuracy of always answering the most
        frequent training class; the first of equals).
    """
    return {
        "loss": cross_entropy(logits, labels),
        **accuracy(logits, labels),
        **references(labels, train_labels=train_labels, n_classes=logits.shape[1]),
    }


def references(
    labels: np.ndarray, *, train_labels: np.ndarray | None = None, n_classes: int
) -> dict[str, float]:
    """What an accuracy on these clips must be held against.

    Args:
        labels: int `[clips]`.
        train_labels: int or None. Classes of the fitted clips. None means the same
            clips, as in cross-validation. Defaults to None.
        n_classes: int. Number of classes.

    Returns:
        dict with `chance` and `majority`, as in `score`.
    """
    fitted = labels if train_labels is None else train_labels
    most_frequent = np.bincount(fitted).argmax()
    return {
        "chance": 1 / n_classes,
        "majority": float((labels == most_frequent).mean()),
    }


def per_class(
    logits: np.ndarray, labels: np.ndarray, class_names: tuple[str, ...]
) -> pd.DataFrame:
    """Precision, recall and F1 of each class (scikit-learn).

    A class that was never predicted has precision 0, one without clips recall
    0.

    Returns:
        Table with columns `class`, `n`, `precision`, `recall`, `f1`.
    """
    precision, recall, f1, n = precision_recall_fscore_support(
        labels,
        logits.argmax(axis=1),
        labels=range(len(class_names)),
        zero_division=0.0,
    )
    return pd.DataFrame(
        {
            "class": class_names,
            "n": n,
            "precision": precision,
            "recall": recall,
            "f1": f1,
        }
    )


def confusion(
    logits: np.ndarray, labels: np.ndarray, class_names: tuple[str, ...]
) -> pd.DataFrame:
    """Clips by true class (rows) and predicted class (columns).

    Returns:
        Table whose first column, `class`, names the true class; the others
        are the predicted classes.
    """
    counts = confusion_matrix(
        labels, logits.argmax(axis=1), labels=range(len(class_names))
    )
    table = pd.DataFrame(counts, columns=list(class_names))
    table.insert(0, "class", class_names)
    return table

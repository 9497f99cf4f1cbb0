import numpy as np
import pytest

from darkhar.evaluation.metrics import (
    accuracy_interval,
    confusion,
    cross_entropy,
    per_class,
    score,
)

NAMES = ("sit", "stand", "turn")
LABELS = np.array([0, 0, 1, 1])
# Predicted: 0, 1, 1, 1.
LOGITS = np.log(np.array([[2, 1, 1], [1, 2, 1], [1, 2, 1], [1, 2, 1]]) / 4)


def test_wilson_interval_by_hand():
    # Wilson (1927) for 3 of 4 with z = 1.959964:
    # centre (p + z^2/2n) / (1 + z^2/n), half-width by the formula.
    z, p, n = 1.959963984540054, 0.75, 4
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert accuracy_interval(3, 4) == pytest.approx((centre - half, centre + half))
    assert accuracy_interval(3, 4) == pytest.approx((0.3006, 0.9544), abs=1e-4)


def test_cross_entropy_by_hand():
    # Probabilities of the true classes: 1/2, 1/4, 1/2, 1/2.
    assert cross_entropy(LOGITS, LABELS) == pytest.approx(5 * np.log(2) / 4)
    assert cross_entropy(LOGITS + 7, LABELS) == pytest.approx(5 * np.log(2) / 4)


def test_score_by_hand():
    made = score(LOGITS, LABELS, train_labels=np.array([2, 1, 1, 0]))
    assert (made["correct"], made["n"], made["accuracy"]) == (3, 4, 0.75)
    assert made["chance"] == pytest.approx(1 / 3)
    assert made["majority"] == 0.5  # always "stand": right twice
    assert (made["low"], made["high"]) == accuracy_interval(3, 4)


def test_per_class_by_hand():
    table = per_class(LOGITS, LABELS, NAMES).set_index("class")
    assert table["n"].tolist() == [2, 2, 0]
    assert table["precision"].tolist() == pytest.approx([1, 2 / 3, 0])
    assert table["recall"].tolist() == pytest.approx([1 / 2, 1, 0])
    assert table["f1"].tolist() == pytest.approx([2 / 3, 4 / 5, 0])


def test_confusion_has_true_classes_in_rows():
    table = confusion(LOGITS, LABELS, NAMES)
    assert table["class"].tolist() == list(NAMES)
    assert table[list(NAMES)].to_numpy().tolist() == [[1, 1, 0], [0, 2, 0], [0, 0, 0]]

import numpy as np
import pytest

from darkhar.evaluation.metrics import accuracy
from darkhar.evaluation.over_seeds import seed_accuracy

LABELS = np.array([0, 1, 0, 1])


def test_one_seed_is_the_plain_accuracy():
    logits = np.array([[[2.0, 1], [0, 1], [0, 1], [1, 0]]])
    found = seed_accuracy(logits, LABELS)
    plain = accuracy(logits[0], LABELS)
    assert found["sd"] == 0
    for field in ("accuracy", "n", "low", "high"):
        assert found[field] == plain[field]


def test_mean_and_deviation_of_seeds():
    right, wrong = [1.0, 0.0], [0.0, 1.0]
    # Of four clips, two, then four are right: 0.5 and 1.
    logits = np.array([[right, right, right, right], [right, wrong, right, wrong]])
    found = seed_accuracy(logits, LABELS)
    assert found["accuracy"] == 0.75
    assert found["sd"] == pytest.approx(np.std([0.5, 1.0], ddof=1))
    assert (found["seeds"], found["n"]) == (2, 4)
    # Wilson's interval for 3 of 4.
    assert found["low"] == pytest.approx(0.3006, abs=1e-4)
    assert found["high"] == pytest.approx(0.9544, abs=1e-4)

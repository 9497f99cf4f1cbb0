import numpy as np
import pytest

from darkhar.evaluation.gaps import gap
from darkhar.evaluation.metrics import accuracy_interval
from darkhar.evaluation.paired import correct_for_many


def predicted(*correct, n):
    """Logits of two classes for clips of class 0, so many of which come out right."""
    seeds = [np.arange(n) < number for number in correct]
    return np.stack([np.stack([right, ~right], axis=1) for right in seeds]).astype(
        float
    )


def zeros(n):
    return np.zeros(n, int)


@pytest.mark.parametrize("correct", [4, 32])
def test_newcombe_by_the_formula(correct):
    found = gap(
        "pose", predicted(81, n=90), zeros(90), predicted(correct, n=36), zeros(36)
    )
    (low_in, high_in), (low_out, high_out) = (
        accuracy_interval(81, 90),
        accuracy_interval(correct, 36),
    )
    p, q = correct / 36, 0.9
    assert found.difference == pytest.approx(p - q)
    low = p - q - ((p - low_out) ** 2 + (high_in - q) ** 2) ** 0.5
    high = p - q + ((high_out - p) ** 2 + (q - low_in) ** 2) ** 0.5
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.is_clear == (correct == 4)


def test_means_over_seeds():
    found = gap(
        "pose", predicted(6, 8, 7, n=10), zeros(10), predicted(2, 3, n=4), zeros(4)
    )
    assert found.accuracies == (0.7, 0.625)
    assert (found.n, found.seeds) == ((10, 4), (3, 2))


def test_fishers_test_by_hand():
    """3 of 3 against 0 of 3: one table of 20 is as extreme, and its mirror image."""
    found = gap("pose", predicted(3, n=3), zeros(3), predicted(0, n=3), zeros(3))
    assert found.p == pytest.approx(2 / 20)
    # The interval alone does not make it clear.
    assert found.high < 0
    assert not found.is_clear


def test_corrected_for_their_number():
    """Holm: the smaller p twice, the larger once, but not below the first."""
    strong = gap("a", predicted(9, n=10), zeros(10), predicted(1, n=10), zeros(10))
    weak = gap("b", predicted(3, n=3), zeros(3), predicted(0, n=3), zeros(3))
    first, second = correct_for_many([weak, strong])
    assert first.p_corrected == pytest.approx(0.1)
    assert second.p_corrected == pytest.approx(2 * strong.p)
    assert second.is_clear

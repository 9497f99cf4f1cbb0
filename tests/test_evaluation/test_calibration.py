import numpy as np
import pytest
from scipy.special import softmax

from darkhar.evaluation.calibration import calibration_error, fitted_temperature
from darkhar.evaluation.metrics import cross_entropy


def drawn(temperature, n=4000, seed=0):
    """Logits, and labels drawn by their probabilities at a temperature."""
    random = np.random.default_rng(seed)
    logits = random.normal(scale=3, size=(n, 4))
    chances = softmax(logits / temperature, axis=1).cumsum(axis=1)
    labels = (random.uniform(size=(n, 1)) > chances).sum(axis=1)
    return logits, labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_answers_were_drawn_with(temperature):
    logits, labels = drawn(temperature)
    assert fitted_temperature(logits, labels) == pytest.approx(temperature, rel=0.08)


def test_no_temperature_nearby_is_better():
    logits, labels = drawn(2.0, n=60)
    best = fitted_temperature(logits, labels)
    loss = cross_entropy(logits / best, labels)
    for other in (0.9 * best, 1.1 * best):
        assert cross_entropy(logits / other, labels) > loss


def test_answers_that_are_always_right_are_as_sure_as_can_be():
    logits = 2.0 * np.eye(3)
    assert fitted_temperature(logits, np.arange(3)) == pytest.approx(1 / 20, rel=0.2)


def test_error_by_hand():
    # Of four answers of probability 0.8 three are right, of two of 0.6 none:
    # (4 |0.8 - 0.75| + 2 |0.6 - 0|) / 6.
    sure = np.log([[0.8, 0.2]] * 4 + [[0.4, 0.6]] * 2)
    labels = np.array([0, 0, 0, 1, 0, 0])
    assert calibration_error(sure, labels) == pytest.approx((0.2 + 1.2) / 6)


def test_probabilities_that_mean_what_they_say():
    logits, labels = drawn(1.0, n=20_000)
    assert calibration_error(logits, labels) < 0.012
    assert calibration_error(3 * logits, labels) > 0.05

import numpy as np
import pytest

from darkhar.enhancement.registry import get_enhancement


def enhanced(text, levels):
    image = np.repeat(np.array([levels], np.float32)[..., None], 3, axis=-1)
    return get_enhancement(text)(image).numpy()[0]


def test_by_hand():
    # 255 * sqrt(l / 255) = sqrt(255 * l): 4080 / 255 = 16, 15 * 17 = 255.
    roots = enhanced("gamma:gamma=2", [0, 15, 60, 135, 240, 255])
    expected = [0, 15 * 17**0.5, 30 * 17**0.5, 45 * 17**0.5, 60 * 17**0.5, 255]
    assert roots[:, 0] == pytest.approx(expected, rel=1e-6)
    assert np.array_equal(roots[:, 0], roots[:, 2])
    # 51 is a fifth of 255, and 5 ** 2 = 25: gamma 1/2 darkens to a 25th.
    assert enhanced("gamma:gamma=0.5", [51])[0, 1] == pytest.approx(255 / 25)


def test_default_is_2_2():
    # A tenth of the range becomes 10 ** (-1 / 2.2) = 0.35112 of it; 25 is cut off
    # from 25.5.
    expected = 255 * (25 / 255) ** (1 / 2.2)
    assert enhanced("gamma", [25.5])[0, 0] == pytest.approx(expected, rel=1e-6)
    assert 88 < expected < 255 * 0.3512


def test_gamma_1_changes_nothing():
    levels = np.arange(256)
    assert enhanced("gamma:gamma=1", levels)[:, 0] == pytest.approx(levels, abs=1e-4)

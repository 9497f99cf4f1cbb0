"""Where a video cuts from one shot to another."""

import numpy as np
import pytest

from darkhar.data.shots import shot_starts


def picture(seed):
    levels = np.random.default_rng(seed).uniform(0, 60, (6, 8))
    return np.kron(levels, np.ones((10, 10)))


def frames(pictures, noise=3.0):
    """Noisy frames, uint8 `[frames, 60, 80, 3]`."""
    random = np.random.default_rng(9)
    levels = np.stack(pictures)[..., np.newaxis] + random.normal(
        0, noise, (len(pictures), 60, 80, 3)
    )
    return np.clip(levels, 0, 255).round().astype(np.uint8)


ONE, OTHER, BLACK = picture(1), picture(2), np.zeros((60, 80))


def test_a_cut_and_none():
    assert shot_starts(frames([ONE] * 5)) == []
    assert shot_starts(frames([ONE] * 3 + [OTHER] * 2)) == [3]
    assert shot_starts(frames([ONE, OTHER, ONE])) == [1, 2]


def test_the_frame_before_the_first():
    before = frames([ONE])[0]
    assert shot_starts(frames([OTHER] * 3), before) == [0]
    assert shot_starts(frames([ONE, ONE, OTHER]), before) == [2]


@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_a_light_that_is_switched_is_no_cut(factor):
    assert shot_starts(frames([ONE, ONE * factor])) == []


def test_a_slow_pan_is_no_cut():
    views = [
        np.roll(np.kron(ONE, np.ones((2, 2))), i, axis=1)[:60, :80] for i in range(6)
    ]
    assert shot_starts(frames(views)) == []


def test_black_frames_show_nothing_and_are_no_cut():
    assert shot_starts(frames([ONE, BLACK, ONE], noise=0)) == []

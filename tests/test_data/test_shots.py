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


def starts(shown, **noise):
    return shot_starts(frames(shown, **noise))[0]


ONE, OTHER, BLACK = picture(1), picture(2), np.zeros((60, 80))


def test_a_cut_and_none():
    assert starts([ONE] * 5) == []
    assert starts([ONE] * 3 + [OTHER] * 2) == [3]
    assert starts([ONE, OTHER, ONE]) == [1, 2]


def test_what_was_shown_before_the_first_frame():
    none, before = shot_starts(frames([ONE]))
    assert none == []
    assert shot_starts(frames([OTHER] * 3), before)[0] == [0]
    assert shot_starts(frames([ONE, ONE, OTHER]), before)[0] == [2]
    nothing, still_before = shot_starts(frames([BLACK], noise=0), before)
    assert nothing == [] and still_before is before


@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_a_light_that_is_switched_is_no_cut(factor):
    assert starts([ONE, ONE * factor]) == []


def test_a_slow_pan_is_no_cut():
    views = [
        np.roll(np.kron(ONE, np.ones((2, 2))), i, axis=1)[:60, :80] for i in range(6)
    ]
    assert starts(views) == []


def test_black_frames_show_nothing():
    # A light goes out and on again; and a cut through black.
    assert starts([ONE, BLACK, BLACK, ONE], noise=0) == []
    assert starts([ONE, BLACK, BLACK, OTHER, OTHER], noise=0) == [3]
    assert starts([BLACK, ONE], noise=0) == []

import numpy as np
import pytest

from darkhar.pose.smoothing import at_equal_times, smooth, smooth_by_score


def gaussian_mean(values, weights, frame, sigma):
    """The mean of all frames, ends repeated far beyond the clip, one by one."""
    total = weight_total = 0.0
    for j in range(-50, len(values) + 50):
        i = min(max(j, 0), len(values) - 1)
        weight = np.exp(-((j - frame) ** 2) / (2 * sigma**2)) * weights[i]
        total += weight * values[i]
        weight_total += weight
    return total / weight_total


def test_gaussian_in_seconds():
    values = np.random.default_rng(0).normal(size=20)
    smoothed = smooth(values, 0.2, rate=10)
    for frame in (0, 7, 19):
        expected = gaussian_mean(values, np.ones(20), frame, sigma=2)
        assert smoothed[frame] == pytest.approx(expected, abs=1e-3)


def test_weighted_by_the_squared_score():
    rng = np.random.default_rng(1)
    values, scores = rng.normal(size=20), rng.uniform(0.2, 1, 20)
    smoothed = smooth_by_score(values[:, np.newaxis], scores, 0.2, rate=10)[:, 0]
    for frame in (0, 7, 19):
        expected = gaussian_mean(values, scores**2, frame, sigma=2)
        assert smoothed[frame] == pytest.approx(expected, abs=5e-3)


def test_an_unseen_joint_is_filled_in_from_the_frames_around():
    places = np.array([[2.0], [2.0], [99.0], [2.0], [2.0]])
    scores = np.array([0.9, 0.9, 0.0, 0.9, 0.9])
    smoothed = smooth_by_score(places, scores, 0.1, rate=10)
    assert abs(smoothed[2, 0] - 2) < 0.2
    assert smooth(places, 0.1, rate=10)[2, 0] > 30


def test_a_joint_never_seen_has_a_place_all_the_same():
    smoothed = smooth_by_score(np.full((4, 2), 3.0), np.zeros(4), 0.1, rate=10)
    np.testing.assert_allclose(smoothed, 3)


def test_at_equal_times():
    # Along a line: place 10 at the first frame's middle, one more each frame.
    track = np.ones((6, 2, 3))
    track[:, :, 0] = 10 + np.arange(6)[:, np.newaxis]
    track[:, :, 2] = 0.5
    # Three samples of two frames: between them. Ends are drawn in by what is beyond.
    few = at_equal_times(track, 3)
    assert few.shape == (3, 2, 3)
    assert few[1, 0] == pytest.approx([12.5, 1, 0.5])
    assert few[0, 0, 0] == pytest.approx(10.5, abs=0.35)
    # Twelve: a quarter before and after each frame, and no further than the ends.
    many = at_equal_times(track, 12)[:, 1, 0]
    assert many == pytest.approx([10, *np.arange(10.25, 15, 0.5), 15])
    np.testing.assert_allclose(at_equal_times(track, 6), track)


def test_what_was_not_seen_does_not_count_between_samples():
    track = np.ones((8, 1, 3))
    track[3] = 99, 99, 0
    assert np.abs(at_equal_times(track, 4)[..., :2] - 1).max() < 0.5

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from darkhar.config import SAMPLERS, ParameterError
from darkhar.config.methods import Sampler
from darkhar.sampling.rules import (
    FrameRule,
    endpoint_indices,
    random_indices,
    sample_count,
    uniform_indices,
)


@pytest.mark.parametrize(
    ("n_frames", "n_samples", "expected"),
    [
        # Segment centres 1.25, 3.75, 6.25, 8.75.
        (10, 4, [1, 3, 6, 8]),
        # 33 frames, the shortest real clip: centres (i + 0.5) * 33 / 8.
        (33, 8, [2, 6, 10, 14, 18, 22, 26, 30]),
        (10, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        # One sample is the centre frame, the later of two.
        (9, 1, [4]),
        (10, 1, [5]),
        (1, 1, [0]),
        # Shorter than the samples: (i + 0.5) * 3 / 5 = 0.3, 0.9, 1.5, 2.1, 2.7.
        (3, 5, [0, 0, 1, 2, 2]),
        (1, 3, [0, 0, 0]),
        # Fractions: 2.5 is rounded up to 3, centres 1.67, 5, 8.33.
        (10, 0.25, [1, 5, 8]),
        (10, 0.24, [2, 7]),
        (4, 1.0, [0, 1, 2, 3]),
        (5, 0.01, [2]),
    ],
)
def test_uniform_indices(n_frames, n_samples, expected):
    indices = uniform_indices(n_frames, n_samples)
    assert indices.tolist() == expected
    assert indices.dtype == np.int64


@pytest.mark.parametrize(
    ("n_frames", "n_samples", "expected"),
    [
        (10, 4, [0, 3, 6, 9]),
        # 9 / 2 = 4.5 is rounded up.
        (10, 3, [0, 5, 9]),
        (9, 1, [4]),
        (4, 4, [0, 1, 2, 3]),
        (3, 5, [0, 0, 1, 2, 2]),
        (8, 0.25, [0, 7]),
        (1, 1, [0]),
    ],
)
def test_endpoint_indices(n_frames, n_samples, expected):
    indices = endpoint_indices(n_frames, n_samples)
    assert indices.tolist() == expected
    assert indices.dtype == np.int64


def test_endpoints_are_evenly_spread():
    for n_frames in range(2, 120):
        for n in range(2, n_frames + 1):
            indices = endpoint_indices(n_frames, n)
            assert (indices[0], indices[-1]) == (0, n_frames - 1)
            assert np.ptp(np.diff(indices)) <= 1
            assert np.diff(indices).min() >= 1


def test_uniform_sees_the_whole_clip_evenly():
    for n_frames in range(1, 120):
        for n in (1, 2, 3, 8, 16, 32):
            indices = uniform_indices(n_frames, n)
            # Every segment of T / n frames holds its own sample.
            assert np.all(indices * n >= np.arange(n) * n_frames - n)
            assert np.all(indices * n < (np.arange(n) + 1) * n_frames)
            # What is left at both ends differs by a frame at most.
            assert 0 <= indices[0] - (n_frames - 1 - indices[-1]) <= 1
            if n >= n_frames:
                times = np.bincount(indices, minlength=n_frames)
                assert times.min() >= 1
                assert times.max() - times.min() <= 1


@pytest.mark.parametrize(
    ("n_frames", "n_samples", "expected"),
    [(50, 8, 8), (5, 8, 8), (10, 0.25, 3), (10, 0.24, 2), (5, 0.01, 1), (7, 1.0, 7)],
)
def test_sample_count(n_frames, n_samples, expected):
    assert sample_count(n_frames, n_samples) == expected


def test_random_indices_are_sorted_and_unique():
    for seed in range(50):
        indices = random_indices(40, 12, seed)
        assert indices.dtype == np.int64
        assert np.all(np.diff(indices) > 0)
        assert indices[0] >= 0
        assert indices[-1] < 40


def test_random_indices_depend_on_seed_alone():
    assert random_indices(40, 12, 7).tolist() == random_indices(40, 12, 7).tolist()
    samples = {tuple(random_indices(40, 12, seed)) for seed in range(200)}
    assert len(samples) == 200


def test_random_hash_is_splitmix_with_murmur3_finalizer():
    # Written out with Python's integers, independently of NumPy's wrap-around.
    def fmix32(h):
        h ^= h >> 16
        h = h * 0x85EBCA6B % 2**32
        h ^= h >> 13
        h = h * 0xC2B2AE35 % 2**32
        return h ^ h >> 16

    assert fmix32(1) == 0x514E28B7  # the published value of fmix32(1)
    key = fmix32(fmix32((123 + 0x9E3779B9) % 2**32) ^ 60)
    numbers = [fmix32((key + i * 0x9E3779B9) % 2**32) for i in range(60)]
    expected = sorted(sorted(range(60), key=numbers.__getitem__)[:9])
    assert random_indices(60, 9, 123).tolist() == expected


def test_random_indices_of_a_short_clip_are_the_uniform_ones():
    assert random_indices(3, 5, seed=1).tolist() == [0, 0, 1, 2, 2]
    assert random_indices(5, 5, seed=1).tolist() == [0, 1, 2, 3, 4]


def test_random_frames_are_equally_likely():
    counts = np.zeros(20)
    for seed in range(4000):
        counts[random_indices(20, 5, seed)] += 1
    # Without replacement the counts vary less than a multinomial's, by (T-n)/(T-1).
    statistic = ((counts - 1000) ** 2 / 1000).sum() / ((20 - 5) / (20 - 1))
    assert 0.001 < stats.chi2.sf(statistic, 19) < 0.999


def test_random_pairs_are_equally_likely():
    pairs = np.zeros((8, 8))
    for seed in range(5600):
        pairs[tuple(random_indices(8, 2, seed))] += 1
    observed = pairs[np.triu_indices(8, 1)]
    assert observed.sum() == 5600
    assert 0.001 < stats.chisquare(observed).pvalue < 0.999


def test_random_samples_of_clips_of_other_lengths_are_independent():
    # Frames 0..7 drawn from clips of 8 and of 9 frames, by the same seeds.
    joint = np.zeros((8, 9))
    for seed in range(7200):
        joint[random_indices(8, 1, seed)[0], random_indices(9, 1, seed)[0]] += 1
    assert stats.chi2_contingency(joint).pvalue > 0.001


def test_frame_rule():
    assert FrameRule("uniform", 4)(10).tolist() == [1, 3, 6, 8]
    assert FrameRule("endpoints", 4)(10).tolist() == [0, 3, 6, 9]
    expected = random_indices(10, 4, 5).tolist()
    assert FrameRule("random", 4, 5)(10).tolist() == expected


def test_a_seed_counts_where_something_is_random():
    assert FrameRule("uniform", 4, 5) == FrameRule("uniform", 4)
    assert FrameRule("random", 4, 5) != FrameRule("random", 4)
    rule = FrameRule("random", np.int64(4), np.uint32(5))
    assert (type(rule.n_samples), type(rule.seed)) == (int, int)


def every_other(n_frames, n_samples):
    return np.arange(0, n_frames, 2)[:n_samples]


def test_a_function_and_a_row_make_one_more(monkeypatch):
    row = Sampler(f"{__name__}:every_other", "every other frame")
    monkeypatch.setitem(SAMPLERS, "every_other", row)
    assert FrameRule("every_other", 3)(10).tolist() == [0, 2, 4]


@pytest.mark.parametrize("n_samples", [0, -1, True, 0.0, 1.5, -0.5, "8", None])
def test_bad_n_samples(n_samples):
    with pytest.raises(ValueError, match=r"n_samples.*Received: n_samples="):
        uniform_indices(10, n_samples)


def test_other_bad_arguments():
    with pytest.raises(ValueError, match="Received: n_frames=0"):
        uniform_indices(0, 4)
    with pytest.raises(ValueError, match="Received: n_frames=0"):
        random_indices(0, 4, 0)
    with pytest.raises(ValueError, match="Received: seed=-1"):
        random_indices(10, 4, -1)
    with pytest.raises(ValueError, match=r"Received: seed=0\.5"):
        random_indices(10, 4, 0.5)
    with pytest.raises(ValueError, match="Received: seed=-1"):
        FrameRule("uniform", 4, -1)
    with pytest.raises(ValueError, match="Received: n_samples=0"):
        FrameRule("uniform", 0)
    with pytest.raises(ParameterError, match="did you mean 'random'"):
        FrameRule("randm", 4)


def test_rules_do_without_tensorflow():
    code = (
        "import sys, darkhar.sampling.rules;"
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

import dataclasses

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests

from darkhar.config import DataError
from darkhar.evaluation.paired import (
    PairedComparison,
    compare,
    comparison_rows,
    correct_for_many,
    mean_interval,
)


def logits_that_name(*predicted, n_classes=3):
    """`[seeds, clips, classes]`, a row of predictions for each seed."""
    return np.eye(n_classes)[np.asarray(predicted)]


LABELS = np.zeros(20, int)
RIGHT, WRONG = 0, 1


def predictions(n_right):
    return [RIGHT] * n_right + [WRONG] * (20 - n_right)


def test_counts_and_test_by_hand():
    # Both right on the first 6, the second alone on 8 more, the first alone on none.
    c = compare(
        "a",
        logits_that_name(predictions(6)),
        "b",
        logits_that_name(predictions(14)),
        LABELS,
        seed=0,
    )
    assert (c.n, c.seeds, c.only_first, c.only_second) == (20, 1, 0, 8)
    assert c.difference == pytest.approx(0.4)
    assert c.p == pytest.approx(2 * 0.5**8)
    # The difference of each clip is 0 or 1: the bootstrap is a binomial, by 20.
    assert 0.15 <= c.low <= 0.25
    assert 0.55 <= c.high <= 0.65
    assert c.is_clear


def test_discordant_clips_both_ways():
    first = [RIGHT] * 5 + [WRONG] * 3 + [RIGHT] * 12
    second = [WRONG] * 5 + [RIGHT] * 3 + [RIGHT] * 12
    c = compare(
        "a", logits_that_name(first), "b", logits_that_name(second), LABELS, seed=0
    )
    assert (c.only_first, c.only_second) == (5, 3)
    assert c.p == pytest.approx(binomtest(3, 8).pvalue)
    assert c.low < 0 < c.high
    assert not c.is_clear


def test_no_clip_differs():
    c = compare(
        "a",
        logits_that_name(predictions(6)),
        "b",
        logits_that_name(predictions(6)),
        LABELS,
        seed=0,
    )
    assert (c.difference, c.low, c.high, c.p) == (0, 0, 0, 1)
    assert not c.is_clear


def test_several_seeds_are_averaged_and_the_first_is_tested():
    first = logits_that_name(predictions(10), predictions(10))
    second = logits_that_name(predictions(10), predictions(14))
    c = compare("a", first, "b", second, LABELS, seed=0)
    assert c.seeds == 2
    assert c.difference == pytest.approx(0.1)
    assert (c.only_first, c.only_second, c.p) == (0, 0, 1.0)
    # The interval alone is not enough for a claim.
    assert c.low > 0
    assert not c.is_clear


def test_a_seed_repeated_tells_nothing_new():
    first, second = predictions(6), predictions(14)
    once = compare(
        "a",
        logits_that_name(first),
        "b",
        logits_that_name(second),
        LABELS,
        seed=0,
    )
    thrice = compare(
        "a",
        logits_that_name(*[first] * 3),
        "b",
        logits_that_name(*[second] * 3),
        LABELS,
        seed=0,
    )
    assert thrice.seeds == 3
    for field in ("difference", "low", "high", "only_second", "p"):
        assert getattr(thrice, field) == pytest.approx(getattr(once, field))


def test_a_limit_of_zero_is_zero_with_several_seeds():
    # One clip goes from two seeds to three, one from two to one. As floating-point
    # numbers 1 - 2/3 and 1/3 - 2/3 do not add up to zero.
    first = np.full((3, 20), WRONG)
    second = np.full((3, 20), WRONG)
    first[:2, :2] = RIGHT
    second[:, 0] = RIGHT
    second[0, 1] = RIGHT
    groups = ["pair"] * 2 + list("abcdefghijklmnopqr")
    c = compare(
        "a", np.eye(3)[first], "b", np.eye(3)[second], LABELS, seed=0, groups=groups
    )
    assert (c.difference, c.low, c.high) == (0, 0, 0)
    # The same with clips that do differ, and a limit at exactly no difference.
    second[:, 2:5] = RIGHT
    c = compare(
        "a", np.eye(3)[first], "b", np.eye(3)[second], LABELS, seed=0, groups=groups
    )
    assert c.difference == pytest.approx(3 / 20)
    assert c.low == 0
    assert c.high > 0
    assert not dataclasses.replace(c, p=0.001).is_clear


def test_different_numbers_of_seeds_are_not_compared():
    one, two = logits_that_name([0, 0]), logits_that_name([0, 0], [0, 1])
    with pytest.raises(ValueError, match="1 and 2"):
        compare("a", one, "b", two, np.zeros(2, int), seed=0)


def test_one_group_has_no_interval():
    with pytest.raises(DataError, match="all are of one"):
        mean_interval(np.array([0.0, 1.0]), seed=0, groups=["a", "a"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("groups", [None, list("aabbbbbbbb")])
def test_equal_differences_give_neither_warnings_nor_nan(groups):
    third = mean_interval(np.full(10, 1 / 3), seed=0, groups=groups)
    assert third == pytest.approx((1 / 3, 1 / 3))
    # All resamples of two clips are among 0, a half and 1.
    assert mean_interval(np.array([0, 1]), seed=0) == (0.0, 1.0)
    assert mean_interval(np.array([1.0]), seed=0) == (1.0, 1.0)


def test_a_mean_over_groups_is_less_sure():
    values = np.repeat([0.0, 1.0, 0.0, 1.0], 25)
    alone = mean_interval(values, seed=1)
    grouped = mean_interval(values, seed=1, groups=np.repeat(list("abcd"), 25))
    assert alone[1] - alone[0] == pytest.approx(2 * 1.96 * 0.05, abs=0.02)
    # Of four groups, all four being alike has a probability of 1/16.
    assert grouped == (0.0, 1.0)
    # Groups of a clip each are no groups.
    assert mean_interval(values, seed=1, groups=np.arange(100)) == alone


def test_groups_weigh_by_their_clips():
    # Five groups of one clip with value 1, five of nine clips with value 0. Of ten
    # drawn, k are of the first kind, binomially: the 2.5% and 97.5% points are 2 and 8,
    # and the mean over clips is k of k + 9 (10 - k).
    groups = np.repeat(np.arange(10), [1] * 5 + [9] * 5)
    low, high = mean_interval((groups < 5).astype(float), seed=0, groups=groups)
    assert low == pytest.approx(2 / (2 + 72))
    assert high == pytest.approx(8 / (8 + 18))


def test_the_seed_decides_the_resamples():
    values = np.random.default_rng(0).normal(size=30)
    assert mean_interval(values, seed=1) == mean_interval(values, seed=1)
    assert mean_interval(values, seed=1) != mean_interval(values, seed=2)


def comparison(p, **changes):
    values = {
        "first": "a",
        "second": "b",
        "n": 20,
        "seeds": 1,
        "difference": 0.2,
        "low": 0.1,
        "high": 0.3,
        "only_first": 1,
        "only_second": 5,
        "p": p,
    }
    return PairedComparison(**values | changes)


def test_holm():
    corrected = correct_for_many([comparison(p) for p in (0.04, 0.01, 0.02, 0.9)])
    # Sorted: 4 * 0.01, 3 * 0.02, then never less than the one before.
    assert [c.p_corrected for c in corrected] == pytest.approx([0.08, 0.04, 0.06, 0.9])
    assert [c.is_clear for c in corrected] == [False, True, False, False]
    assert correct_for_many([]) == []


@pytest.mark.parametrize("n", [1, 2, 9])
def test_holm_as_statsmodels_has_it(n):
    # Some of them equal, some of them 1 once they are corrected.
    p = np.random.default_rng(n).choice([0.001, 0.01, 0.02, 0.03, 0.2, 0.7], n)
    corrected = correct_for_many([comparison(value) for value in p])
    expected = multipletests(p, method="holm")[1]
    np.testing.assert_allclose([c.p_corrected for c in corrected], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("changes", "clear"),
    [
        ({}, True),
        ({"low": -0.3, "high": -0.1}, True),
        ({"low": 0.0}, False),
        ({"high": 0.0, "low": -0.2}, False),
        ({"p": 0.05}, False),
        ({"p_corrected": 0.2}, False),
    ],
)
def test_what_may_be_claimed(changes, clear):
    assert comparison(**{"p": 0.01} | changes).is_clear is clear


def test_rows():
    table = comparison_rows([comparison(0.04)])
    assert table["comparison"].tolist() == ["b against a"]
    assert "p_corrected" not in table
    table = comparison_rows(correct_for_many([comparison(0.04)]))
    assert table["p_corrected"].tolist() == [0.04]

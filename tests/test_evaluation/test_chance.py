import math

import numpy as np
import pytest
from simulated_clips import fitted_logits, simulate

from darkhar.evaluation.chance import against_chance


def verdict(predicted, labels, n_classes=2, train_labels=(0, 0, 1)):
    logits = np.eye(n_classes)[predicted]
    return against_chance(
        "m", logits, np.asarray(labels), train_labels=np.array(train_labels), seed=0
    )


def test_p_by_counting():
    # Of the 6! ways to deal three 0s and three 1s, 3! 3! agree everywhere and as many
    # nowhere.
    labels = [0, 0, 0, 1, 1, 1]
    test = verdict(labels, labels)
    assert test.p == pytest.approx(2 * 36 / math.factorial(6))
    assert (test.accuracy, test.correct, test.n) == (1.0, 6, 6)
    assert (test.chance, test.majority) == (0.5, 0.5)
    # Six clips do not suffice to claim it.
    assert test.verdict == "compatible with chance"


def test_above_and_below():
    labels = np.arange(40) % 2
    assert verdict(labels, labels).verdict == "above chance"
    assert verdict(1 - labels, labels).verdict == "below chance"
    assert verdict(labels[::-1] ^ (np.arange(40) % 4 > 1), labels).verdict == (
        "compatible with chance"
    )


def test_one_answer_for_all_is_chance():
    test = verdict([0] * 40, np.arange(40) % 2)
    assert (test.p, test.verdict) == (1.0, "compatible with chance")
    assert verdict([0], [0]).p == 1.0


def verdicts(n_sets, **options):
    found = []
    for seed in range(n_sets):
        features, labels, _, val, val_labels = simulate(seed, **options)
        logits = fitted_logits(features, labels, val)
        test = against_chance("m", logits, val_labels, train_labels=labels, seed=seed)
        found.append(test.verdict)
    return found


@pytest.mark.parametrize("n_val", [36, 96])
def test_no_signal_is_compatible_with_chance(n_val):
    assert verdicts(100, n_val=n_val).count("compatible with chance") >= 95


def test_clips_of_a_scene_count_as_one_where_a_scene_holds_one_class():
    # As the docstring warns. Scenes that mix the classes do no harm.
    confounded = {"n_val": 36, "scene_size": 3.0, "dim": 40}
    mixed = verdicts(40, **confounded)
    assert mixed.count("compatible with chance") >= 38
    alone = verdicts(40, **confounded, mixed_scenes=False)
    assert 5 <= 40 - alone.count("compatible with chance") <= 22


def test_a_signal_is_above_chance():
    features, labels, _, val, val_labels = simulate(0, class_size=1.0)
    logits = fitted_logits(features, labels, val)
    test = against_chance("m", logits, val_labels, train_labels=labels, seed=0)
    assert test.verdict == "above chance"

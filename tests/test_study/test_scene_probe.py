import functools

import numpy as np
import pytest
from simulated_clips import fitted_logits, simulate
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import (
    StratifiedKFold,
    cross_val_score,
    permutation_test_score,
)
from sklearn.preprocessing import StandardScaler

from darkhar.config import DataError
from darkhar.evaluation.chance import against_chance
from darkhar.study import scene_probe
from darkhar.study.scene_probe import probe_scenes, why_not_probed


@pytest.fixture
def two_folds(monkeypatch):
    """Fewer fits, for tests of many simulated sets."""
    monkeypatch.setattr(scene_probe, "FOLDS", 2)


def probed(seed, **sizes):
    features, labels, scenes, _, _ = simulate(seed, **sizes)
    # The fewest permutations of which p can be below 0.05.
    return probe_scenes("f", features, labels, scenes, seed=seed, permutations=20)


def test_a_scene_confound_is_flagged():
    features, labels, scenes, val, val_labels = simulate(1, scene_size=3.0, dim=40)
    probe = probe_scenes("f", features, labels, scenes, seed=1, permutations=39)
    assert probe.tells_scene
    assert probe.p == pytest.approx(1 / 40)
    assert probe.accuracy > 0.9
    assert probe.null_high < 0.6
    # Which is what makes random folds and new scenes tell different stories.
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    random_folds = cross_val_score(
        LinearDiscriminantAnalysis(), features, labels, cv=folds
    ).mean()
    assert random_folds > 0.9
    logits = fitted_logits(features, labels, val)
    test = against_chance("f", logits, val_labels, train_labels=labels, seed=0)
    assert test.verdict == "compatible with chance"


def test_every_confounded_set_is_flagged(two_folds):
    assert all(probed(seed, scene_size=2.0).tells_scene for seed in range(8))


def test_features_of_the_class_alone_are_not_flagged(two_folds):
    probes = [probed(seed, class_size=3.0) for seed in range(30)]
    # The class tells much of the scene, and is not to be taken for it.
    for probe in probes:
        assert probe.accuracy > 3 / probe.n_scenes
        assert probe.accuracy < 0.5
    # One of 21 is to be expected.
    assert sum(probe.tells_scene for probe in probes) <= 4


@pytest.mark.parametrize("n_scenes", [2, 5])
def test_equals_ridge_regression_and_its_permutations_of_scikit_learn(n_scenes):
    features, labels, scenes, _, _ = simulate(3, scene_size=0.7, dim=30)
    numbers = np.unique(scenes, return_inverse=True)[1] % n_scenes
    turned = StandardScaler().fit_transform(features)

    class Folds(StratifiedKFold):
        """`groups` say what is permuted; they are no folds."""

        def split(self, X, y, groups=None):
            return super().split(X, y)

    reached, null, p = permutation_test_score(
        RidgeClassifier(alpha=100.0),
        turned,
        numbers,
        groups=labels,
        cv=Folds(5, shuffle=True, random_state=4),
        n_permutations=12,
        random_state=4,
    )
    found = scene_probe._permutation_test(features, labels, numbers, 5, 4, 12)
    np.testing.assert_allclose(found, [reached, p, *null])


@pytest.mark.parametrize(
    ("scenes", "message"),
    [
        (["a"] * 5 + [""], "the scene of some is not known"),
        (["a"] * 6, "all are of one scene"),
        (list("abcdef"), "no scene has two"),
    ],
)
def test_scenes_that_cannot_be_probed(scenes, message):
    assert why_not_probed(scenes) == message
    labels = np.array([0, 1] * 3)
    with pytest.raises(DataError, match=message):
        probe_scenes("f", np.ones((6, 2)), labels, scenes, seed=0)


def test_one_scene_for_each_action_cannot_be_probed():
    labels = np.array([0, 0, 1, 1, 1, 1])
    alone = "each action was filmed in one scene alone"
    # Permuting within an action would change nothing, whatever the features.
    assert why_not_probed(list("aabbbb")) is None
    assert why_not_probed(list("aabbbb"), labels) == alone
    with pytest.raises(DataError, match=alone):
        probe_scenes("f", np.ones((6, 2)), labels, list("aabbbb"), seed=0)
    assert why_not_probed(list("aabbbc"), labels) is None


@pytest.mark.parametrize("seed", range(5))
def test_few_clips_a_scene(seed):
    features = np.repeat(np.eye(3), 2, axis=0)
    labels = np.zeros(6, int)
    assert why_not_probed(list("aabbcc")) is None
    # One clip of each scene is fitted, the other named.
    probe = probe_scenes(
        "f", features, labels, list("aabbcc"), seed=seed, permutations=2
    )
    assert probe.accuracy == 1


def test_a_probe_is_kept_by_all_that_it_depends_on(monkeypatch):
    features, labels, scenes, _, _ = simulate(1)
    computed = []
    test = scene_probe._permutation_test

    @functools.wraps(test)
    def counted(*arguments):
        computed.append(arguments)
        return test(*arguments)

    monkeypatch.setattr(scene_probe, "_permutation_test", counted)

    def probe(features=features, scenes=scenes, seed=1, permutations=5):
        return probe_scenes(
            "f", features, labels, scenes, seed=seed, permutations=permutations
        )

    first = probe()
    assert probe() == first
    assert len(computed) == 1
    probe(features=features + 1)
    probe(scenes=np.roll(scenes, 1))
    probe(seed=2)
    probe(permutations=6)
    assert len(computed) == 5

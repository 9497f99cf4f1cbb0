"""What a real clip is worth, with simulated clips in the place of real ones."""

import dataclasses

import numpy as np
import pytest
from made_clips import CountedFit, clips_of, moving_poses, study_of

from darkclips.motion import CLASSES
from darkhar.config import make_parameters
from darkhar.pose.simulated_poses import Simulation
from darkhar.study import worth
from darkhar.study.worth import ALONE, TOGETHER, worth_table, worth_words
from darkhar.training.fewer_clips import FewerFit
from darkhar.training.pose_fits import pose_fit
from darkhar.training.splitters import Fold

LABELS = np.repeat([0, 1], 9)
SCENES = np.array(["a", "b", "c"] * 6)


def fitted(fewer, seed=0):
    """Numbers of the clips that are fitted."""
    clips = clips_of(LABELS, SCENES)
    fewer.fit_clips(clips, seed)
    return np.array([int(name.split()[1]) for name in fewer.fit.fits[-1]])


def test_so_many_clips_of_each_class():
    fewer = FewerFit(CountedFit(), clips=2)
    drawn = fitted(fewer)
    assert np.bincount(LABELS[drawn]).tolist() == [2, 2]
    assert fitted(fewer).tolist() == drawn.tolist()
    assert any(fitted(fewer, seed).tolist() != drawn.tolist() for seed in range(1, 4))
    assert fewer.is_random
    assert fitted(FewerFit(CountedFit(), clips=100)).tolist() == list(range(18))
    assert fitted(FewerFit(CountedFit())).tolist() == list(range(18))


def test_so_many_scenes_of_each_class():
    drawn = fitted(FewerFit(CountedFit(), scenes=2))
    for label in (0, 1):
        assert len(set(SCENES[drawn[LABELS[drawn] == label]])) == 2
    assert len(drawn) == 12
    one = fitted(FewerFit(CountedFit(), scenes=1, clips=2))
    assert len(one) == 4
    for label in (0, 1):
        assert len(set(SCENES[one[LABELS[one] == label]])) == 1


def test_fewer_in_each_fold_and_all_held_out():
    clips = clips_of(LABELS, SCENES)
    halves = [np.arange(0, 18, 2), np.arange(1, 18, 2)]
    folds = [Fold(halves[0], halves[1]), Fold(halves[1], halves[0])]
    fit = CountedFit()
    logits = FewerFit(fit, clips=3).fit_in_folds(clips, folds, 7)
    assert (logits[:, 0] == 6).all()
    for of_fold, half in zip(fit.fits, halves, strict=True):
        assert {int(name.split()[1]) for name in of_fold} < set(half.tolist())


@pytest.fixture
def acting(few_simulated, monkeypatch):
    """A study of 36 clips, six of each action, in two scenes."""
    monkeypatch.setattr(worth, "CLIPS", (1, 2, None))
    monkeypatch.setattr(worth, "SCENES", (1, None))
    monkeypatch.setattr(worth, "BESIDE", (12,))
    monkeypatch.setattr(worth, "SEEDS", 2)
    parameters = make_parameters({"pose_samples": 24})
    simulation = Simulation.of(parameters, 36)
    poses = simulation.poses(24)
    scenes = np.array(["a", "b"])[np.arange(36) // 6 % 2]
    train = clips_of(simulation.labels(CLASSES), scenes, poses=poses)
    train = dataclasses.replace(train, class_names=CLASSES)
    return study_of(train, train.select(np.arange(6)), pose_samples=24, folds=2)


def test_table(acting):
    table = worth_table(acting)
    settings = list(zip(table["by"], table["number"], table["fitted"], strict=True))
    assert settings == [
        ("clips", "0", TOGETHER),
        ("clips", "1", TOGETHER),
        ("clips", "2", ALONE),
        ("clips", "2", TOGETHER),
        ("clips", "all", ALONE),
        ("clips", "all", TOGETHER),
        ("scenes", "0", TOGETHER),
        ("scenes", "1", ALONE),
        ("scenes", "1", TOGETHER),
        ("scenes", "all", ALONE),
        ("scenes", "all", TOGETHER),
        ("simulated", "0", TOGETHER),
        ("simulated", "12", TOGETHER),
        ("simulated", "60", TOGETHER),
    ]
    by = table.set_index(["by", "number", "fitted"])["accuracy"]
    # The same, said twice.
    assert by["clips", "0", TOGETHER] == by["scenes", "0", TOGETHER]
    assert by["simulated", "0", TOGETHER] == by["clips", "all", ALONE]
    assert by["simulated", "60", TOGETHER] == by["clips", "all", TOGETHER]
    # Simulated people act as these do.
    assert by["clips", "0", TOGETHER] > by["clips", "2", ALONE]
    for name, key in (("kinematics", ALONE), ("kinematics_both", TOGETHER)):
        logits = acting.logits(
            pose_fit(name, acting.parameters), acting.choice, seeds=2
        )
        right = (logits.argmax(axis=2) == acting.train.labels).mean()
        assert by["clips", "all", key] == pytest.approx(right)


def test_words(acting):
    words = worth_words(acting)
    assert words["together"].startswith("Simulated people beside the real clips")
    assert words["in_place"].startswith("Simulated people in place of all real clips")
    assert "36 clips" in words["in_place"]


def test_of_classes_that_nobody_acts():
    labels = np.arange(24) % 3
    scenes = np.array(["a", "b"])[np.arange(24) // 12]
    clips = clips_of(labels, scenes, poses=moving_poses(labels))
    study = study_of(clips, clips.select(np.arange(3)), folds=2)
    table = worth_table(study)
    assert set(table["fitted"]) == {ALONE} and set(table["by"]) == {"clips", "scenes"}
    assert set(worth_words(study).values()) == {
        "Simulated people do not act these classes."
    }

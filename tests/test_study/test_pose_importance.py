import numpy as np
import pytest

from darkhar.pose.joints import JOINTS
from darkhar.pose.kinematics import KINEMATICS
from darkhar.pose.pose_clips import PoseClips
from darkhar.study import descriptor_importance as descriptors_module
from darkhar.study.descriptor_importance import (
    DESCRIPTOR_GROUPS,
    descriptor_importance,
)
from darkhar.study.pose_importance import (
    JOINT_GROUPS,
    importance_table,
    joint_importance,
    moment_importance,
    other_clips,
)
from darkhar.training.splitters import Fold

LABELS = np.arange(12) % 2
FOLDS = [
    Fold(train=np.arange(6, 12), held_out=np.arange(6)),
    Fold(train=np.arange(6), held_out=np.arange(6, 12)),
]


def standing(n_clips=12, n_frames=16):
    """People of different size at different places, who move nothing."""
    random = np.random.default_rng(0)
    body = random.uniform(size=(17, 2))
    # A torso of known length: shoulders at (0.2, 0.5), hips at (0.6, 0.5).
    for name, y in (("shoulders", 0.2), ("hips", 0.6)):
        body[list(JOINT_GROUPS[name])] = [y, 0.5]
    size = random.uniform(0.2, 0.5, (n_clips, 1, 1, 1))
    place = random.uniform(0.1, 0.5, (n_clips, 1, 1, 2))
    keypoints = np.ones((n_clips, n_frames, 17, 3))
    keypoints[..., :2] = place + size * body
    return PoseClips(keypoints.astype(np.float32), np.full(n_clips, 2.0))


def wrists_up(clips, frames=slice(None)):
    """Class 1 has its wrists high above its hips, in some frames or in all."""
    keypoints = clips.keypoints.copy()
    wrists = list(JOINT_GROUPS["wrists"])
    hips = keypoints[:, :, list(JOINT_GROUPS["hips"]), :2].mean(axis=2)
    height = np.where(LABELS == 1, 0.3, 0.0)[:, np.newaxis, np.newaxis]
    keypoints[:, :, wrists, :2] = hips[:, :, np.newaxis]
    keypoints[:, frames, wrists, 0] -= height
    return PoseClips(keypoints, clips.seconds)


def wrist_height_fit(frames=slice(None)):
    """A classifier of nothing but how high the wrists are above the hips."""

    def fit(clips, labels, seed):
        def predict(others):
            wrists = others.keypoints[:, frames, JOINTS.index("left_wrist"), 0]
            hips = others.keypoints[:, frames, JOINTS.index("left_hip"), 0]
            raised = (hips - wrists).max(axis=1)
            return np.stack([0 * raised, 40 * (raised - 0.1)], axis=1)

        return predict

    return fit


def test_joints_that_count():
    table = joint_importance(
        wrist_height_fit(), wrists_up(standing()), LABELS, FOLDS, seed=0, settings={}
    )
    assert table["part"].tolist() == list(JOINT_GROUPS)
    rise = dict(zip(table["part"], table["rise"], strict=True))
    assert rise["wrists"] > 1
    # Hips count, too, since height is measured from them, but all stand alike.
    unused = ["face", "shoulders", "elbows", "hips", "knees", "ankles"]
    assert [rise[name] for name in unused] == pytest.approx([0] * 6, abs=1e-3)
    # Where nothing that the classifier sees changes, not a hair.
    assert [rise[name] for name in ("face", "elbows", "knees", "ankles")] == [0] * 4
    wrists = table.set_index("part").loc["wrists"]
    assert wrists["low"] > 0
    assert wrists["n"] == 12


def test_no_clip_is_exchanged_with_itself():
    random = np.random.default_rng(0)
    for n_clips in (2, 3, 8):
        for _ in range(20):
            order = other_clips(n_clips, random)
            assert sorted(order) == list(range(n_clips))
            assert (order != np.arange(n_clips)).all()
    assert other_clips(1, random).tolist() == [0]


def test_clips_that_are_alike_are_resampled_together():
    """Two groups, one with all the rise: its share of a resample is 0, a half or 1."""
    rises = {"a": np.repeat([0.0, 2.0], 6)}
    alone = importance_table(rises, seed=0)
    together = importance_table(rises, seed=0, groups=list("x" * 6 + "y" * 6))
    assert alone["rise"][0] == together["rise"][0] == 1
    assert alone["low"][0] > 0.2 and alone["high"][0] < 1.8
    assert (together["low"][0], together["high"][0]) == (0, 2)


def test_moments_that_count():
    # Wrists are up in the third quarter only.
    clips = wrists_up(standing(), frames=slice(8, 12))
    table = moment_importance(
        wrist_height_fit(), clips, LABELS, FOLDS, seed=0, moments=4, settings={}
    )
    assert table["part"].tolist() == ["1st", "2nd", "3rd", "4th"]
    assert table["rise"][2] > 1
    assert table["rise"][[0, 1, 3]].tolist() == [0, 0, 0]


def test_a_hidden_moment_is_a_straight_line():
    seen = []

    def fit(clips, labels, seed):
        return lambda others: seen.append(others.keypoints) or np.zeros((6, 2))

    keypoints = np.zeros((12, 8, 17, 3), np.float32)
    keypoints[:] = (np.arange(8) ** 2)[:, np.newaxis, np.newaxis]
    clips = PoseClips(keypoints, np.ones(12))
    moment_importance(fit, clips, LABELS, FOLDS, seed=0, moments=4, settings={})
    values = [of_clips[0, :, 0, 0].tolist() for of_clips in seen[:5]]
    assert values == [
        [0, 1, 4, 9, 16, 25, 36, 49],
        [4, 4, 4, 9, 16, 25, 36, 49],
        [0, 1, 6, 11, 16, 25, 36, 49],  # from 1 to 16 in thirds
        [0, 1, 4, 9, 18, 27, 36, 49],  # from 9 to 36
        [0, 1, 4, 9, 16, 25, 25, 25],
    ]


def test_descriptors_that_count():
    random = np.random.default_rng(1)
    descriptors = random.uniform(0.5, 1, size=(12, 20))
    descriptors[:, KINEMATICS.index("speed")] += 3 * LABELS
    table = descriptor_importance(descriptors, LABELS, FOLDS, seed=0)
    rise = dict(zip(table["part"], table["rise"], strict=True))
    assert max(rise, key=rise.get) == "speed"
    assert sorted(sum(DESCRIPTOR_GROUPS.values(), ())) == sorted(KINEMATICS)


def test_a_class_that_is_not_fitted_is_not_scored():
    folds = [
        Fold(train=np.flatnonzero(LABELS == 0), held_out=np.flatnonzero(LABELS == 1)),
        Fold(train=np.flatnonzero(LABELS == 1), held_out=np.flatnonzero(LABELS == 0)),
    ]
    descriptors = np.random.default_rng(1).uniform(0.5, 1, size=(12, 20))
    table = descriptor_importance(descriptors, LABELS, folds, seed=0)
    assert table["rise"].tolist() == [0] * 5


def test_importance_is_kept_by_all_that_it_depends_on():
    fitted = []
    fit = wrist_height_fit()

    def counted(*arguments):
        fitted.append(arguments)
        return fit(*arguments)

    clips = wrists_up(standing())

    def importance(function=joint_importance, clips=clips, seed=1, **options):
        options = {"folds": FOLDS, "labels": LABELS, "settings": {}, **options}
        return function(counted, clips, seed=seed, **options)

    first = importance()
    assert importance().equals(first)
    # Groups make other intervals of the same rises.
    importance(groups=[str(label) for label in LABELS])
    assert len(fitted) == len(FOLDS)
    importance(seed=2)
    importance(settings={"classes": 3})
    importance(clips=standing())
    importance(folds=FOLDS[::-1])
    importance(labels=1 - LABELS)
    importance(repeats=11)
    importance(moment_importance)
    importance(moment_importance, moments=3)
    assert len(fitted) == 9 * len(FOLDS)


def test_importance_of_descriptors_is_kept_by_all_that_it_depends_on(monkeypatch):
    fitted = []
    estimator = descriptors_module.kinematics_estimator

    def counted(n_classes):
        fitted.append(n_classes)
        return estimator(n_classes)

    monkeypatch.setattr(descriptors_module, "kinematics_estimator", counted)
    random = np.random.default_rng(2)
    descriptors = random.uniform(0.5, 1, size=(12, 20))

    def importance(descriptors=descriptors, labels=LABELS, folds=FOLDS, seed=1, **more):
        return descriptor_importance(descriptors, labels, folds, seed=seed, **more)

    assert importance().equals(importance())
    assert len(fitted) == len(FOLDS)
    importance(descriptors=descriptors + 1)
    importance(labels=1 - LABELS)
    importance(folds=FOLDS[::-1])
    importance(seed=2)
    importance(repeats=3)
    assert len(fitted) == 6 * len(FOLDS)

import dataclasses

import numpy as np
import pytest
from made_clips import clips_of, study_of

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
from darkhar.training.fits import Fit

LABELS = np.arange(12) % 2


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


@dataclasses.dataclass(frozen=True)
class WristHeightFit(Fit):
    """A classifier of nothing but how high the wrists are above the hips."""

    fits: list = dataclasses.field(default_factory=list, compare=False)
    seen: list = dataclasses.field(default_factory=list, compare=False)
    weight: float = 40.0

    @property
    def views(self):
        return ("poses",)

    def fit_clips(self, clips, seed):
        self.fits.append(seed)

        def predict(others):
            keypoints = others["poses"].keypoints
            self.seen.append(keypoints)
            wrists = keypoints[:, :, JOINTS.index("left_wrist"), 0]
            hips = keypoints[:, :, JOINTS.index("left_hip"), 0]
            raised = (hips - wrists).max(axis=1)
            return np.stack([0 * raised, self.weight * (raised - 0.1)], axis=1)

        return predict


def study(poses, labels=LABELS, **parameters):
    """Clips whose class and scene are divided into two folds of six."""
    scenes = np.array(list("abababababab"))
    clips = clips_of(labels, scenes, poses=poses)
    return study_of(
        clips, clips, **{"folds": 2, "pose_splitter": "stratified"} | parameters
    )


def test_joints_that_count():
    table = joint_importance(study(wrists_up(standing())), WristHeightFit())
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
    table = moment_importance(study(clips), WristHeightFit(), moments=4)
    assert table["part"].tolist() == ["1st", "2nd", "3rd", "4th"]
    assert table["rise"][2] > 1
    assert table["rise"][[0, 1, 3]].tolist() == [0, 0, 0]


def test_a_hidden_moment_is_a_straight_line():
    keypoints = np.zeros((12, 8, 17, 3), np.float32)
    keypoints[:] = (np.arange(8) ** 2)[:, np.newaxis, np.newaxis]
    fit = WristHeightFit()
    moment_importance(study(PoseClips(keypoints, np.ones(12))), fit, moments=4)
    values = [of_clips[0, :, 0, 0].tolist() for of_clips in fit.seen[:5]]
    assert values == [
        [0, 1, 4, 9, 16, 25, 36, 49],
        [4, 4, 4, 9, 16, 25, 36, 49],
        [0, 1, 6, 11, 16, 25, 36, 49],  # from 1 to 16 in thirds
        [0, 1, 4, 9, 18, 27, 36, 49],  # from 9 to 36
        [0, 1, 4, 9, 16, 25, 25, 25],
    ]


@pytest.fixture
def described(monkeypatch):
    """A study whose clips have these descriptors."""

    def of(descriptors, **options):
        monkeypatch.setattr(
            descriptors_module, "kinematic_descriptors", lambda poses: descriptors
        )
        return study(standing(), **options)

    return of


def test_descriptors_that_count(described):
    random = np.random.default_rng(1)
    descriptors = random.uniform(0.5, 1, size=(12, len(KINEMATICS)))
    descriptors[:, KINEMATICS.index("speed")] += 3 * LABELS
    table = descriptor_importance(described(descriptors))
    rise = dict(zip(table["part"], table["rise"], strict=True))
    assert max(rise, key=rise.get) == "speed"
    assert sorted(sum(DESCRIPTOR_GROUPS.values(), ())) == sorted(KINEMATICS)


def test_a_class_that_is_not_fitted_is_not_scored(described):
    # Each class was filmed in one scene, which is left out as a whole.
    clips = clips_of(LABELS, np.where(LABELS == 0, "a", "b"), poses=standing())
    descriptors = np.random.default_rng(1).uniform(0.5, 1, size=(12, len(KINEMATICS)))
    described(descriptors)
    alone = study_of(clips, clips, folds=2, pose_splitter="scene_grouped")
    assert descriptor_importance(alone)["rise"].tolist() == [0] * 6


def test_importance_is_kept_by_all_that_it_depends_on():
    fit = WristHeightFit()
    poses = wrists_up(standing())

    def importance(
        function=joint_importance, poses=poses, fit=fit, more=None, **options
    ):
        return function(study(poses, **{"seed": 1} | options), fit, **more or {})

    first = importance()
    assert importance().equals(first)
    assert len(fit.fits) == 2
    importance(seed=2)
    importance(fit=dataclasses.replace(fit, weight=3.0))
    importance(poses=standing())
    importance(labels=1 - LABELS)
    importance(folds=3)
    importance(more={"repeats": 11})
    importance(moment_importance)
    importance(moment_importance, more={"moments": 3})
    assert len(fit.fits) == 8 * 2 + 3


def test_importance_of_descriptors_is_kept_by_all_that_it_depends_on(
    described, monkeypatch
):
    fitted = []
    estimator = descriptors_module.kinematics_estimator

    def counted(n_classes):
        fitted.append(n_classes)
        return estimator(n_classes)

    monkeypatch.setattr(descriptors_module, "kinematics_estimator", counted)
    descriptors = np.random.default_rng(2).uniform(0.5, 1, size=(12, len(KINEMATICS)))

    def importance(descriptors=descriptors, repeats=20, **options):
        made = described(descriptors, **{"seed": 1} | options)
        return descriptor_importance(made, repeats=repeats)

    assert importance().equals(importance())
    assert len(fitted) == 2
    importance(descriptors + 1)
    importance(labels=1 - LABELS)
    importance(seed=2)
    importance(repeats=3)
    importance(folds=3)
    assert len(fitted) == 5 * 2 + 3

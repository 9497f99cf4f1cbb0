import numpy as np
import pytest

from darkhar.config import make_parameters
from darkhar.pose.pose_clips import PoseClips
from darkhar.training import network
from darkhar.training.classifiers import cross_fit, fit_all, spread_classes
from darkhar.training.pose import POSE_CLASSIFIERS, pose_fit, with_mirrored
from darkhar.training.seeds import FINAL_FIT, FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold


class Numbers:
    """Inputs that are numbers."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __len__(self):
        return len(self.values)

    def select(self, indices):
        return Numbers(self.values[indices])


def test_each_clip_from_the_fit_that_did_not_see_it():
    calls = []

    def fit(inputs, labels, seed):
        calls.append((inputs.values.tolist(), labels.tolist(), seed))
        total = inputs.values.sum()
        return lambda others: np.stack([others.values, others.values * 0 + total], 1)

    inputs, labels = Numbers([1, 2, 4, 8]), np.array([0, 1, 0, 1])
    folds = [
        Fold(train=np.array([2, 3]), held_out=np.array([0, 1])),
        Fold(train=np.array([0, 1]), held_out=np.array([2, 3])),
    ]
    logits = cross_fit(fit, inputs, labels, folds, n_classes=2, seed=7)
    assert logits.tolist() == [[1, 12], [2, 12], [4, 3], [8, 3]]
    seeds = [derived_seed(7, FOLD_FITS, number) for number in (0, 1)]
    assert calls == [([4, 8], [0, 1], seeds[0]), ([1, 2], [0, 1], seeds[1])]
    fit_all(fit, inputs, labels, seed=7)
    assert calls[-1] == ([1, 2, 4, 8], [0, 1, 0, 1], derived_seed(7, FINAL_FIT))


def test_a_class_that_was_not_fitted_is_never_the_answer():
    logits = spread_classes(np.array([[0.5, -1.0]]), np.array([0, 2]), 4)
    assert logits[0, [0, 2]].tolist() == [0.5, -1.0]
    assert logits[0, [1, 3]] == pytest.approx(-1.0 - np.log(1e6))


def moving_clips(n=24, n_frames=8):
    """Bodies that go down, up, or stay, each somewhere else."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 3
    keypoints = np.empty([n, n_frames, 17, 3], np.float32)
    keypoints[..., :2] = rng.uniform(0.4, 0.6, [n, 1, 17, 2])
    keypoints[:, :, [5, 6], 0] = 0.3
    keypoints[:, :, [11, 12], 0] = 0.5
    direction = np.array([1.0, -1.0, 0.0])[labels]
    keypoints[..., 0] += (
        0.2 * direction[:, None, None] * np.linspace(0, 1, n_frames)[None, :, None]
    )
    keypoints[..., :2] += rng.normal(0, 0.003, [n, n_frames, 17, 2])
    keypoints[..., 2] = rng.uniform(0.6, 0.9, [n, n_frames, 17])
    return PoseClips(keypoints, np.full(n, 2.0)), labels


SETTINGS = make_parameters({"pose_epochs": 40, "pose_units": 8, "learning_rate": 0.01})


@pytest.mark.parametrize("name", ["kinematics"])
def test_kinematics_tell_down_from_up(name):
    clips, labels = moving_clips()
    half = np.arange(len(labels)) < 12
    fit = pose_fit(name, SETTINGS, 3)
    predict = fit(clips.select(half), labels[half], 0)
    assert (predict(clips.select(~half)).argmax(axis=1) == labels[~half]).all()


@pytest.mark.parametrize("name", POSE_CLASSIFIERS)
def test_every_pose_classifier(name):
    clips, labels = moving_clips(12)
    # Class 1 of four is missing, as in a fold that holds out all of its scenes.
    labels = np.array([0, 2, 3])[labels]
    fit = pose_fit(name, SETTINGS, 4)
    predict = fit(clips, labels, 3)
    logits = predict(clips)
    assert logits.shape == (12, 4)
    assert logits.dtype == np.float64
    assert not (logits.argmax(axis=1) == 1).any()
    np.testing.assert_allclose(logits, predict(clips.mirrored()), rtol=1e-3, atol=1e-4)
    again = fit(clips, labels, 3)(clips)
    np.testing.assert_array_equal(logits, again)


def test_networks_differ_by_seed():
    clips, labels = moving_clips(12)
    fit = pose_fit("lstm", make_parameters({"pose_epochs": 1, "pose_units": 4}), 3)
    assert not np.allclose(fit(clips, labels, 1)(clips), fit(clips, labels, 2)(clips))


def test_a_fit_does_not_depend_on_those_before():
    clips, labels = moving_clips(12)
    settings = make_parameters({"pose_epochs": 2, "pose_units": 6})
    fit = pose_fit("temporal_conv", settings, 3)
    network._trainer.cache_clear()
    first = fit(clips, labels, 1)
    expected = first(clips)
    fit(clips, labels[::-1].copy(), 2)
    np.testing.assert_array_equal(fit(clips, labels, 1)(clips), expected)
    # Nor does what was fitted before change with those after.
    np.testing.assert_array_equal(first(clips), expected)


def test_mirrored_copies_come_after():
    clips, _ = moving_clips(3)
    both = with_mirrored(clips)
    assert len(both) == 6
    np.testing.assert_array_equal(both.keypoints[:3], clips.keypoints)
    np.testing.assert_array_equal(both.keypoints[3:], clips.mirrored().keypoints)
    assert both.seconds.tolist() == [2.0] * 6

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.metrics import log_loss

from darkhar.config import FUSIONS
from darkhar.models.fusion import (
    WEIGHTS,
    BranchOutputs,
    average_losses,
    best_weight,
    concatenation,
    gate,
    score_average,
)

N_CLASSES = 3
LABELS = np.arange(60) % N_CLASSES


def branches(appearance, pose, *, scores=None, appearance_features=None):
    n = len(pose)
    rng = np.random.default_rng(5)
    if appearance_features is None:
        appearance_features = rng.normal(size=(n, 8))
    return BranchOutputs(
        appearance_logits=appearance,
        pose_logits=pose,
        appearance_features=appearance_features,
        pose_features=pose[:, :2],
        keypoint_scores=np.full(n, 0.5) if scores is None else scores,
    )


def sure(labels, strength=3.0):
    return strength * np.eye(N_CLASSES)[labels]


def noise(n=60, seed=0):
    return np.random.default_rng(seed).normal(size=(n, N_CLASSES))


@pytest.mark.parametrize("name", FUSIONS)
def test_logits_of_other_clips(name):
    fitted = branches(noise(), sure(LABELS) + noise(seed=1))
    others = branches(noise(7, seed=2), sure(LABELS[:7]))
    logits = FUSIONS[name].load()(fitted, LABELS)(others)
    assert logits.shape == (7, N_CLASSES)
    assert (logits.argmax(axis=1) == LABELS[:7]).all()
    np.testing.assert_allclose(np.exp(logits).sum(axis=1), 1, atol=1e-6)


def test_average_by_hand():
    appearance, pose = noise(seed=3), noise(seed=4)
    both = branches(appearance, pose)
    losses = average_losses(both, LABELS)
    for weight, loss in zip(WEIGHTS, losses, strict=True):
        mean = weight * softmax(pose, 1) + (1 - weight) * softmax(appearance, 1)
        assert loss == pytest.approx(log_loss(LABELS, mean))
    chosen = best_weight(losses)
    assert losses[np.flatnonzero(chosen == WEIGHTS)[0]] == losses.min()
    logits = score_average(both, LABELS)(both)
    mean = chosen * softmax(pose, 1) + (1 - chosen) * softmax(appearance, 1)
    np.testing.assert_allclose(np.exp(logits), mean, atol=1e-12)


def test_average_leaves_out_a_branch_that_misleads():
    wrong = sure((LABELS + 1) % N_CLASSES, 8.0)
    right = sure(LABELS, 8.0)
    for appearance, pose, weight in ((wrong, right, 1.0), (right, wrong, 0.0)):
        both = branches(appearance, pose)
        assert best_weight(average_losses(both, LABELS)) == weight
        logits = score_average(both, LABELS)(both)
        np.testing.assert_allclose(logits, log_softmax(right, axis=1), atol=1e-6)


def test_equal_branches_share_evenly():
    both = branches(sure(LABELS), sure(LABELS))
    assert best_weight(average_losses(both, LABELS)) == 0.5


def test_the_gate_goes_by_the_keypoints_score():
    # Pose is right where keypoints are seen, appearance where they are not.
    seen = np.arange(len(LABELS)) < 30
    wrong, right = sure((LABELS + 1) % N_CLASSES), sure(LABELS)
    both = branches(
        np.where(seen[:, np.newaxis], wrong, right),
        np.where(seen[:, np.newaxis], right, wrong),
        scores=np.where(seen, 0.6, 0.2),
    )

    def correct(name):
        logits = FUSIONS[name].load()(both, LABELS)(both)
        return (logits.argmax(axis=1) == LABELS).mean()

    assert correct("gate") == 1.0
    assert correct("score_average") < 0.75


def test_gate_of_branches_that_are_alike_in_all_it_sees():
    right = sure(LABELS)
    fitted = branches(np.zeros_like(right), right)
    logits = gate(fitted, LABELS)(fitted)
    # Nothing tells the clips apart: one weight, which favours pose.
    assert np.exp(logits)[np.arange(60), LABELS] == pytest.approx(
        np.exp(log_softmax(right, 1))[0, 0], abs=0.02
    )


def test_concatenation_uses_both_blocks():
    # One branch tells class 0 from the rest, the other class 2.
    appearance_features = np.repeat((LABELS == 0)[:, np.newaxis] * 1.0, 4, axis=1)
    pose = np.stack([LABELS == 2, LABELS == 2, np.zeros_like(LABELS)], 1) * 1.0
    both = branches(noise(), pose, appearance_features=appearance_features)
    logits = concatenation(both, LABELS)(both)
    assert (logits.argmax(axis=1) == LABELS).all()


def test_select():
    both = branches(noise(), noise(seed=1))
    some = both.select(np.array([3, 1]))
    assert len(some) == 2
    np.testing.assert_array_equal(some.pose_features, both.pose_features[[3, 1]])
    np.testing.assert_array_equal(
        some.appearance_logits, both.appearance_logits[[3, 1]]
    )

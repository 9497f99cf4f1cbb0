import numpy as np

from darkhar.pose.pose_clips import PoseClips
from darkhar.study.ablations import fewer_frames, fewer_poses, halvings, with_share
from darkhar.training.clip_vectors import ClipVectors

LABELS = np.repeat([0, 1, 2], [10, 4, 1])


def seen_by(share, seed=0):
    """Which clips a fit sees."""
    seen = []

    def fit(inputs, labels, seed):
        seen.extend(inputs.values[:, 0].astype(int).tolist())
        assert (LABELS[seen] == labels).all()

    inputs = ClipVectors(np.arange(15.0)[:, np.newaxis])
    with_share(fit, share)(inputs, LABELS, seed)
    return seen


def test_a_share_of_each_class():
    assert np.bincount(LABELS[seen_by(0.5)]).tolist() == [5, 2, 1]
    # Two clips of a class at least, if it has two.
    assert np.bincount(LABELS[seen_by(0.1)]).tolist() == [2, 2, 1]
    assert seen_by(1.0) == list(range(15))
    assert seen_by(0.5) == seen_by(0.5)
    assert seen_by(0.5) != seen_by(0.5, seed=1)


def test_fewer_frames_are_spread_evenly():
    features = np.arange(16)[np.newaxis, :, np.newaxis]
    assert fewer_frames(features, 4)[0, :, 0].tolist() == [2, 6, 10, 14]
    assert fewer_frames(features, 16)[0, :, 0].tolist() == list(range(16))
    clips = PoseClips(np.zeros((2, 16, 17, 3)), np.array([2.0, 4.0]))
    fewer = fewer_poses(clips, 8)
    assert fewer.rates.tolist() == [4.0, 2.0]


def test_halvings():
    assert halvings(16, 1) == [1, 2, 4, 8, 16]
    assert halvings(20, 4) == [5, 10, 20]
    assert halvings(3, 4) == []

import numpy as np
import pytest
from standing_figure import clip_of, figure

from darkhar.pose.channels import (
    CHANNELS,
    joint_channels,
    pooled_statistics,
)
from darkhar.pose.joints import JOINTS
from darkhar.pose.pose_clips import PoseClips

STANDING = np.repeat(figure()[np.newaxis], 20, axis=0)


def channel(clips, joint, name):
    return joint_channels(clips)[0, :, JOINTS.index(joint), CHANNELS.index(name)]


def test_coordinates_of_a_standing_figure():
    clips = clip_of(STANDING)
    for joint, y, x in (
        ("left_hip", 0.0, 0.15),
        ("right_hip", 0.0, -0.15),
        ("nose", -1.4, 0.0),
        ("left_ankle", 1.6, 0.15),
    ):
        np.testing.assert_allclose(channel(clips, joint, "y"), y, atol=1e-5)
        np.testing.assert_allclose(channel(clips, joint, "x"), x, atol=1e-5)


@pytest.mark.parametrize("change", [{"torso": 0.1}, {"centre": (0.2, 0.7)}])
def test_neither_size_nor_place_matters(change):
    np.testing.assert_allclose(
        joint_channels(clip_of(STANDING, **change)),
        joint_channels(clip_of(STANDING)),
        atol=1e-4,
    )


def test_velocity_in_torso_lengths_per_second():
    poses = STANDING.copy()
    seconds = 2.0
    times = np.arange(20) * seconds / 20
    poses[:, JOINTS.index("left_wrist"), 1] += 0.5 * times
    poses[:, JOINTS.index("left_wrist"), 0] -= 0.25 * times
    clips = clip_of(poses, seconds=seconds)
    # Away from the ends, which smoothing bends.
    np.testing.assert_allclose(channel(clips, "left_wrist", "vx")[5:-5], 0.5, atol=1e-3)
    np.testing.assert_allclose(
        channel(clips, "left_wrist", "vy")[5:-5], -0.25, atol=1e-3
    )
    np.testing.assert_allclose(channel(clips, "right_wrist", "vx"), 0, atol=1e-4)


def test_bone_directions():
    clips = clip_of(STANDING)
    # The shin hangs straight down; the left shoulder lies right and up of the
    # trunk's centre, by a quarter and a half.
    np.testing.assert_allclose(channel(clips, "left_ankle", "cosine"), 1, atol=1e-4)
    np.testing.assert_allclose(channel(clips, "left_ankle", "sine"), 0, atol=1e-4)
    length = np.hypot(0.25, 0.5)
    np.testing.assert_allclose(
        channel(clips, "left_shoulder", "sine"), 0.25 / length, atol=1e-4
    )
    np.testing.assert_allclose(
        channel(clips, "left_shoulder", "cosine"), -0.5 / length, atol=1e-4
    )


def test_a_joint_that_is_not_seen():
    clips = clip_of(STANDING)
    keypoints = clips.keypoints.copy()
    knee = JOINTS.index("left_knee")
    keypoints[0, 8:10, knee] = (0.0, 0.0, 0.05)
    lost = PoseClips(keypoints, clips.seconds)
    # Its place is filled in, its bone is left out.
    np.testing.assert_allclose(channel(lost, "left_knee", "y"), 0.8, atol=0.05)
    assert channel(lost, "left_knee", "cosine")[8] == 0
    assert channel(lost, "left_knee", "cosine")[7] == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(channel(lost, "left_knee", "score")[8], 0.05)


def test_limits_and_type():
    keypoints = np.random.default_rng(0).uniform(size=[2, 5, 17, 3]) * (1, 1, 0)
    channels = joint_channels(PoseClips(keypoints, np.array([0.1, 0.1])))
    assert channels.dtype == np.float32
    assert channels.shape == (2, 5, 17, 7)
    assert np.isfinite(channels).all()
    assert np.abs(channels).max() <= 10


def test_pooled_statistics():
    rng = np.random.default_rng(0)
    clips = PoseClips(rng.uniform(size=[3, 6, 17, 3]), np.array([1.0, 1.0, 2.0]))
    statistics = pooled_statistics(clips)
    assert statistics.shape == (3, 238)
    channels = joint_channels(clips)
    wrist, vx = JOINTS.index("left_wrist"), CHANNELS.index("vx")
    values = channels[1, :, wrist, vx]
    place = wrist * 7 + vx
    assert statistics[1, place] == pytest.approx(values.mean(), abs=1e-5)
    assert statistics[1, 119 + place] == pytest.approx(values.std(), abs=1e-5)

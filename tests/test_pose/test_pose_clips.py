import numpy as np

from darkhar.pose.joints import JOINTS
from darkhar.pose.pose_clips import PoseClips


def test_samples_a_second():
    poses = PoseClips(np.zeros([2, 1, 17, 3], np.float32), np.array([1.0, 2.0]))
    assert poses.rates.tolist() == [1.0, 0.5]


def test_times_are_the_middles_of_equal_parts():
    poses = PoseClips(np.zeros([2, 4, 17, 3], np.float32), np.array([1.0, 2.0]))
    assert [of_clip.tolist() for of_clip in poses.times] == [
        [0.125, 0.375, 0.625, 0.875],
        [0.25, 0.75, 1.25, 1.75],
    ]


def clips_of_noise():
    keypoints = np.random.default_rng(0).uniform(size=[3, 4, 17, 3])
    return PoseClips(keypoints.astype(np.float32), np.array([1.0, 2.0, 4.0]))


def test_mirrored():
    clips = clips_of_noise()
    copy = clips.mirrored()
    left, right = JOINTS.index("left_wrist"), JOINTS.index("right_wrist")
    np.testing.assert_allclose(
        copy.keypoints[:, :, left, 1], 1 - clips.keypoints[:, :, right, 1]
    )
    for channel in (0, 2):
        np.testing.assert_array_equal(
            copy.keypoints[:, :, left, channel], clips.keypoints[:, :, right, channel]
        )
    np.testing.assert_array_equal(
        copy.keypoints[:, :, 0, 0], clips.keypoints[:, :, 0, 0]
    )
    again = copy.mirrored()
    np.testing.assert_allclose(again.keypoints, clips.keypoints, atol=1e-6)


def test_mirror_images_follow():
    clips = clips_of_noise()
    both = clips.with_mirrored()
    assert len(both) == 6
    np.testing.assert_array_equal(both.keypoints[:3], clips.keypoints)
    np.testing.assert_array_equal(both.keypoints[3:], clips.mirrored().keypoints)
    assert both.seconds.tolist() == [1.0, 2.0, 4.0, 1.0, 2.0, 4.0]


def test_select():
    clips = clips_of_noise()
    some = clips.select(np.array([2, 0]))
    assert len(some) == 2
    np.testing.assert_array_equal(some.keypoints[0], clips.keypoints[2])
    assert some.seconds.tolist() == [4.0, 1.0]

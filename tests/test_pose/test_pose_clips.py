import dataclasses

import numpy as np

from darkhar.features.clip_features import ClipFeatureSet
from darkhar.features.keypoints import pose_clips
from darkhar.pose.joints import JOINTS
from darkhar.pose.pose_clips import PoseClips


def test_y_and_x_in_widths_of_the_frame():
    keypoints = np.zeros([2, 1, 17, 3], np.float32)
    keypoints[...] = (0.5, 0.25, 0.75)
    features = ClipFeatureSet(
        features=keypoints,
        labels=np.array([0, 1]),
        clip_ids=("a", "b"),
        scenes=("", ""),
        n_frames=np.array([30, 60]),
        frame_sizes=np.array([[240, 320], [360, 240]]),
        seconds=np.array([1.0, 2.0]),
    )
    clips = pose_clips(features)
    np.testing.assert_allclose(clips.keypoints[0, 0, 0], (0.375, 0.25, 0.75))
    np.testing.assert_allclose(clips.keypoints[1, 0, 0], (0.75, 0.25, 0.75))
    np.testing.assert_allclose(keypoints[0, 0, 0], (0.5, 0.25, 0.75))
    assert clips.rates.tolist() == [1.0, 0.5]


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


def test_select():
    clips = clips_of_noise()
    some = clips.select(np.array([2, 0]))
    assert len(some) == 2
    np.testing.assert_array_equal(some.keypoints[0], clips.keypoints[2])
    assert some.seconds.tolist() == [4.0, 1.0]
    assert [field.name for field in dataclasses.fields(some)] == [
        "keypoints",
        "seconds",
    ]

import keras
import numpy as np
import pytest

from darkhar.models.graph_convolution import (
    SkeletonGraphConvolution,
    normalized_adjacency,
    skeleton_adjacency,
)
from darkhar.pose.joints import JOINTS, MIRRORED


def test_a_path_of_three_nodes_by_hand():
    # With loops the degrees are 2, 3, 2: entries are 1 / sqrt(degree * degree).
    side, middle, bone = 1 / 2, 1 / 3, 1 / np.sqrt(6)
    expected = [[side, bone, 0], [bone, middle, bone], [0, bone, side]]
    for edges in [(0, 1), (1, 2)], [(2, 1), (1, 0)]:
        np.testing.assert_allclose(normalized_adjacency(3, edges), expected, rtol=1e-6)


def test_adjacency_of_the_skeleton():
    adjacency = skeleton_adjacency()
    assert adjacency.dtype == np.float32
    np.testing.assert_array_equal(adjacency, adjacency.T)
    # 17 loops, and 18 bones in both directions.
    assert np.count_nonzero(adjacency) == 17 + 2 * 18
    wrist, elbow = JOINTS.index("left_wrist"), JOINTS.index("left_elbow")
    # Degrees with loops: 2 for the wrist, 3 for the elbow.
    assert adjacency[wrist, elbow] == pytest.approx(1 / np.sqrt(6))
    # D^1/2 1 is an eigenvector with eigenvalue 1, the largest.
    root = np.sqrt(np.count_nonzero(adjacency, axis=1))
    np.testing.assert_allclose(adjacency @ root, root, rtol=1e-6)
    assert np.linalg.eigvalsh(adjacency).max() == pytest.approx(1, abs=1e-6)


def test_both_sides_of_the_body_are_alike():
    adjacency = skeleton_adjacency()
    mirrored = adjacency[np.ix_(MIRRORED, MIRRORED)]
    np.testing.assert_array_equal(mirrored, adjacency)


def test_layer_by_hand():
    layer = SkeletonGraphConvolution(1)
    layer.build((None, None, 17, 2))
    bias = np.arange(17, dtype=np.float32)[:, np.newaxis]
    layer.set_weights([np.array([[2], [-1]], np.float32), bias])
    wrist, elbow = JOINTS.index("right_wrist"), JOINTS.index("right_elbow")
    joints = np.zeros([1, 1, 17, 2], np.float32)
    joints[..., wrist, :] = 3, 1
    # The wrist's channels times the kernel are 5; the wrist keeps a half of it and
    # the elbow gets 1 / sqrt(2 * 3); all others have their bias alone.
    expected = np.arange(17, dtype=np.float32)
    expected[wrist] += 5 / 2
    expected[elbow] += 5 / np.sqrt(6)
    np.testing.assert_allclose(layer(joints)[0, 0, :, 0], expected, rtol=1e-6)


def test_a_joint_reaches_its_neighbours_in_its_frame_only():
    keras.utils.set_random_seed(0)
    layer = SkeletonGraphConvolution(4)
    joints = np.random.default_rng(0).normal(size=[1, 3, 17, 7]).astype(np.float32)
    moved = joints.copy()
    moved[0, 1, JOINTS.index("nose")] += 1
    changed = np.any(layer(joints) != layer(moved), axis=-1)[0]
    assert not changed[[0, 2]].any()
    assert {JOINTS[i] for i in np.flatnonzero(changed[1])} == {
        "nose",
        "left_eye",
        "right_eye",
        "left_shoulder",
        "right_shoulder",
    }


def test_other_numbers_of_joints_are_refused():
    with pytest.raises(ValueError, match="17 joints"):
        SkeletonGraphConvolution(4)(np.zeros([1, 2, 16, 7], np.float32))
    with pytest.raises(ValueError, match="units=0"):
        SkeletonGraphConvolution(0)


def test_configuration_round_trip():
    layer = SkeletonGraphConvolution(5, name="skeleton")
    config = keras.saving.serialize_keras_object(layer)
    assert config["registered_name"] == "darkhar>SkeletonGraphConvolution"
    made = keras.saving.deserialize_keras_object(config)
    assert (made.units, made.name) == (5, "skeleton")
    assert made.compute_output_shape((None, 3, 17, 7)) == (None, 3, 17, 5)

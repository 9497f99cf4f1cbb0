"""Forward kinematics against positions worked out by hand."""

import numpy as np
import pytest

from darkclips.skeleton import (
    ANGLES,
    FRACTIONS,
    Pose,
    forward_kinematics,
    lowest_point,
    rotation,
)

STATURE = 2.0  # metres: the fractions double


def joints_of(**angles):
    joints, _ = forward_kinematics(Pose(1, angles), STATURE)
    return {name: position[0] for name, position in joints.items()}


def test_standing_body_has_published_proportions():
    joints = joints_of()
    assert joints["right_hip"][1] - joints["right_knee"][1] == pytest.approx(
        2 * (0.530 - 0.285)
    )
    assert joints["right_knee"][1] - joints["right_ankle"][1] == pytest.approx(
        2 * (0.285 - 0.039)
    )
    assert joints["left_shoulder"][1] - joints["left_elbow"][1] == pytest.approx(
        2 * 0.186
    )
    assert joints["left_elbow"][1] - joints["left_wrist"][1] == pytest.approx(2 * 0.146)
    # The soles lie one hip height below the hips.
    assert -joints["right_heel"][1] == pytest.approx(2 * FRACTIONS["hip_height"])


def test_right_side_lies_at_positive_z():
    joints = joints_of()
    assert joints["right_hip"][2] > 0 > joints["left_hip"][2]
    assert joints["right_shoulder"] * (1, 1, -1) == pytest.approx(
        joints["left_shoulder"]
    )


def test_hip_flexion_of_90_degrees_brings_the_thigh_forward():
    joints = joints_of(right_hip_flexion=90)
    thigh = joints["right_knee"] - joints["right_hip"]
    assert thigh == pytest.approx([2 * 0.245, 0, 0], abs=1e-12)
    # The shank goes along, and the foot points up.
    assert joints["right_ankle"] - joints["right_knee"] == pytest.approx(
        [2 * 0.246, 0, 0], abs=1e-12
    )


def test_knee_flexion_brings_the_shank_back():
    joints = joints_of(left_knee_flexion=90)
    assert joints["left_ankle"] - joints["left_knee"] == pytest.approx(
        [-2 * 0.246, 0, 0], abs=1e-12
    )


def test_elbow_flexion_brings_the_forearm_forward():
    joints = joints_of(right_elbow_flexion=90)
    assert joints["right_wrist"] - joints["right_elbow"] == pytest.approx(
        [2 * 0.146, 0, 0], abs=1e-12
    )


@pytest.mark.parametrize("side, sign", [("right", 1), ("left", -1)])
def test_abduction_spreads_limbs_outwards(side, sign):
    joints = joints_of(
        **{f"{side}_hip_abduction": 30, f"{side}_shoulder_abduction": 90}
    )
    thigh = joints[f"{side}_knee"] - joints[f"{side}_hip"]
    assert thigh == pytest.approx([0, -0.49 * np.sqrt(3) / 2, sign * 0.245])
    arm = joints[f"{side}_elbow"] - joints[f"{side}_shoulder"]
    assert arm == pytest.approx([0, 0, sign * 0.372], abs=1e-12)


def test_leaning_and_turning():
    joints = joints_of(spine_flexion=90)
    assert (joints["neck"] - joints["waist"])[0] > 0.3
    # A quarter turn to the left: the body faces away from the spectator, its right is
    # at +x.
    joints = joints_of(yaw=90)
    assert joints["right_toe"][2] < -0.1
    assert joints["right_hip"][0] > 0.05


def test_segments_keep_their_length():
    rng = np.random.default_rng(0)
    pose = Pose(20, {name: rng.uniform(-60, 60, 20) for name in ANGLES})
    joints, frames = forward_kinematics(pose, STATURE)
    forearm = np.linalg.norm(joints["left_wrist"] - joints["left_elbow"], axis=1)
    assert forearm == pytest.approx(np.full(20, 0.292))
    for matrices in frames.values():
        assert matrices @ matrices.transpose(0, 2, 1) == pytest.approx(
            np.broadcast_to(np.eye(3), (20, 3, 3)), abs=1e-12
        )


def test_lowest_point_is_the_raised_toe_s_heel():
    pose = Pose(1, {"right_hip_flexion": 90, "left_ankle_flexion": 90})
    joints, _ = forward_kinematics(pose, STATURE)
    assert lowest_point(joints)[0] == pytest.approx(joints["left_heel"][0, 1])


def test_rotation_is_right_handed():
    assert rotation("z", 90)[0] @ [1, 0, 0] == pytest.approx([0, 1, 0], abs=1e-12)
    assert rotation("x", 90)[0] @ [0, 1, 0] == pytest.approx([0, 0, 1], abs=1e-12)
    assert rotation("y", 90)[0] @ [0, 0, 1] == pytest.approx([1, 0, 0], abs=1e-12)


def test_misspelt_angle_is_refused():
    with pytest.raises(ValueError, match="knee_flex'"):
        Pose(1, {"right_knee_flex": 3})
    with pytest.raises(ValueError, match="elbow"):
        Pose(1)["elbow"] = 3

"""Sitting down and standing up.

Four phases of rising from Schenkman et al. (1990), *Whole-body movements during rising
to standing from sitting*, Phys. Ther. 70:638-648: the trunk swings forward, the seat is
left, hips and knees extend, the body settles. Sitting down runs through them backwards
and more slowly (Kerr et al. 1997, *Analysis of the sit-stand-sit movement cycle*, Clin.
Biomech. 12:236-245).
"""

import numpy as np

from darkclips.manner import between
from darkclips.skeleton import FRACTIONS, SIDES, Pose, forward_kinematics, rotation
from darkclips.timing import minimum_jerk


def _transfer(time, start, duration, rng, stature, manner):
    """Rising from a seat between `start` and `start + duration`; returns pose and
    root."""
    # Trunk flexion peaks when the buttocks leave the seat, at about 40 percent of the
    # movement.
    seat_off = start + 0.38 * duration
    lean = minimum_jerk(time, start, seat_off)
    lean = lean - minimum_jerk(time, seat_off - 0.04 * duration, start + duration)
    rise = minimum_jerk(time, start + 0.25 * duration, start + duration)
    seated = 1 - rise

    frames = len(time)
    pose = Pose(frames)
    pitch = between(rng, manner.lean)
    level = between(rng, manner.thigh)
    tucked = rng.uniform(6, 16)
    hands = between(rng, manner.hands)
    pose["tilt"] = between(rng, manner.seated_lean) * seated + pitch * lean
    pose["spine_flexion"] = 10 * seated + 14 * lean
    pose["neck_flexion"] = 4 - 14 * lean
    spread = rng.uniform(4, 12)
    shank = tucked * seated + 10 * lean * rise
    for side in SIDES:
        # The thigh's direction in space is hip flexion minus the pelvis's tilt.
        thigh = level * seated
        pose[f"{side}_hip_flexion"] = thigh + pose["tilt"]
        pose[f"{side}_knee_flexion"] = thigh + shank
        pose[f"{side}_ankle_flexion"] = shank
        pose[f"{side}_hip_abduction"] = spread * seated + 3 * (1 - seated)
        pose[f"{side}_shoulder_flexion"] = hands * seated + 30 * lean
        pose[f"{side}_shoulder_abduction"] = 7
        pose[f"{side}_shoulder_rotation"] = 25 * seated
        pose[f"{side}_elbow_flexion"] = 12 + 45 * seated - 10 * lean
    joints, _ = forward_kinematics(pose, stature)
    feet = 0.5 * (joints["right_ankle"] + joints["left_ankle"])
    root = -feet
    root[:, 1] += FRACTIONS["ankle_height"] * stature
    # The soles stay flat on the floor; the body is carried over them.
    root[:, 2] = 0.0
    angle = between(rng, manner.seated_turn)
    if angle:
        end = start + duration
        turn = angle * minimum_jerk(time, end - 0.45 * duration, end + 0.6)
        pose["yaw"] = turn
        root = np.einsum("tij,tj->ti", rotation("y", turn), root)
    return pose, root


def stand(frames, fps, rng, stature, manner):
    """One person rising from a seat, facing `+x`, feet planted around `x = 0`.

    Args:
        frames: int. Number of frames `T`.
        fps: float. Frames per second.
        rng: `np.random.Generator`.
        stature: float. Metres.
        manner: `Manner`.

    Returns:
        A pair of `Pose` and root positions of shape `(T, 3)`, metres.
    """
    time = np.arange(frames) / fps
    length = frames / fps
    duration = np.clip(rng.uniform(0.5, 0.75) * length, 0.9, 1.9)
    start = rng.uniform(0.12, 0.5) * max(length - duration, 0.05)
    return _transfer(time, start, duration, rng, stature, manner)


def sit(frames, fps, rng, stature, manner):
    """One person sitting down; rising played backwards, a quarter slower.

    Args:
        frames: int. Number of frames `T`.
        fps: float. Frames per second.
        rng: `np.random.Generator`.
        stature: float. Metres.
        manner: `Manner`.

    Returns:
        A pair of `Pose` and root positions of shape `(T, 3)`, metres.
    """
    time = np.arange(frames) / fps
    length = frames / fps
    duration = np.clip(1.25 * rng.uniform(0.45, 0.65) * length, 0.95, 2.2)
    start = rng.uniform(0.3, 0.8) * max(length - duration, 0.05)
    pose, root = _transfer(time, start, duration, rng, stature, manner)
    pose.angles = {
        name: np.broadcast_to(value, (frames,))[::-1]
        for name, value in pose.angles.items()
    }
    return pose, root[::-1]

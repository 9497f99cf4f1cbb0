"""People who do something else: what a recognizer of the six actions must not name.

Beside standing about they are among the other classes of ARID (Xu et al. 2021, "ARID: a
new dataset for recognizing action in the dark"): drink, pick, wave.
"""

import numpy as np

from darkclips.skeleton import SIDES, Pose, forward_kinematics, lowest_point
from darkclips.timing import minimum_jerk


def stand_about(frames, fps, rng, stature, manner):
    """One person standing, shifting the weight now and then, looking around.

    Args:
        frames: int. Number of frames `T`.
        fps: float. Frames per second.
        rng: `np.random.Generator`.
        stature: float. Metres.
        manner: `Manner`. Not used.

    Returns:
        A pair of `Pose` and root positions of shape `(T, 3)`, metres, facing `+x`.
    """
    del manner
    pose = _standing(frames, fps, rng)
    return pose, _planted(pose, stature)


def wave(frames, fps, rng, stature, manner):
    """One person waving with a raised arm; arguments as of `stand_about`."""
    del manner
    pose = _standing(frames, fps, rng)
    time, side = np.arange(frames) / fps, rng.choice(SIDES)
    begin = rng.uniform(-0.8, 0.3 * frames / fps)
    up = minimum_jerk(time, begin, begin + rng.uniform(0.4, 0.7))
    beat = np.sin(2 * np.pi * rng.uniform(1.2, 2.6) * time)
    pose.add(f"{side}_shoulder_abduction", rng.uniform(60, 110) * up)
    pose.add(f"{side}_shoulder_flexion", rng.uniform(10, 40) * up)
    pose.add(f"{side}_elbow_flexion", up * (rng.uniform(50, 90) + 25 * beat))
    return pose, _planted(pose, stature)


def drink(frames, fps, rng, stature, manner):
    """One person lifting something to the mouth, for a while; arguments as of
    `stand_about`."""
    del manner
    pose = _standing(frames, fps, rng)
    time, side = np.arange(frames) / fps, rng.choice(SIDES)
    length = frames / fps
    begin = rng.uniform(-0.3, 0.3 * length)
    lift = rng.uniform(0.6, 1.0)
    away = begin + lift + rng.uniform(0.4, 1.5)
    up = minimum_jerk(time, begin, begin + lift) - minimum_jerk(time, away, away + lift)
    pose.add(f"{side}_shoulder_flexion", rng.uniform(40, 65) * up)
    pose.add(f"{side}_elbow_flexion", rng.uniform(100, 125) * up)
    pose.add("neck_flexion", -rng.uniform(5, 20) * up)
    return pose, _planted(pose, stature)


def pick(frames, fps, rng, stature, manner):
    """One person bending down to the floor and coming up again; arguments as of
    `stand_about`."""
    del manner
    pose = _standing(frames, fps, rng)
    time, length = np.arange(frames) / fps, frames / fps
    begin, down = rng.uniform(-0.2, 0.25 * length), rng.uniform(0.5, 0.9)
    rise = begin + down + rng.uniform(0.1, 0.4)
    low = minimum_jerk(time, begin, begin + down)
    low = low - minimum_jerk(time, rise, rise + rng.uniform(0.6, 1.0))
    bend, knee = rng.uniform(35, 75) * low, rng.uniform(20, 80) * low
    pose.add("tilt", bend)
    pose.add("spine_flexion", rng.uniform(10, 30) * low)
    for side in SIDES:
        pose.add(f"{side}_hip_flexion", bend + knee * 0.6)
        pose.add(f"{side}_knee_flexion", knee)
        pose.add(f"{side}_ankle_flexion", 0.4 * knee)
        pose.add(f"{side}_shoulder_flexion", rng.uniform(50, 80) * low)
    return pose, _planted(pose, stature)


def _standing(frames, fps, rng):
    """Somebody who stands, never quite still."""
    time = np.arange(frames) / fps
    pose = Pose(frames)
    sway = np.sin(2 * np.pi * (rng.uniform(0.1, 0.5) * time + rng.uniform()))
    pose["list"] = rng.uniform(0, 3) * sway
    pose["yaw"] = rng.uniform(0, 8) * np.roll(sway, int(0.3 * fps))
    pose["tilt"] = rng.uniform(-2, 4)
    pose["spine_flexion"] = rng.uniform(0, 8)
    pose["neck_flexion"] = rng.uniform(0, 25)
    pose["neck_twist"] = rng.uniform(0, 40) * sway
    for side in SIDES:
        pose[f"{side}_hip_flexion"] = pose["tilt"] + 2
        pose[f"{side}_knee_flexion"] = 4
        pose[f"{side}_ankle_flexion"] = 2
        pose[f"{side}_hip_abduction"] = rng.uniform(2, 7)
        pose[f"{side}_shoulder_flexion"] = rng.uniform(-3, 12)
        pose[f"{side}_shoulder_abduction"] = 7
        pose[f"{side}_shoulder_rotation"] = 15
        pose[f"{side}_elbow_flexion"] = rng.uniform(10, 60)
    return pose


def _planted(pose, stature):
    """Root positions with which the feet stay where they stand."""
    joints, _ = forward_kinematics(pose, stature)
    root = -0.5 * (joints["right_ankle"] + joints["left_ankle"])
    root[:, 1] = -lowest_point(joints)
    return root

"""Turning the body round on the spot.

The head turns first, then the trunk, then the feet follow in steps (Hollands et al.
2004, *"A new paradigm to investigate the roles of head and eye movements in the
coordination of whole-body movements"*, Exp. Brain Res. 154:261-266).
"""

import numpy as np

from darkclips.manner import between
from darkclips.skeleton import (
    SIDES,
    Pose,
    forward_kinematics,
    lowest_point,
)
from darkclips.timing import minimum_jerk


def turn(frames, fps, rng, stature, manner):
    """One person turning to either side, by as much as time allows within a range.

    Args:
        frames: int. Number of frames `T`.
        fps: float. Frames per second.
        rng: `np.random.Generator`.
        stature: float. Metres.
        manner: `Manner`.

    Returns:
        A pair of `Pose` and root positions of shape `(T, 3)`, metres; the yaw starts at
        0.
    """
    time = np.arange(frames) / fps
    length = frames / fps
    speed = between(rng, manner.turn_speed)
    widest = speed * 0.85 * length
    angle = np.clip(widest, *manner.turn_angle) * rng.choice([-1, 1])
    duration = abs(angle) / speed
    start = rng.uniform(0.1, 0.6) * max(length - duration, 0.0)
    head = angle * minimum_jerk(time, start - 0.2, start + duration * 0.8)
    trunk = angle * minimum_jerk(time, start - 0.05, start + duration * 0.95)

    # The feet share the turn in alternating steps, inner foot first.
    steps = max(2, round(abs(angle) / 42))
    order = SIDES if angle < 0 else SIDES[::-1]
    foot_yaw = {side: np.zeros(frames) for side in SIDES}
    lift = {side: np.zeros(frames) for side in SIDES}
    interval = duration / steps
    reached = {side: 0.0 for side in SIDES}
    for step in range(steps):
        side = order[step % 2]
        target = angle * min(1.0, (step + 1.5) / steps)
        begin = start + step * interval
        end = begin + max(interval, 0.25)
        foot_yaw[side] += (target - reached[side]) * minimum_jerk(time, begin, end)
        lift[side] += np.sin(np.pi * np.clip((time - begin) / (end - begin), 0, 1)) ** 2
        reached[side] = target
    other = order[steps % 2]
    begin = start + steps * interval
    foot_yaw[other] += (angle - reached[other]) * minimum_jerk(time, begin, begin + 0.3)
    lift[other] += np.sin(np.pi * np.clip((time - begin) / 0.3, 0, 1)) ** 2

    pelvis = 0.5 * (foot_yaw["right"] + foot_yaw["left"])
    pose = Pose(frames)
    pose["yaw"] = pelvis
    pose["spine_twist"] = np.clip(trunk - pelvis, -35, 35)
    pose["neck_twist"] = np.clip(head - trunk, -50, 50)
    pose["spine_flexion"] = rng.uniform(0, 5)
    pose["neck_flexion"] = rng.uniform(0, 12)
    pose["list"] = 2.5 * (lift["left"] - lift["right"])
    knee = rng.uniform(32, 48)
    rate = np.gradient(trunk, 1 / fps) / 100
    for side, sign in zip(SIDES, (1, -1), strict=True):
        pose[f"{side}_hip_rotation"] = sign * (foot_yaw[side] - pelvis)
        pose[f"{side}_hip_flexion"] = 0.55 * knee * lift[side] + 2
        pose[f"{side}_knee_flexion"] = knee * lift[side] + 4
        pose[f"{side}_ankle_flexion"] = 2 - 8 * lift[side]
        pose[f"{side}_hip_abduction"] = 5
        # Arms hang and lag behind, swung outwards by the turn.
        pose[f"{side}_shoulder_flexion"] = sign * 5 * rate
        pose[f"{side}_shoulder_abduction"] = 6 + 2.5 * np.abs(rate)
        pose[f"{side}_elbow_flexion"] = 16 + 8 * np.abs(rate)
        pose[f"{side}_shoulder_rotation"] = 15
    joints, _ = forward_kinematics(pose, stature)
    root = np.zeros((frames, 3))
    root[:, 1] = -lowest_point(joints)
    aside = between(rng, manner.turn_steps_aside)
    root[:, 0] = aside * minimum_jerk(time, start, start + duration)
    return pose, root

"""Vertical jumps with a countermovement.

Phases and joint angles follow Linthorne (2001), *Analysis of standing vertical jumps
using a force platform*, Am. J. Phys. 69:1198-1204: crouch, push-off, ballistic flight,
landing.
"""

import numpy as np

from darkclips.gait import RUN, gait_pose
from darkclips.manner import between, one_of
from darkclips.skeleton import (
    SIDES,
    Pose,
    forward_kinematics,
    lowest_point,
)
from darkclips.timing import minimum_jerk, through

GRAVITY = 9.81
"""Acceleration of free fall, m/s^2."""


def flight_height(time, takeoff, height):
    """Height above the ground of a body thrown upwards.

    With `v = sqrt(2 g h)` the body is at `v t - g t^2 / 2` and lands after `2 v / g`
    seconds.

    Args:
        time: float array of shape `(T,)`, seconds.
        takeoff: float. Moment of leaving the ground, seconds.
        height: float. Highest point `h`, metres.

    Returns:
        float array of shape `(T,)`, metres, 0 before take-off and after landing.
    """
    speed = np.sqrt(2 * GRAVITY * height)
    since = np.asarray(time, float) - takeoff
    return np.where(
        since > 0, np.maximum(speed * since - 0.5 * GRAVITY * since**2, 0.0), 0.0
    )


def jump(frames, fps, rng, stature, manner):
    """One person jumping on the spot or forward along `+x`, once or as often as time
    allows, with or without a run-up.

    Args:
        frames: int. Number of frames `T`.
        fps: float. Frames per second.
        rng: `np.random.Generator`.
        stature: float. Metres.
        manner: `Manner`.

    Returns:
        A pair of `Pose` and root positions of shape `(T, 3)`, metres, starting at
        `x = 0`.
    """
    time = np.arange(frames) / fps
    depth = between(rng, manner.crouch)
    height = between(rng, manner.jump_height)
    crouch_time = rng.uniform(0.35, 0.5)
    push_time = rng.uniform(0.2, 0.27)
    forward = one_of(rng, manner.jump_forward) * rng.uniform(0.7, 1.2)
    swing = between(rng, manner.jump_arms)
    airtime = 2 * np.sqrt(2 * height / GRAVITY)
    pause = rng.uniform(0.02, 0.3)

    # Fraction of the full crouch and position of the arms (-1 back, +1 up) at given
    # moments. A short clip starts in the middle of the crouch, so that the flight is
    # always seen.
    moment = rng.uniform(-0.3, 0.15)
    spare = time[-1] - moment - crouch_time - push_time - airtime - 0.2
    moment += between(rng, manner.jump_wait) * max(spare, 0.0)
    count = one_of(rng, manner.jump_counts)
    approach = one_of(rng, manner.run_up)
    slowing = minimum_jerk(time, moment + crouch_time, moment + crouch_time + 0.9)
    running = 1 - minimum_jerk(time, moment - 0.1, moment + 0.6 * crouch_time)
    crouch, arms = [(moment, 0.05)], [(moment, 0.0)]
    fly, travel = np.zeros(frames), np.zeros(frames)
    tuck = np.zeros(frames)
    while moment < time[-1] and count > 0:
        count -= 1
        low = moment + crouch_time
        takeoff = low + push_time
        landing = takeoff + airtime
        crouch += [
            (low, 1.0),
            (takeoff, -0.05),
            (landing - 0.02, 0.1),
            (landing + 0.17, 0.8),
        ]
        arms += [(low - 0.12, -0.4), (takeoff + 0.17, 1.0), (landing + 0.2, 0.0)]
        fly += flight_height(time, takeoff, height)
        travel += forward * np.clip((time - takeoff) / airtime, 0, 1)
        tuck += minimum_jerk(time, takeoff - 0.02, takeoff + 0.12)
        tuck -= minimum_jerk(time, landing - 0.12, landing + 0.02)
        moment = landing + 0.17 + rng.uniform(0.3, 0.4)
        crouch.append((moment, 0.05))
        arms.append((moment, 0.0))
        moment += pause
        crouch.append((moment, 0.05))
        arms.append((moment, 0.0))
    bend = depth * through(time, crouch)
    reach = through(time, arms)

    pose = Pose(frames)
    # In the crouch ankle, knee and hip fold together so that the body stays over the
    # feet.
    pose["tilt"] = 34 * np.maximum(bend, 0)
    pose["spine_flexion"] = 14 * bend
    pose["neck_flexion"] = -26 * bend
    spread = rng.uniform(2, 7)
    elbow = rng.uniform(20, 70)
    for side in SIDES:
        pose[f"{side}_hip_flexion"] = 84 * bend + 14 * tuck
        pose[f"{side}_knee_flexion"] = 88 * np.maximum(bend, -0.02) + 30 * tuck
        pose[f"{side}_ankle_flexion"] = 32 * bend - 38 * tuck
        pose[f"{side}_hip_abduction"] = spread
        pose[f"{side}_shoulder_flexion"] = np.where(reach > 0, swing, 70) * reach
        pose[f"{side}_shoulder_abduction"] = 8 + 8 * np.abs(reach)
        pose[f"{side}_elbow_flexion"] = 12 + elbow * np.clip(reach, 0, 1)
    if approach:
        _run_up(pose, time, running, 0.3 + 0.25 * approach, rng)
    joints, _ = forward_kinematics(pose, stature)
    feet = (
        0.5
        * (
            joints["right_ball"]
            + joints["left_ball"]
            + joints["right_heel"]
            + joints["left_heel"]
        )
        / 2
    )
    root = np.zeros((frames, 3))
    stride = feet[:, 0] - feet[0, 0]
    root[:, 0] = travel - stride
    if approach:
        speed = approach * (1 - slowing)
        root[:, 0] = travel - stride * (1 - running) + np.cumsum(speed) / fps
    root[:, 1] = fly - lowest_point(joints)
    return pose, root


def _run_up(pose, time, running, amplitude, rng):
    """Lets the legs run where `running` is 1, as far as it is less than 1 less so."""
    cycle = rng.uniform() + rng.uniform(1.1, 1.4) * time
    gait = gait_pose(RUN, cycle, amplitude)
    for side in SIDES:
        for name in ("hip_flexion", "knee_flexion", "ankle_flexion"):
            legs = gait[f"{side}_{name}"]
            pose[f"{side}_{name}"] = (
                running * legs + (1 - running) * pose[f"{side}_{name}"]
            )

"""Walking and running as joint angles over the gait cycle.

Angles in the sagittal plane are tabulated over one stride of one leg, from its heel
strike to the next, and interpolated by a truncated Fourier series, the form in which
Troje (2002), *Decomposing biological motion*, J. Vision 2(5):2, describes gait. The
other leg does the same half a stride later. The tables hold rounded
angles of typical curves, not measured data; their course follows Winter (2009),
*Biomechanics and Motor Control of Human Movement*, 4th ed., and Perry and Burnfield
(2010), *Gait Analysis*, 2nd ed., for walking, and Novacheck (1998), *The biomechanics
of running*, Gait & Posture 7:77-95, for running.
"""

import numpy as np

from darkclips.manner import between
from darkclips.skeleton import (
    SIDES,
    Pose,
    forward_kinematics,
    lowest_point,
)

# Percent of the stride, then degrees; flexion (dorsiflexion at the ankle) is positive.
WALK = {
    "percent": (0, 6, 12, 20, 30, 40, 50, 58, 65, 72, 80, 88, 95),
    "hip_flexion": (22, 21, 18, 11, 2, -5, -10, -6, 5, 15, 22, 25, 24),
    "knee_flexion": (4, 12, 18, 17, 10, 6, 12, 30, 52, 60, 46, 16, 2),
    "ankle_flexion": (0, -6, -2, 4, 7, 9, 8, -10, -18, -10, -1, 2, 1),
}
"""Walking at natural cadence: angles of one leg over its stride."""

RUN = {
    "percent": (0, 8, 16, 26, 38, 46, 55, 64, 73, 82, 90, 96),
    "hip_flexion": (36, 32, 24, 8, -9, -8, 8, 30, 48, 54, 48, 41),
    "knee_flexion": (18, 36, 44, 32, 18, 38, 76, 102, 98, 66, 28, 16),
    "ankle_flexion": (6, 14, 22, 16, -18, -22, -12, -4, 0, 4, 6, 5),
}
"""Running at about 3.5 m/s: angles of one leg over its stride."""

_HARMONICS = 5


def fourier_series(percent, degrees, harmonics=_HARMONICS):
    """Least-squares Fourier series through points of a periodic curve.

    Args:
        percent: sequence of `N` floats in `[0, 100)`. Where in the cycle the points
            lie.
        degrees: sequence of `N` floats.
        harmonics: int. Number of harmonics kept; `2 * harmonics + 1` must not exceed
            `N`. Defaults to 5.

    Returns:
        complex array of shape `(harmonics + 1,)`; see `evaluate_series`.
    """
    phase = 2 * np.pi * np.asarray(percent, float) / 100
    order = np.arange(1, harmonics + 1)
    design = np.concatenate(
        [
            np.ones((len(phase), 1)),
            np.cos(np.outer(phase, order)),
            np.sin(np.outer(phase, order)),
        ],
        axis=1,
    )
    solution = np.linalg.lstsq(design, np.asarray(degrees, float), rcond=None)[0]
    cosine, sine = solution[1 : harmonics + 1], solution[harmonics + 1 :]
    return np.concatenate([[solution[0]], cosine - 1j * sine])


def evaluate_series(coefficients, cycle):
    """Value of a Fourier series: the real part of `sum_k c_k exp(2 pi i k cycle)`.

    Args:
        coefficients: complex array of shape `(K,)`.
        cycle: float array of shape `(T,)`. Cycles since the start; period 1.

    Returns:
        float array of shape `(T,)`.
    """
    order = np.arange(len(coefficients))
    return np.real(np.exp(2j * np.pi * np.outer(cycle, order)) @ coefficients)


def gait_pose(table, cycle, amplitude=1.0):
    """Angles of both legs.

    Args:
        table: dict. `WALK` or `RUN`.
        cycle: float array of shape `(T,)`. Strides of the right leg since its heel
            strike.
        amplitude: float. Factor on the deviation from the mean angle. Defaults to 1.

    Returns:
        `Pose` of `T` frames with hips, knees and ankles set.
    """
    pose = Pose(len(cycle))
    for side, lag in zip(SIDES, (0.0, 0.5), strict=True):
        for name in ("hip_flexion", "knee_flexion", "ankle_flexion"):
            series = fourier_series(table["percent"], table[name]).copy()
            series[1:] *= amplitude
            pose[f"{side}_{name}"] = evaluate_series(series, cycle + lag)
    return pose


def advance(joints, cycle_speed):
    """Distance covered along `+x` so that the supporting foot stays where it stands.

    Args:
        joints: dict of positions as returned by `forward_kinematics` for a body of yaw
            0.
        cycle_speed: float. Speed in metres per frame while no foot is on the ground.

    Returns:
        float array of shape `(T,)`, metres, starting at 0.
    """
    soles = (
        np.stack([joints[f"{side}_ball"] + joints[f"{side}_heel"] for side in SIDES])
        / 2
    )
    lower = np.argmin(soles[:, :, 1], axis=0)
    step = np.diff(soles[:, :, 0], axis=1)
    frames = np.arange(len(lower) - 1)
    travel = -step[lower[:-1], frames]
    # A foot that lands is still slowing down: blend with the mean speed for a steady
    # trunk.
    travel = 0.5 * np.clip(travel, 0, 2 * cycle_speed) + 0.5 * cycle_speed
    return np.concatenate([[0.0], np.cumsum(travel)])


def _arms(pose, cycle, swing, elbow, abduction):
    for side, lag in zip(SIDES, (0.0, 0.5), strict=True):
        # An arm is furthest back when the leg of its side strikes the ground.
        forward = -np.cos(2 * np.pi * (cycle + lag))
        pose[f"{side}_shoulder_flexion"] = swing * forward - 3
        pose[f"{side}_elbow_flexion"] = elbow + 0.4 * swing * forward
        pose[f"{side}_shoulder_abduction"] = abduction
        pose[f"{side}_shoulder_rotation"] = 10 + 0.2 * elbow


def walk(frames, fps, rng, stature, manner):
    """One person walking along `+x`.

    Speed is varied by cadence and stride length, usually within what healthy adults
    choose (1.6 to 2.1 steps a second).

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
    strides = between(rng, manner.walk_strides)
    amplitude = between(rng, manner.walk_amplitude)
    cycle = rng.uniform() + strides * np.arange(frames) / fps
    pose = gait_pose(WALK, cycle, amplitude)
    turn = np.cos(2 * np.pi * cycle)
    pose["list"] = 4 * np.sin(2 * np.pi * cycle)
    pose["spine_bend"] = -4 * np.sin(2 * np.pi * cycle)
    pose["yaw"] = 4 * turn
    pose["spine_twist"] = -9 * turn
    pose["neck_twist"] = 5 * turn
    pose["spine_flexion"] = rng.uniform(0, 6)
    pose["neck_flexion"] = rng.uniform(-2, 14)
    swing, elbow = rng.uniform(16, 30), between(rng, manner.walk_elbow)
    _arms(pose, cycle, swing, elbow, rng.uniform(5, 9))
    joints, _ = forward_kinematics(pose, stature)
    root = np.zeros((frames, 3))
    root[:, 1] = -lowest_point(joints)
    root[:, 0] = advance(joints, 0.79 * stature * amplitude * strides / fps)
    return pose, root


def run(frames, fps, rng, stature, manner):
    """One person running along `+x`, with a flight phase between steps.

    Cadence is usually 2.5 to 3 steps a second; the body rises and falls by 5 to 9 cm
    twice a stride and is highest in the middle of the flight (Novacheck 1998).

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
    strides = between(rng, manner.run_strides)
    amplitude = between(rng, manner.run_amplitude)
    cycle = rng.uniform() + strides * np.arange(frames) / fps
    pose = gait_pose(RUN, cycle, amplitude)
    turn = np.cos(2 * np.pi * cycle)
    pose["tilt"] = rng.uniform(5, 9)
    pose["yaw"] = 6 * turn
    pose["spine_twist"] = -16 * turn
    pose["neck_twist"] = 9 * turn
    pose["spine_flexion"] = rng.uniform(2, 7)
    pose["neck_flexion"] = -8
    swing, elbow = rng.uniform(32, 45), between(rng, manner.run_elbow)
    _arms(pose, cycle, swing, elbow, rng.uniform(8, 14))
    joints, _ = forward_kinematics(pose, stature)
    # Middle of the flight: 43 percent of either leg's stride, from the table's stance
    # of 38.
    bounce = rng.uniform(0.025, 0.045) * np.cos(4 * np.pi * (cycle - 0.43))
    support = -lowest_point(joints)
    root = np.zeros((frames, 3))
    root[:, 1] = np.maximum(support, np.median(support) + 0.01 * stature + bounce)
    reach = between(rng, manner.run_reach) * stature
    root[:, 0] = reach * strides * amplitude / fps * np.arange(frames)
    return pose, root

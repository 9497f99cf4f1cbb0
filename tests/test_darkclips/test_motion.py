"""The six actions: what makes each of them that action."""

import numpy as np
import pytest

from darkclips import CLASSES, FPS
from darkclips.gait import (
    RUN,
    WALK,
    evaluate_series,
    fourier_series,
    gait_pose,
)
from darkclips.jump import flight_height
from darkclips.motion import move
from darkclips.skeleton import SIDES, lowest_point
from darkclips.timing import minimum_jerk, through


def perform(action, frames=80, seed=0, **options):
    return move(action, frames, np.random.default_rng(seed), **options)


@pytest.mark.parametrize("action", CLASSES)
@pytest.mark.parametrize("seed", range(4))
def test_feet_are_never_below_the_floor(action, seed):
    joints, _ = perform(action, seed=seed)
    low = lowest_point(joints)
    assert low.min() > -1e-3
    if action in ("Sit", "Stand", "Turn", "Walk"):
        assert low.max() < 1e-3
    else:
        assert low.max() > 0.02


@pytest.mark.parametrize("action", CLASSES)
def test_movement_is_smooth(action):
    joints, _ = perform(action)
    for name in ("head", "right_wrist", "left_ankle", "right_knee"):
        speed = np.linalg.norm(np.diff(joints[name], axis=0), axis=1) * FPS
        # A sprinter's swinging foot reaches about 15 m/s; nothing here may come near.
        assert speed.max() < 11, name


@pytest.mark.parametrize("action", CLASSES)
def test_same_stream_same_motion(action):
    first, _ = perform(action, seed=3)
    again, _ = perform(action, seed=3)
    other, _ = perform(action, seed=4)
    np.testing.assert_array_equal(first["left_hand"], again["left_hand"])
    assert np.abs(first["left_hand"] - other["left_hand"]).max() > 0.01


@pytest.mark.parametrize("table", [WALK, RUN])
def test_gait_is_periodic_and_sides_alternate(table):
    cycle = np.linspace(0, 1, 50, endpoint=False)
    now, next_stride = gait_pose(table, cycle), gait_pose(table, cycle + 1)
    half_later = gait_pose(table, cycle + 0.5)
    for angle in ("hip_flexion", "knee_flexion", "ankle_flexion"):
        assert now[f"right_{angle}"] == pytest.approx(
            next_stride[f"right_{angle}"], abs=1e-9
        )
        assert now[f"left_{angle}"] == pytest.approx(
            half_later[f"right_{angle}"], abs=1e-9
        )
        assert np.abs(now[f"left_{angle}"] - now[f"right_{angle}"]).max() > 10


@pytest.mark.parametrize("table", [WALK, RUN])
def test_series_reproduces_the_published_curve(table):
    cycle = np.array(table["percent"]) / 100
    for angle in ("hip_flexion", "knee_flexion", "ankle_flexion"):
        series = fourier_series(table["percent"], table[angle])
        assert evaluate_series(series, cycle) == pytest.approx(table[angle], abs=4.5)


def test_series_of_a_cosine():
    percent = np.arange(0, 100, 10)
    series = fourier_series(
        percent, 3 + 2 * np.cos(2 * np.pi * percent / 100), harmonics=2
    )
    assert series == pytest.approx([3, 2, 0], abs=1e-12)
    assert evaluate_series(series, np.array([0, 0.25, 0.5])) == pytest.approx([5, 3, 1])


def test_minimum_jerk_by_hand():
    # s = 1/4: 10/64 - 15/256 + 6/1024 = 106/1024
    time = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0])
    assert minimum_jerk(time, 0, 2) == pytest.approx([0, 0, 106 / 1024, 0.5, 1, 1])
    assert through(time, [(0, 4), (2, 8), (3, 0)]) == pytest.approx(
        [4, 4, 4 + 424 / 1024, 6, 8, 0]
    )


def test_flight_is_ballistic():
    # v = sqrt(2 * 9.81 * 0.4905) = 3.1019 m/s: top after 0.3162 s, landing after 0.6324
    # s.
    top = np.sqrt(0.1)
    height = flight_height(
        np.array([0.0, top / 2, top, 2 * top + 0.01]) + 1, 1.0, 0.4905
    )
    assert height == pytest.approx([0, 0.75 * 0.4905, 0.4905, 0])


@pytest.mark.parametrize("frames", [33, 60, 105])
@pytest.mark.parametrize("seed", range(5))
def test_jump_crouches_then_flies(frames, seed):
    joints, _ = perform("Jump", frames, seed)
    hips, low = joints["pelvis"][:, 1], lowest_point(joints)
    takeoff = np.argmax(low > 0.05)
    assert low.max() > 0.15
    assert hips[:takeoff].min() < 0.87 * np.median(hips)
    assert joints["right_ankle"][:, 0].max() - joints["right_ankle"][:, 0].min() < 4


def test_run_flies_and_walk_does_not():
    run, walk = perform("Run")[0], perform("Walk")[0]

    def speed(joints):
        return np.linalg.norm(np.ptp(joints["pelvis"][:, [0, 2]], axis=0)) / (79 / FPS)

    assert 0.9 < speed(walk) < 1.9 < speed(run) < 5
    assert np.mean(lowest_point(run) > 0.01) > 0.15


def test_walk_s_standing_foot_hardly_slides():
    joints, _ = perform("Walk")
    for side in SIDES:
        height = joints[f"{side}_heel"][:, 1] + joints[f"{side}_ball"][:, 1]
        planted = (height[1:] < 0.02) & (height[:-1] < 0.02)
        slide = np.linalg.norm(np.diff(joints[f"{side}_ball"], axis=0), axis=1)[planted]
        travel = np.linalg.norm(np.diff(joints["pelvis"], axis=0), axis=1).mean()
        assert planted.sum() > 5 and slide.mean() < 0.5 * travel


@pytest.mark.parametrize("frames", [33, 70, 105])
def test_stand_rises_and_sit_lowers(frames):
    for action, sign in (("Stand", 1), ("Sit", -1)):
        joints, _ = perform(action, frames)
        hips = joints["pelvis"][:, 1]
        assert sign * (hips[-1] - hips[0]) > 0.25
        # The feet stay where they are.
        assert np.ptp(joints["right_ankle"], axis=0)[[0, 1]].max() < 0.02
        # The trunk leans forward on the way and is upright at both ends.
        lean = joints["neck"][:, 0] - joints["pelvis"][:, 0]
        assert lean.max() > max(lean[0], lean[-1]) + 0.12


@pytest.mark.parametrize("frames", [33, 70, 105])
@pytest.mark.parametrize("seed", range(3))
def test_turn_goes_round_on_the_spot_head_first(frames, seed):
    joints, axes = perform("Turn", frames, seed)

    def yaw(segment):
        forward = axes[segment][:, :, 0]
        return np.degrees(np.unwrap(np.arctan2(-forward[:, 2], forward[:, 0])))

    head, pelvis = yaw("head"), yaw("pelvis")
    assert 60 < abs(pelvis[-1] - pelvis[0]) < 320
    assert np.ptp(joints["pelvis"][:, [0, 2]], axis=0).max() < 0.3
    sign = np.sign(pelvis[-1] - pelvis[0])
    assert (sign * (head - pelvis)).max() > 8


def test_heading_turns_the_whole_path():
    joints, _ = perform("Walk", heading=90.0)
    path = joints["pelvis"]
    # Yaw 90 leads away from the spectator, towards -z.
    assert path[-1, 2] - path[0, 2] < -1.5
    assert abs(path[-1, 0] - path[0, 0]) < 0.3
    straight, _ = perform("Walk")
    assert path[:, 1] == pytest.approx(straight["pelvis"][:, 1])


def test_unknown_action_and_empty_clip_are_refused():
    with pytest.raises(ValueError, match="Skip"):
        perform("Skip")
    with pytest.raises(ValueError, match="frames=0"):
        perform("Walk", frames=0)

"""Other manners of the same actions."""

from dataclasses import fields, replace

import numpy as np
import pytest

from darkclips import FPS
from darkclips.camera import HEIGHT, WIDTH
from darkclips.joints import simulate_joints
from darkclips.manner import USUAL, WIDE, Manner, between, one_of
from darkclips.motion import CLASSES, move
from darkclips.skeleton import lowest_point

JUMPS = replace(WIDE, run_up=(0.0,), crouch=(1, 1), jump_height=(0.3, 0.3))


def perform(action, manner, seed, frames=90):
    return move(action, frames, np.random.default_rng(seed), manner=manner)[0]


def flights(joints):
    """How often the soles leave the floor by 5 cm."""
    high = lowest_point(joints) > 0.05
    return int((high[1:] & ~high[:-1]).sum() + high[0])


def test_a_range_of_one_value_draws_nothing():
    rng, again = np.random.default_rng(0), np.random.default_rng(0)
    assert between(rng, (3, 3)) == 3
    assert one_of(rng, (7,)) == 7
    assert rng.uniform() == again.uniform()
    assert 1 <= between(rng, (1, 2)) < 2
    assert {one_of(rng, (4, 5)) for _ in range(50)} == {4, 5}


def test_wide_goes_as_far_as_usual_and_farther():
    for field in fields(Manner):
        usual, wide = getattr(USUAL, field.name), getattr(WIDE, field.name)
        # But for turns, of which the embedded ones are wider than any that were filmed.
        if isinstance(usual, tuple) and field.name != "turn_angle":
            assert min(wide) <= min(usual) and max(wide) >= max(usual)


@pytest.mark.parametrize("count", [1, 2])
def test_so_many_jumps(count):
    for seed in range(5):
        manner = replace(JUMPS, jump_counts=(count,), jump_wait=(0, 0))
        assert flights(perform("Jump", manner, seed, 150)) == count


@pytest.mark.parametrize("wait", [0.0, 1.0])
def test_who_waits_jumps_late_but_lands_within_the_clip(wait):
    manner = replace(JUMPS, jump_counts=(1,), jump_wait=(wait, wait))
    for seed in range(5):
        low = lowest_point(perform("Jump", manner, seed))
        in_the_air = np.flatnonzero(low > 0.05)
        assert (in_the_air[0] > 60) == (wait == 1)
        assert low[-1] < 0.05


def test_a_run_up_comes_before_the_jump():
    manner = replace(JUMPS, run_up=(1.5,), jump_counts=(1,), jump_forward=(0.0,))
    for seed in range(3):
        pelvis = perform("Jump", replace(manner, jump_wait=(1, 1)), seed)["pelvis"]
        speed = np.gradient(pelvis[:, 0]) * FPS
        assert speed[:30].mean() == pytest.approx(1.5, abs=0.25)
        assert abs(speed[-3:]).mean() < 0.4


def test_seats_are_high_and_low():
    def drop(thigh):
        manner = replace(USUAL, thigh=(thigh, thigh), seated_lean=(0, 0))
        heights = perform("Sit", manner, 0)["pelvis"][:, 1]
        return heights[0] - heights[-1]

    # A thigh of 0.245 statures that hangs at first, and points 30 degrees upwards.
    assert drop(120) > drop(90) > drop(60) > 0.1
    assert drop(90) == pytest.approx(0.245 * 1.75, abs=0.06)


@pytest.mark.parametrize("action", ["Sit", "Stand"])
def test_who_turns_to_sit_stands_turned(action):
    manner = replace(USUAL, seated_turn=(60, 60))
    joints = perform(action, manner, 1, 105)
    across = (joints["right_hip"] - joints["left_hip"])[:, [0, 2]]
    start, end = (np.degrees(np.arctan2(*across[i][::-1])) for i in (0, -1))
    # The clip may begin in the middle of the turn.
    assert 50 < abs(end - start) < 62
    soles = joints["right_heel"][:, 1]
    assert np.ptp(soles) < 0.02


def test_turns_are_as_wide_as_they_may_be():
    manner = replace(USUAL, turn_speed=(90, 90), turn_angle=(40, 70))
    for seed in range(4):
        joints = perform("Turn", manner, seed, 60)
        across = (joints["right_hip"] - joints["left_hip"])[:, [0, 2]]
        yaw = np.unwrap(np.arctan2(across[:, 1], across[:, 0]))
        assert abs(np.degrees(yaw[-1] - yaw[0])) == pytest.approx(70, abs=2)


def test_near_and_far_with_the_head_in_the_picture():
    sizes = []
    for track in simulate_joints(120, seed=3):
        still = track.joints + track.camera[:, np.newaxis]
        shoulders, hips = (still[0, pair].mean(axis=0) for pair in ([5, 6], [11, 12]))
        sizes.append(WIDTH * np.linalg.norm(shoulders - hips))
        assert np.isfinite(track.joints).all()
        # Who is near sits down out of it, or leaves it.
        standing = CLASSES[track.label] in ("Jump", "Sit", "Turn")
        if standing:
            assert -0.1 < track.joints[0, 0, 0] < HEIGHT / WIDTH
    # Training clips: torsos of 22 to 118 pixels.
    assert min(sizes) < 30 and max(sizes) > 90

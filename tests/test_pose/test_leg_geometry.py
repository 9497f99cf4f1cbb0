"""What the legs do, by poses worked out by hand."""

import numpy as np
import pytest
from standing_figure import clip_of, figure

from darkhar.pose.joints import ANKLES, KNEES
from darkhar.pose.leg_geometry import LEGS, leg_geometry

FRAMES, SECONDS = 60, 2.0
TIMES = np.arange(FRAMES) * SECONDS / FRAMES
STANDING = np.repeat(figure()[np.newaxis], FRAMES, axis=0)


def described(poses):
    return dict(zip(LEGS, leg_geometry(clip_of(poses))[0], strict=True))


def test_standing():
    values = described(STANDING)
    # Knees 0.8 and ankles 1.6 torso lengths below the hips; all in one line, but for
    # the 0.05 that lengths are added.
    assert values["knees below hips at first"] == pytest.approx(0.8, abs=1e-3)
    assert values["ankles below hips at last"] == pytest.approx(1.6, abs=1e-3)
    straight = 0.8 * 1.0 / (0.85 * 1.05)
    assert values["thigh to trunk at first"] == pytest.approx(straight, abs=1e-3)
    assert values["shank to thigh at last"] == pytest.approx(0.64 / 0.85**2, abs=1e-3)
    for name in ("ankles swing across", "ankles swing up", "knees swing speed"):
        assert values[name] == pytest.approx(np.log(0.02), abs=1e-3)
    assert values["cadence"] == 0


def test_sitting_at_last():
    # Thighs forward and level from the second half on, shanks straight down.
    poses = STANDING.copy()
    poses[30:, list(KNEES)] = poses[30:, list(KNEES)] + [-0.8, 0.8]
    poses[30:, list(ANKLES)] = poses[30:, list(KNEES)] + [0.8, 0]
    values = described(poses)
    assert values["knees below hips at first"] == pytest.approx(0.8, abs=1e-3)
    assert values["knees below hips at last"] == pytest.approx(0, abs=1e-3)
    assert values["thigh to trunk at last"] == pytest.approx(0, abs=1e-3)
    assert values["shank to thigh at last"] == pytest.approx(0, abs=1e-3)
    assert values["ankles below hips at last"] == pytest.approx(0.8, abs=1e-3)


def test_legs_that_swing():
    # Left and right lifted in turn, twice a second, by 0.2 torso lengths.
    poses = STANDING.copy()
    lifted = 0.2 * np.sin(2 * np.pi * 2 * TIMES)
    for side, joint in zip((1, -1), ANKLES, strict=True):
        poses[:, joint, 0] += side * lifted
    values = described(poses)
    # The difference is a sine of 0.4; smoothing keeps exp(-(2 pi f s)^2 / 2) of it.
    kept = np.exp(-((2 * np.pi * 2 * 0.05) ** 2) / 2)
    swing = 0.4 * kept / np.sqrt(2)
    assert np.exp(values["ankles swing up"]) - 0.02 == pytest.approx(swing, rel=0.1)
    speed = 2 * np.pi * 2 * swing
    assert np.exp(values["ankles swing speed"]) - 0.02 == pytest.approx(speed, rel=0.15)
    assert values["cadence"] == pytest.approx(2, abs=0.2)
    assert values["ankles swing across"] == pytest.approx(np.log(0.02), abs=1e-3)
    assert values["knees swing up"] == pytest.approx(np.log(0.02), abs=1e-3)

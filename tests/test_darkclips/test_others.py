"""People who do something else than the six actions."""

import numpy as np
import pytest

from darkclips import FPS
from darkclips.joints import simulate_joints
from darkclips.motion import ACTIONS, CLASSES, OTHERS, move
from darkclips.skeleton import lowest_point

FRAMES = 90


def perform(action, seed=0):
    return move(action, FRAMES, np.random.default_rng(seed))[0]


@pytest.mark.parametrize("action", OTHERS)
@pytest.mark.parametrize("seed", range(4))
def test_feet_stay_where_they_stand(action, seed):
    joints = perform(action, seed)
    assert np.abs(lowest_point(joints)).max() < 1e-3
    for side in ("left", "right"):
        assert np.ptp(joints[f"{side}_ankle"][:, [0, 2]], axis=0).max() < 0.15
    speed = np.linalg.norm(np.diff(joints["right_wrist"], axis=0), axis=1) * FPS
    assert speed.max() < 6


def test_what_each_does():
    for seed in range(6):
        head = perform("Stand about", seed)["head"][:, 1]
        assert np.ptp(head) < 0.05
        joints = perform("Pick", seed)
        hands = np.minimum(joints["left_wrist"][:, 1], joints["right_wrist"][:, 1])
        assert hands.min() < 0.75 < hands[-1]
        assert joints["head"][:, 1].min() < 0.85 * joints["head"][:, 1].max()
        joints = perform("Drink", seed)
        to_mouth = [
            np.linalg.norm(joints[f"{side}_wrist"] - joints["head"], axis=1)
            for side in ("left", "right")
        ]
        assert np.min(to_mouth) < 0.4 < np.max(to_mouth)
        joints = perform("Wave", seed)
        raised = [
            joints[f"{side}_wrist"][-30:, 1].mean() - joints["neck"][-30:, 1].mean()
            for side in ("left", "right")
        ]
        assert max(raised) > -0.3 > min(raised)


def test_they_are_of_no_class():
    assert ACTIONS[: len(CLASSES)] == CLASSES
    tracks = simulate_joints(5, seed=2, actions=OTHERS)
    expected = [6, 7, 8, 9, 6]
    assert [track.label for track in tracks] == expected

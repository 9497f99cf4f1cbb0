import dataclasses

import numpy as np
import pytest

from darkclips.joints import simulate_joints
from darkhar.pose.detection_errors import DetectionErrors, torso_length
from darkhar.pose.joints import JOINTS, MIRRORED

LEFT_KNEE, RIGHT_KNEE = JOINTS.index("left_knee"), JOINTS.index("right_knee")
ANKLE, WRIST = JOINTS.index("left_ankle"), JOINTS.index("right_wrist")


@pytest.fixture
def standing():
    """A clip of twenty frames: left joints at x = 1, right ones at 0, a torso of 1."""
    joints = np.zeros((20, 17, 2))
    for number, name in enumerate(JOINTS):
        joints[:, number, 1] = 1 if name.startswith("left") else 0
        part = name.partition("_")[2]
        joints[:, number, 0] = {"hip": 1, "knee": 2, "ankle": 3}.get(part, 0)
    return joints


def found_at(joints, score=0.5):
    return np.concatenate([joints, np.full((*joints.shape[:2], 1), score)], axis=-1)


NONE = {
    "bias": np.zeros((17, 2)),
    **dict.fromkeys(("difficulty", "score_clip_sd"), np.array(0.0)),
    **{
        field.name: np.zeros(17)
        for field in dataclasses.fields(DetectionErrors)
        if field.name not in ("bias", "difficulty", "score_clip_sd")
    },
    "astray_frames": np.ones(17),
    "swapped_frames": np.ones(17),
    "score": np.full(17, 0.5),
}


def test_a_joint_that_is_always_as_far_off(standing):
    assert torso_length(standing) == 1
    found = [found_at(standing), found_at(standing)]
    found[0][:, ANKLE, 0] += 0.1
    found[1][:, ANKLE, 0] += 0.2
    errors = DetectionErrors.of(found, [standing, standing])
    assert errors.bias[ANKLE].tolist() == pytest.approx([0.15, 0])
    # Of two clips 0.05 above and below, along one axis of two.
    assert errors.clip_sd[ANKLE] == pytest.approx(0.05 / np.sqrt(2))
    assert np.delete(errors.bias, ANKLE, axis=0) == pytest.approx(0)
    assert errors.noise_sd == pytest.approx(0)
    assert (errors.astray == 0).all()
    assert errors.score == pytest.approx(0.5)


def test_noise_and_what_it_hands_on(standing):
    found = found_at(standing)
    found[:, WRIST, 0] += 0.2 * np.array([1, 1, -1, -1] * 5)
    errors = DetectionErrors.of([found], [standing])
    # 0.2 along one axis of two.
    assert errors.noise_sd[WRIST] == pytest.approx(0.2 / np.sqrt(2))
    # Of 19 pairs of neighbours, 10 are alike and 9 opposed.
    assert errors.noise_lag[WRIST] == pytest.approx(1 / 19)


def test_noise_is_measured_in_widths_of_the_frame(standing):
    signs = np.array([1, 1, -1, -1] * 5)
    near, far = found_at(standing), found_at(standing / 4)
    for found in (near, far):
        found[:, WRIST, 0] += 0.04 * signs
    errors = DetectionErrors.of([near, far], [standing, standing / 4])
    # As much in both, although it is four times as many torso lengths in the second.
    assert errors.noise_sd[WRIST] == pytest.approx(0.04 / np.sqrt(2))
    assert errors.difficulty == pytest.approx(0)


def test_some_clips_are_harder(standing):
    signs = np.array([1, 1, -1, -1] * 5)[:, np.newaxis]
    clips = []
    for factor in (0.5, 1, 2):
        found = found_at(standing)
        found[..., 0] += factor * 0.06 * signs
        clips.append(found)
    errors = DetectionErrors.of(clips, [standing] * 3)
    assert errors.noise_sd == pytest.approx(0.06 / np.sqrt(2))
    # Of the logarithms of 1/2, 1 and 2.
    assert errors.difficulty == pytest.approx(np.log(2) * np.sqrt(2 / 3))


def test_harder_clips_go_astray_more_often(standing):
    errors = DetectionErrors(
        **NONE
        | {
            "difficulty": np.array(0.5),
            "noise_sd": np.full(17, 0.01),
            "astray": np.full(17, 0.02),
            "astray_sd": np.full(17, 100.0),
        }
    )
    random = np.random.default_rng(0)
    noise, astray = [], []
    for _ in range(400):
        off = errors.put_on(standing, random)[..., :2] - standing
        away = np.abs(off).max(axis=-1) > 1
        astray.append(away.mean())
        noise.append(off[~away].std())
    hard = np.array(noise) > np.median(noise)
    assert np.mean(np.array(astray)[hard]) > 3 * np.mean(np.array(astray)[~hard])
    assert np.log(noise).std() == pytest.approx(0.5, abs=0.06)
    # As often as they say, over all clips.
    assert np.mean(astray) == pytest.approx(0.02, abs=0.004)


def test_episodes(standing):
    found = found_at(standing)
    found[4:8, ANKLE, :2] += [0, 3.0]
    found[4:8, ANKLE, 2] = 0.1
    for frames in (slice(2, 5), slice(10, 11)):
        both = [LEFT_KNEE, RIGHT_KNEE]
        found[frames, both] = found[frames][:, both[::-1]].swapaxes(0, 0)
    errors = DetectionErrors.of([found], [standing])
    assert (errors.astray[ANKLE], errors.astray_frames[ANKLE]) == (1 / 15, 4)
    # Half of normal errors of that standard deviation are farther away than 3.
    assert errors.astray_sd[ANKLE] == pytest.approx(3 / np.sqrt(2 * np.log(2)))
    assert (errors.score[ANKLE], errors.score_astray[ANKLE]) == (0.5, 0.1)
    # Two episodes, of three frames and of one, in 16 frames that were sound.
    assert errors.swapped[LEFT_KNEE] == errors.swapped[RIGHT_KNEE] == 2 / 15
    assert errors.swapped_frames[LEFT_KNEE] == 2
    assert errors.bias == pytest.approx(0)


def test_without_errors_joints_are_where_they_are(standing):
    found = DetectionErrors(**NONE).put_on(standing, np.random.default_rng(0))
    np.testing.assert_array_equal(found, found_at(standing))


def test_left_and_right_are_exchanged_together(standing):
    errors = DetectionErrors(**NONE | {"swapped": np.ones(17)})
    found = errors.put_on(standing, np.random.default_rng(0))[..., :2]
    exchanged = (found != standing).any(axis=-1)
    assert exchanged[:, LEFT_KNEE].any()
    np.testing.assert_array_equal(exchanged[:, LEFT_KNEE], exchanged[:, RIGHT_KNEE])
    np.testing.assert_array_equal(
        found[exchanged], standing[:, list(MIRRORED)][exchanged]
    )
    assert not exchanged[:, 0].any()  # a nose has no other


def test_what_is_put_on_is_what_was_measured():
    tracks = simulate_joints(240)
    random = np.random.default_rng(1)
    errors = DetectionErrors(
        **NONE
        | {
            "bias": np.tile([-0.05, 0.02], (17, 1)),
            "clip_sd": np.full(17, 0.05),
            "noise_sd": np.full(17, 0.004),
            "difficulty": np.array(0.3),
            "noise_lag": np.full(17, 0.5),
            "astray": np.full(17, 0.02),
            "astray_frames": np.full(17, 3.0),
            "astray_sd": np.full(17, 2.0),
            "score_astray": np.full(17, 0.2),
            "score_sd": np.full(17, 0.05),
        }
    )
    found = [errors.put_on(track.joints, random) for track in tracks]
    again = DetectionErrors.of(found, [track.joints for track in tracks])
    assert again.bias.mean(axis=0) == pytest.approx([-0.05, 0.02], abs=0.01)
    for name, tolerance in {
        "clip_sd": 0.01,
        "noise_sd": 0.0004,
        "noise_lag": 0.1,
        "difficulty": 0.05,
        "astray": 0.006,
        "astray_frames": 0.6,
        "astray_sd": 0.3,
        "score": 0.02,
        "score_astray": 0.05,
        "score_sd": 0.02,
    }.items():
        expected = np.mean(getattr(errors, name))
        assert getattr(again, name).mean() == pytest.approx(expected, abs=tolerance), (
            name
        )

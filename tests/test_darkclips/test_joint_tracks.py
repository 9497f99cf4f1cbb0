import numpy as np
import pytest

from darkclips.joints import JOINTS, joint_track, simulate_joints
from darkclips.manner import USUAL
from darkclips.motion import CLASSES
from darkclips.plan import MAX_FRAMES, MIN_FRAMES, clip_plan
from darkclips.staging import stage_clip
from darkhar.pose import joints

SPEC = clip_plan()[0]


def test_the_joints_that_movenet_finds():
    assert JOINTS == joints.JOINTS


def test_where_the_camera_sees_them():
    stage, track = stage_clip(SPEC, SPEC.rng()), joint_track(SPEC)
    assert track.joints.shape == (SPEC.frames, 17, 2)
    assert (track.label, track.seconds) == (SPEC.label, SPEC.frames / 30)
    columns, rows = stage.camera.project(stage.joints["left_knee"])
    # A frame's corner is at its shift in the unshifted picture.
    expected = np.stack([rows, columns], axis=1) - stage.shift[:, ::-1]
    found = track.joints[:, JOINTS.index("left_knee")]
    np.testing.assert_allclose(320 * found, expected)
    # With the camera's path added, as the first frame's camera would see them.
    still = 320 * (found + track.camera)
    np.testing.assert_allclose(still - still[0], expected_still(rows, columns))


def expected_still(rows, columns):
    unshifted = np.stack([rows, columns], axis=1)
    return unshifted - unshifted[0]


def test_the_face_is_where_a_face_is():
    for track in simulate_joints(12, manner=USUAL):
        nose, left_eye, right_eye, left_ear, right_ear = np.moveaxis(
            track.joints[:, :5], 1, 0
        )
        hips = track.joints[:, [11, 12]].mean(axis=1)
        shoulders = track.joints[:, [5, 6]].mean(axis=1)
        torso = np.median(np.linalg.norm(hips - shoulders, axis=1))
        eyes, ears = (left_eye + right_eye) / 2, (left_ear + right_ear) / 2
        # Eyes above the nose, in front of the ears to the same side as the nose.
        assert np.median(nose[:, 0] - eyes[:, 0]) > 0
        ahead = (eyes - ears)[:, 1] * (nose - ears)[:, 1]
        assert (ahead >= -1e-9).all()
        assert np.median(np.abs(eyes - shoulders)[:, 0]) < torso
        assert (np.linalg.norm(left_ear - right_ear, axis=1) < 0.6 * torso).all()


def test_actions_take_turns_and_clips_are_drawn():
    tracks = simulate_joints(13, seed=4)
    assert [track.label for track in tracks] == [n % len(CLASSES) for n in range(13)]
    lengths = [len(track.joints) for track in tracks]
    assert MIN_FRAMES <= min(lengths) < max(lengths) <= MAX_FRAMES
    # The same whatever comes after; others with another seed.
    for track, again in zip(simulate_joints(3, seed=4), tracks, strict=False):
        np.testing.assert_array_equal(track.joints, again.joints)
        np.testing.assert_array_equal(track.camera, again.camera)
    other = simulate_joints(1, seed=5)[0].joints
    assert other.shape != tracks[0].joints.shape or not np.allclose(
        other, tracks[0].joints
    )


@pytest.mark.parametrize("action", CLASSES)
def test_each_action_does_what_it_says(action):
    # Of the hips, with the camera held still: sitting ends lower, standing up higher.
    label = CLASSES.index(action)
    tracks = [t for t in simulate_joints(36, seed=1) if t.label == label]
    for track in tracks:
        still = track.joints + track.camera[:, np.newaxis]
        shoulders, hips = (still[:, pair].mean(axis=1) for pair in ([5, 6], [11, 12]))
        torso = np.linalg.norm(shoulders - hips, axis=1).mean()
        down = (hips[-1, 0] - hips[0, 0]) / torso
        if action in ("Sit", "Stand"):
            assert (down > 0.2) == (action == "Sit")
        elif action == "Turn":
            assert np.ptp(hips[:, 1]) < torso

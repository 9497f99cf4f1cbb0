"""The camera's motion, held to paths that are known."""

import cv2
import numpy as np
import pytest

from darkclips.clip import render_clip
from darkclips.joints import joint_track
from darkclips.plan import clip_plan
from darkhar.pose.camera import (
    camera_path,
    continued,
    from_own_first,
    held_still,
    is_supported,
    support,
)
from darkhar.pose.person_masking import person_boxes

HEIGHT, WIDTH = 120, 160
NOBODY = np.zeros(4)


def textured(seed=0):
    """A picture with corners to follow, larger than a frame."""
    random = np.random.default_rng(seed)
    coarse = random.uniform(20, 90, [40, 52]).astype(np.float32)
    return cv2.resize(coarse, (416, 320), interpolation=cv2.INTER_NEAREST)


def filmed(matrices):
    """Frames that show the picture through similarities from frame to picture."""
    frames = [
        cv2.warpAffine(
            textured(),
            matrix,
            (WIDTH, HEIGHT),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
        for matrix in matrices
    ]
    return np.repeat(np.stack(frames)[..., np.newaxis], 3, axis=3).astype(np.uint8)


def shifted(x, y, zoom=1.0, degrees=0.0):
    """From a frame to the picture: turned and enlarged about its corner, and moved."""
    turn = zoom * np.exp(1j * np.radians(degrees))
    return np.array([[turn.real, -turn.imag, 100 + x], [turn.imag, turn.real, 80 + y]])


def test_a_pan_is_found_and_taken_out():
    across = [0, 1.5, 4, 7.5, 12, 16, 19, 21]
    frames = filmed([shifted(x, 0.5 * x) for x in across])
    path = camera_path(frames, np.tile(NOBODY, (8, 1)))
    assert path.shape == (8, 5)
    np.testing.assert_allclose(path[:, 2] * WIDTH, across, atol=0.3)
    np.testing.assert_allclose(path[:, 3] * WIDTH, 0.5 * np.array(across), atol=0.3)
    # Nothing turns or comes nearer: a shift is all that is fitted.
    assert (path[:, :2] == [1, 0]).all()
    assert support(path) == 1
    # What stands still in the world stands still again.
    seen = np.stack([[0.4 - 0.5 * x / WIDTH, 0.5 - x / WIDTH] for x in across])
    still = held_still(seen[:, np.newaxis], path)
    np.testing.assert_allclose(still, np.tile([[0.4, 0.5]], (8, 1, 1)), atol=0.003)


def test_zoom_and_rotation_where_they_are():
    steps = np.arange(6)
    frames = filmed([shifted(0, 0, 1 - 0.01 * n, 0.6 * n) for n in steps])
    path = camera_path(frames, np.tile(NOBODY, (6, 1)))
    turn = path[:, 0] + 1j * path[:, 1]
    np.testing.assert_allclose(np.abs(turn), 1 - 0.01 * steps, atol=0.004)
    np.testing.assert_allclose(np.degrees(np.angle(turn)), 0.6 * steps, atol=0.15)


def test_held_still_by_hand():
    # A quarter turn and twice as near, then one width to the right.
    path = np.array([[1, 0, 0, 0, 9], [0, 2, 1, 0, 9]])
    points = np.array([[[0.2, 0.3]], [[0.2, 0.3]]])
    # 2i (0.3 + 0.2i) + 1 = 0.6 + 0.6i
    np.testing.assert_allclose(held_still(points, path), [[[0.2, 0.3]], [[0.6, 0.6]]])


def test_a_path_that_goes_on_and_a_piece_of_one_by_hand():
    # The frame lies twice as large, a quarter turn round, at (1, 2) of another's first.
    before = np.array([0, 2, 1, 2, 9.0])
    path = np.array([[1, 0, 0, 0, 0], [3, 0, 0.5, 0, 7.0]])
    # 2i (3 z + 0.5) + 1 + 2i = 6i z + 1 + 3i
    expected = np.array([[0, 2, 1, 2, 0], [0, 6, 1, 3, 7.0]])
    np.testing.assert_allclose(continued(path, before), expected)
    np.testing.assert_allclose(from_own_first(expected), path)
    points = np.random.default_rng(0).uniform(size=(2, 17, 2))
    np.testing.assert_allclose(
        held_still(points, continued(path, before)),
        held_still(held_still(points, path), np.repeat(before[np.newaxis], 2, axis=0)),
    )


def test_what_moves_in_the_box_is_not_the_camera():
    frames = filmed([shifted(0, 0)] * 6)
    patch = textured(1)[:90, :110]
    for number, frame in enumerate(frames):
        frame[20:110, 20 + 4 * number : 130 + 4 * number] = patch[..., np.newaxis]
    box = np.array([15 / HEIGHT, 10 / WIDTH, 115 / HEIGHT, 155 / WIDTH])
    path = camera_path(frames, np.tile(box, (6, 1)))
    assert np.abs(path[:, 2:4]).max() * WIDTH < 0.3
    without = camera_path(frames, np.tile(NOBODY, (6, 1)))
    assert np.abs(without[-1, 2]) * WIDTH > 15


@pytest.mark.parametrize("n_frames", [1, 4])
def test_where_nothing_is_seen_it_stands_still(n_frames):
    frames = np.zeros((n_frames, HEIGHT, WIDTH, 3), np.uint8)
    path = camera_path(frames, np.tile(NOBODY, (n_frames, 1)))
    assert (path == [1, 0, 0, 0, 0]).all()
    assert support(path) == (n_frames == 1)
    assert is_supported(path) == (n_frames == 1)


@pytest.mark.parametrize("factor", [3, 0.75])
def test_larger_and_smaller_pictures_of_the_same(factor):
    frames = filmed([shifted(x, 0) for x in (0, 3, 7, 12)])
    size = (round(factor * frames.shape[2]), round(factor * frames.shape[1]))
    resized = np.stack([cv2.resize(frame, size) for frame in frames])
    boxes = np.tile(NOBODY, (4, 1))
    found, expected = camera_path(resized, boxes), camera_path(frames, boxes)
    np.testing.assert_allclose(found[:, :4], expected[:, :4], atol=0.4 / WIDTH)
    assert (found[1:, 4] > 20).all()


def test_it_goes_on_as_before_while_it_is_lost_and_stops_at_last():
    frames = filmed([shifted(x, 0) for x in (0, 3, *[3] * 13)])
    frames[2:] = 0
    path = camera_path(frames, np.tile(NOBODY, (15, 1)))
    # Three pixels a frame, for ten frames after the second.
    expected = 3 * np.minimum(np.arange(15), 11)
    np.testing.assert_allclose(path[:, 2] * WIDTH, expected, atol=1.2)
    assert (path[11:, 2] == path[11, 2]).all()
    assert (path[:, 4] > 0).tolist() == [False, True, *[False] * 13]
    assert support(path) == pytest.approx(1 / 14)
    assert not is_supported(path)


@pytest.mark.slow
def test_embedded_clips_by_their_true_paths():
    # Two clips of each action, the darkest among them.
    errors, drifts = [], []
    for spec in clip_plan()[::7]:
        track = joint_track(spec)
        in_frame = track.joints * [320 / 240, 1]
        scores = np.ones((*in_frame.shape[:2], 1))
        boxes = person_boxes(np.concatenate([in_frame, scores], axis=2))
        path = camera_path(render_clip(spec), boxes)
        middle = np.tile([[[0.375, 0.5]]], (len(path), 1, 1))
        found = 320 * (held_still(middle, path) - middle)[:, 0]
        off = found - 320 * track.camera
        errors.append(np.median(np.hypot(*np.diff(off, axis=0).T)))
        drifts.append(np.hypot(*off.T).max())
    assert np.median(errors) < 0.15
    assert np.mean(np.array(drifts) < 3) >= 0.9

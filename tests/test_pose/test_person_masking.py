import numpy as np
import pytest

from darkhar.pose.person_masking import (
    always_covered,
    box_trace,
    boxes_at,
    mask_region,
    person_boxes,
)


def joints(top, left, bottom, right, n_frames=7):
    """Keypoints that fill a box, all seen."""
    random = np.random.default_rng(0)
    keypoints = np.ones((n_frames, 17, 3))
    keypoints[..., 0] = random.uniform(top, bottom, (n_frames, 17))
    keypoints[..., 1] = random.uniform(left, right, (n_frames, 17))
    keypoints[:, 0, :2] = top, left
    keypoints[:, 1, :2] = bottom, right
    return keypoints


def test_box_holds_the_joints_with_room():
    boxes = person_boxes(joints(0.3, 0.4, 0.7, 0.6))
    # A height of 0.4: room of 0.048 around, and 0.032 more above.
    np.testing.assert_allclose(boxes, [[0.22, 0.352, 0.748, 0.648]] * 7, atol=1e-9)


def test_a_stray_joint_does_not_count():
    keypoints = joints(0.3, 0.4, 0.7, 0.6)
    expected = person_boxes(keypoints)
    keypoints[:, 5] = [0.0, 0.0, 0.1]  # hardly seen
    np.testing.assert_allclose(person_boxes(keypoints), expected, atol=1e-9)


def test_a_box_covers_what_its_neighbours_cover():
    """A foot that one frame of nine shows lower: the two frames around, too."""
    keypoints = joints(0.3, 0.4, 0.7, 0.6, n_frames=9)
    keypoints[4, 1, 0] = 0.8
    # A height of 0.5: room of 0.06.
    bottom = [0.748] * 2 + [0.86] * 5 + [0.748] * 2
    boxes = person_boxes(keypoints)
    np.testing.assert_allclose(boxes[:, 2], bottom, atol=1e-9)
    # Room above grows with the height: 0.06 + 0.04.
    top = [0.22] * 2 + [0.2] * 5 + [0.22] * 2
    np.testing.assert_allclose(boxes[:, 0], top, atol=1e-9)


def test_trace_of_boxes():
    """A box of 0.4 by 0.2 that moves right by 0.1, then by 0.3."""
    lefts = np.array([0.1, 0.2, 0.5])
    boxes = np.stack([[0.3] * 3, lefts, [0.7] * 3, lefts + 0.2], axis=1)
    mean = [0.5, 0.8 / 3 + 0.1, 0.4, 0.2]
    deviation = [0, np.sqrt(np.mean((lefts - 0.8 / 3) ** 2)), 0, 0]
    change = [0, 0.2, 0, 0]
    np.testing.assert_allclose(
        box_trace(boxes), [*mean, *deviation, *change], atol=1e-12
    )
    np.testing.assert_allclose(
        box_trace(boxes[:1]), [0.5, 0.2, 0.4, 0.2] + 8 * [0], atol=1e-12
    )


def test_all_joints_count_where_few_are_seen():
    keypoints = joints(0.3, 0.4, 0.7, 0.6)
    keypoints[..., 2] = 0.05
    keypoints[:, 3, 2] = 0.9
    np.testing.assert_allclose(
        person_boxes(keypoints), person_boxes(joints(0.3, 0.4, 0.7, 0.6)), atol=1e-9
    )


def test_boxes_stay_in_the_frame():
    boxes = person_boxes(joints(0.0, 0.0, 1.0, 1.0))
    assert boxes.tolist() == [[0, 0, 1, 1]] * 7


def test_what_all_boxes_cover():
    boxes = np.array([[0.2, 0.1, 0.8, 0.5], [0.3, 0.2, 0.9, 0.6]])
    # 0.3 to 0.8 by 0.2 to 0.5.
    assert always_covered(boxes) == pytest.approx(0.15)
    assert always_covered(boxes[:1]) == pytest.approx(0.24)
    assert always_covered(np.array([[0, 0, 0.2, 0.2], [0.5, 0.5, 1, 1]])) == 0


def test_boxes_between_frames():
    known = np.array([[0.0, 0, 0, 0], [0.4, 0.2, 0.8, 1.0]])
    found = boxes_at(known, np.array([2, 6]), np.array([0, 3, 4, 9]))
    np.testing.assert_allclose(found[:, 0], [0, 0.1, 0.2, 0.4])
    np.testing.assert_allclose(found[2], [0.2, 0.1, 0.4, 0.5])


@pytest.fixture
def walk():
    """A bright square that moves over a graded background, and its boxes."""
    background = np.repeat(np.arange(40, 60, dtype=np.uint8)[:, np.newaxis], 30, axis=1)
    frames = np.repeat(np.stack([background] * 3, axis=-1)[np.newaxis], 5, axis=0)
    boxes = np.zeros((5, 4))
    for i in range(5):
        left = 2 + 5 * i
        frames[i, 6:14, left : left + 5] = 250
        boxes[i] = 6 / 20, left / 30, 14 / 20, (left + 5) / 30
    return frames, boxes, background


def test_a_person_who_moves_leaves_the_background(walk):
    frames, boxes, background = walk
    removed = mask_region(frames, boxes, "person removed")
    assert removed.dtype == np.uint8
    np.testing.assert_array_equal(
        removed, np.broadcast_to(background[..., np.newaxis], frames.shape)
    )


def test_a_still_background_is_one_image(walk):
    frames, boxes, background = walk
    frames[2, 0, 0] = 200  # a flicker outside all boxes
    still = mask_region(frames, boxes, "still background")
    assert still.dtype == np.uint8
    np.testing.assert_array_equal(
        still, np.stack([background] * 3, axis=-1)[np.newaxis]
    )
    # Without a box, the median of the frames.
    plain = mask_region(frames[:1], np.zeros((1, 4)), "still background")
    np.testing.assert_array_equal(plain, frames[:1])


def test_the_median_of_what_is_not_covered():
    frames = np.zeros((4, 2, 2, 3), np.uint8)
    frames[:, 0, 0] = np.array([200, 10, 31, 20])[:, np.newaxis]
    boxes = np.zeros((4, 4))
    # Of four, the mean of the middle two, and of 25.5 the even neighbour.
    assert (mask_region(frames, boxes, "still background")[0, 0, 0] == 26).all()
    boxes[0] = 0, 0, 0.5, 0.5
    assert (mask_region(frames, boxes, "still background")[0, 0, 0] == 20).all()


def test_what_was_never_seen_is_interpolated(walk):
    frames, boxes, background = walk
    still = np.repeat(frames[:1], 5, axis=0)
    removed = mask_region(still, np.repeat(boxes[:1], 5, axis=0), "person removed")
    assert removed.max() < 70
    np.testing.assert_allclose(removed[0, ..., 0], background, atol=6)


def test_person_only(walk):
    frames, boxes, _ = walk
    only = mask_region(frames, boxes, "person only")
    assert (only[0, 6:14, 2:7] == 250).all()
    outside = np.ones((20, 30), bool)
    outside[6:14, 2:7] = False
    assert (only[0][outside] == 0).all()


def test_a_box_over_everything(walk):
    frames, _, _ = walk
    removed = mask_region(frames, np.array([[0, 0, 1, 1.0]] * 5), "person removed")
    assert (removed == round(frames.mean())).all()

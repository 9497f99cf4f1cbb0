import numpy as np
import pytest

from darkhar.pose.joints import JOINTS
from darkhar.pose.tracking import crop_region, track_clip, whole_frame_region

# A frame as the real clips have it.
HEIGHT, WIDTH = 240, 320


def person(**changes):
    """Keypoints of a person, given in pixels, of score 0.9; changes by joint."""
    points = {name: (120, 160) for name in JOINTS}
    points |= {"left_shoulder": (90, 170), "right_shoulder": (90, 150)}
    points |= {"left_hip": (120, 165), "right_hip": (120, 155)}
    points |= {"nose": (70, 160), "left_ankle": (165, 165), "right_ankle": (165, 155)}
    rows = {name: (*point, 0.9) for name, point in points.items()} | changes
    keypoints = np.array([rows[name] for name in JOINTS], np.float32)
    keypoints[:, :2] /= (HEIGHT, WIDTH)
    return keypoints


def in_pixels(region):
    return region * [HEIGHT, WIDTH, HEIGHT, WIDTH]


def test_whole_frame_is_the_square_around_it():
    np.testing.assert_allclose(
        in_pixels(whole_frame_region(HEIGHT, WIDTH)), [-40, 0, 280, 320], rtol=1e-6
    )
    np.testing.assert_allclose(
        whole_frame_region(320, 240), [0, -1 / 6, 1, 7 / 6], rtol=1e-6
    )
    assert whole_frame_region(100, 100).tolist() == [0, 0, 1, 1]


def test_torso_or_body_decides():
    # Hips' middle is (120, 160). Torso: 30 to the shoulders, 57 with room. Body: 50
    # to the nose, 60 with room.
    region = crop_region(person(), HEIGHT, WIDTH)
    np.testing.assert_allclose(in_pixels(region), [60, 100, 180, 220], rtol=1e-5)
    # Without the nose, ankles at 45: 54 is less than the torso's 57.
    region = crop_region(person(nose=(70, 160, 0.1)), HEIGHT, WIDTH)
    np.testing.assert_allclose(in_pixels(region), [63, 103, 177, 217], rtol=1e-5)
    # An arm stretched out sideways, 60 from the middle: 72.
    region = crop_region(person(left_wrist=(120, 220, 0.2)), HEIGHT, WIDTH)
    np.testing.assert_allclose(in_pixels(region), [48, 88, 192, 232], rtol=1e-5)


def test_region_may_reach_beyond_the_frame():
    moved = person()
    moved[:, 1] -= 120 / WIDTH  # middle of the hips at x = 40
    region = crop_region(moved, HEIGHT, WIDTH)
    np.testing.assert_allclose(in_pixels(region), [60, -20, 180, 100], atol=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {"left_hip": (120, 165, 0.2), "right_hip": (120, 155, 0.1)},
        {"left_shoulder": (90, 170, 0.2), "right_shoulder": (90, 150, 0.2)},
        # 1.9 * 90 is more than half of 320, and so is the way to the far side.
        {"left_shoulder": (30, 160, 0.9), "left_hip": (120, 100, 0.9)},
    ],
)
def test_whole_frame_without_torso_or_too_close(changes):
    region = crop_region(person(**changes), HEIGHT, WIDTH)
    np.testing.assert_array_equal(region, whole_frame_region(HEIGHT, WIDTH))


def test_no_farther_than_the_far_side():
    # A shoulder at 90: 171 with room, cut to 160, the way to either side.
    region = crop_region(person(left_shoulder=(30, 160, 0.9)), HEIGHT, WIDTH)
    np.testing.assert_allclose(in_pixels(region), [-40, 0, 280, 320], atol=1e-4)


def test_one_hip_and_one_shoulder_are_a_torso():
    # Where the other two are said to be counts all the same.
    seen = {"right_hip": (120, 155, 0.21), "left_hip": (120, 165, 0)}
    seen |= {"right_shoulder": (90, 150, 0.21), "left_shoulder": (80, 170, 0)}
    # Left shoulder at 40 of the torso: 76. Nose at 50: 60.
    region = crop_region(person(**seen), HEIGHT, WIDTH)
    np.testing.assert_allclose(in_pixels(region), [44, 84, 196, 236], rtol=1e-5)


def test_each_frame_is_looked_at_where_the_person_was():
    found = [person(), person(nose=(70, 160, 0.1)), person()]

    class FakeMoveNet:
        regions = ()

        def detect_in(self, frames, boxes):
            assert frames.shape == (1, HEIGHT, WIDTH, 3)
            self.regions += (boxes[0],)
            return found[len(self.regions) - 1][np.newaxis]

    movenet = FakeMoveNet()
    clip = track_clip(movenet, np.zeros([3, HEIGHT, WIDTH, 3], np.uint8))
    np.testing.assert_array_equal(clip, found)
    assert clip.dtype == np.float32
    expected = [whole_frame_region(HEIGHT, WIDTH)]
    expected += [crop_region(keypoints, HEIGHT, WIDTH) for keypoints in found[:2]]
    np.testing.assert_array_equal(movenet.regions, expected)
    # On from another clip, whose last keypoints were these.
    again = FakeMoveNet()
    track_clip(again, np.zeros([1, HEIGHT, WIDTH, 3], np.uint8), found[1])
    np.testing.assert_array_equal(again.regions, expected[2:])

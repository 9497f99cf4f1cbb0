"""Joints and answers drawn into frames."""

import matplotlib as mpl
import numpy as np

from darkhar.data.video import decode_frames
from darkhar.figures.annotated_video import draw_joints, write_annotated
from darkhar.figures.style import LEFT_COLOUR, RIGHT_COLOUR
from darkhar.pose.joints import JOINTS
from darkhar.recognizer.timeline import Segment


def rgb(colour):
    return tuple(int(255 * part) for part in mpl.colors.to_rgb(colour))


def person(**places):
    """Keypoints in widths of the frame, y and x; those not named are not seen."""
    keypoints = np.zeros((17, 3))
    for name, place in places.items():
        keypoints[JOINTS.index(name)] = (*place, 0.9)
    return keypoints


def test_bones_of_both_sides_in_their_colours():
    frame = np.zeros((360, 600, 3), np.uint8)
    keypoints = person(
        left_hip=(0.1, 0.2),
        left_knee=(0.5, 0.2),
        right_hip=(0.1, 0.8),
        right_knee=(0.5, 0.8),
        left_ankle=(0.5, 0.5),
    )
    keypoints[JOINTS.index("left_ankle"), 2] = 0.1  # not seen
    drawn = draw_joints(frame, keypoints)
    assert tuple(drawn[180, 120]) == rgb(LEFT_COLOUR)
    assert tuple(drawn[180, 480]) == rgb(RIGHT_COLOUR)
    assert tuple(drawn[60, 300]) == (255, 255, 255)  # from hip to hip
    assert not drawn[240:, 180:420].any() and not frame.any()


def test_the_answer_of_the_time_stands_in_each_frame(tmp_path):
    frames = [np.full((65, 101, 3), 128, np.uint8)] * 6
    segments = [
        Segment(0, 0.1, "Run", 0.9),
        Segment(0.1, 0.2, None, 0.2, "nobody seen"),
    ]
    path = tmp_path / "video.mp4"
    nobody = np.zeros((6, 17, 3))
    write_annotated(path, frames, nobody, segments, brighten=lambda x: x // 2, fps=30.0)
    seen = decode_frames(path)
    # An odd last row and column are left out; what is not written on is brightened.
    assert seen.shape == (6, 64, 100, 3)
    assert abs(seen[:, 40:].mean() - 64) < 3
    labels = seen[:, :14].astype(float)
    assert (
        np.abs(labels[0] - labels[2]).mean() < 3 < np.abs(labels[2] - labels[3]).mean()
    )

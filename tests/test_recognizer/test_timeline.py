"""Windows of a video, with a classifier whose answers are known."""

import numpy as np
import pytest

from darkhar.config import ParameterError
from darkhar.recognizer import Recognizer
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.recognizer import Sighting
from darkhar.recognizer.simulated import SETTINGS
from darkhar.recognizer.timeline import Moment, Segment, segments, timeline
from darkhar.recognizer.verdict import NOBODY_SEEN, NOT_SURE, Verdict

FPS = 10.0


def by_height(poses):
    """The higher the joints are in the picture at the end, the surer "Up"."""
    up = 1 - poses.keypoints[:, -1, 0, 0]
    return np.log(
        np.stack([0.98 * up, 0.98 * (1 - up), np.full(len(up), 0.02)], axis=1)
    )


RECOGNIZER = Recognizer(
    SETTINGS.replace(pose_samples=4), ("Up", "Down"), by_height, Confidence(1.0, 0.6)
)


def sighting(heights, shots=(0,)):
    """The camera stands still; of each frame how far down the joints are."""
    keypoints = np.full((len(heights), 17, 3), 0.9)
    keypoints[..., 0] = np.array(heights)[:, np.newaxis]
    path = np.tile([1.0, 0, 0, 0, 9], (len(heights), 1))
    return Sighting(keypoints, path, FPS, shots)


def spans(moments):
    return [(moment.start, moment.end) for moment in moments]


def test_windows_every_step_and_one_at_the_end():
    found = timeline(RECOGNIZER, sighting([0.1] * 33), window=2, step=0.5)
    assert spans(found) == [(0, 2), (0.5, 2.5), (1, 3), (1.3, 3.3)]
    assert {moment.verdict.action for moment in found} == {"Up"}
    found = timeline(RECOGNIZER, sighting([0.1] * 30), window=2, step=0.5)
    assert spans(found) == [(0, 2), (0.5, 2.5), (1, 3)]
    found = timeline(RECOGNIZER, sighting([0.1] * 8), window=2, step=0.5)
    assert spans(found) == [(0, 0.8)]


def test_no_more_windows_than_frames():
    found = timeline(RECOGNIZER, sighting([0.1] * 12), window=1, step=1e-9)
    assert spans(found) == [(0, 1), (0.1, 1.1), (0.2, 1.2)]
    found = timeline(RECOGNIZER, sighting([0.1] * 12), window=1, step=1e9)
    assert spans(found) == [(0, 1), (0.2, 1.2)]


def test_no_window_reaches_into_the_next_shot():
    seen = sighting([0.1] * 12 + [0.9] * 25, shots=(0, 12))
    found = timeline(RECOGNIZER, seen, window=2, step=0.5)
    assert spans(found) == [(0, 1.2), (1.2, 3.2), (1.7, 3.7)]
    assert [moment.verdict.action for moment in found] == ["Up", "Down", "Down"]
    assert segments(found) == [
        Segment(0, 1.2, "Up", pytest.approx(0.882)),
        Segment(1.2, 3.7, "Down", pytest.approx(0.882)),
    ]


def test_each_is_judged_by_what_is_seen_in_it():
    seen = sighting([0.1] * 10 + [0.9] * 10)
    seen.keypoints[10:, :, 2] = 0.1
    found = timeline(RECOGNIZER, seen, window=1, step=0.5)
    assert [moment.verdict.unsure for moment in found] == ["", "", NOBODY_SEEN]


def test_segments():
    up, down = Verdict({"Up": 0.9, "Down": 0.1}), Verdict({"Up": 0.2, "Down": 0.8})
    unsure = Verdict({"Up": 0.5, "Down": 0.4}, NOT_SURE)
    nobody = Verdict({}, NOBODY_SEEN)
    verdicts = [up, Verdict({"Up": 0.7, "Down": 0.3}), unsure, nobody, nobody, down]
    moments = [Moment(i, i + 2, verdict) for i, verdict in enumerate(verdicts)]
    assert segments(moments) == [
        Segment(0, 2.5, "Up", pytest.approx(0.8)),
        # The most frequent reason; of those who are not seen the probability is none.
        Segment(2.5, 5.5, None, pytest.approx(0.5 / 3), NOBODY_SEEN),
        Segment(5.5, 7, "Down", pytest.approx(0.8)),
    ]


@pytest.mark.parametrize(
    ("window", "step", "words"),
    [
        (0.4, 0.5, "a window lasts 0.5 s or longer. Received: 0.4"),
        (float("nan"), 0.5, "Received: nan"),
        (float("inf"), 0.5, "Received: inf"),
        (2, 0, "a step is longer than no time. Received: 0"),
    ],
)
def test_windows_that_cannot_be_judged(window, step, words):
    with pytest.raises(ParameterError, match=words):
        timeline(RECOGNIZER, sighting([0.1] * 33), window=window, step=step)

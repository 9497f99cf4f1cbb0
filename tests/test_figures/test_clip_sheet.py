"""A clip on one sheet."""

import matplotlib as mpl
import numpy as np
import pytest

from darkhar.figures.clip_sheet import plot_clip_sheet
from darkhar.recognizer.recognizer import Sighting
from darkhar.recognizer.timeline import Moment, Segment
from darkhar.recognizer.verdict import NOBODY_SEEN, Verdict

# The hips stay in the middle of the picture while the camera goes right.
KEYPOINTS = np.full((30, 17, 3), 0.5)
PATH = np.array([[1, 0, i / 30, 0, 9] for i in range(30)], float)
MOMENTS = [
    Moment(0, 1, Verdict({"Run": 0.9, "Walk": 0.1})),
    Moment(1, 2, Verdict({"Run": 0.7, "Walk": 0.3})),
    Moment(2, 3, Verdict({}, NOBODY_SEEN)),
]


def sheet(path=PATH, moments=MOMENTS, segments=None):
    frames = np.full((3, 24, 32, 3), 90, np.uint8)
    segments = segments or [
        Segment(0, 2, "Run", 0.8),
        Segment(2, 3, None, 0.0, NOBODY_SEEN),
    ]
    seen = Sighting(KEYPOINTS, path, 10.0)
    numbers = np.array([5, 15, 25])
    options = {"title": "clip.mp4", "threshold": 0.6}
    return plot_clip_sheet(frames, numbers, seen, moments, segments, **options)


def axes_of(figure):
    """Those of frames, of the hips, of the answers and of the probabilities."""
    *frames, hips, answers, lines = figure.axes
    return frames, hips, answers, lines


def test_what_is_drawn():
    frames, hips, answers, lines = axes_of(sheet())
    assert [ax.get_title() for ax in frames] == ["0.5 s", "1.5 s", "2.5 s"]
    filmed, dot, still, _ = hips.lines
    assert set(filmed.get_xdata()) == {0.5} and dot.get_marker() == "o"
    np.testing.assert_allclose(still.get_xdata(), 0.5 + np.arange(30) / 30)
    assert [text.get_text() for text in answers.texts] == ["Run", "unsure"]
    run, walk, threshold = lines.lines
    np.testing.assert_array_equal(run.get_xdata(), [0.5, 1.5, 2.5])
    np.testing.assert_array_equal(run.get_ydata(), [0.9, 0.7, np.nan])
    assert walk.get_label() == "Walk" and set(threshold.get_ydata()) == {0.6}
    assert answers.get_xlim() == lines.get_xlim() == (0, 3)
    # An answer has the colour of its line.
    (bar, _) = answers.collections
    colour = mpl.colors.to_rgba(run.get_color())
    assert tuple(bar.get_facecolor()[0]) == pytest.approx(colour)


@pytest.mark.parametrize(
    ("segments", "words"),
    [
        ([Segment(0, 3, "Run", 0.8)], "clip.mp4: Run (0.80)"),
        ([Segment(0, 3, None, 0.2, NOBODY_SEEN)], "clip.mp4: unsure (nobody seen)"),
        (None, "clip.mp4: 2 segments in 3.0 s"),
    ],
)
def test_headline(segments, words):
    figure = sheet(segments=segments)
    assert figure.subfigs[0].get_suptitle() == words


def test_where_nothing_could_be_judged():
    lost = PATH.copy()
    lost[:, 4] = 0
    nobody = [Moment(0, 3, Verdict({}, NOBODY_SEEN))]
    _, hips, _, lines = axes_of(sheet(lost, nobody))
    assert [line.get_label() for line in hips.lines[::2]] == ["as filmed"]
    assert len(lines.lines) == 1 and lines.get_legend() is None

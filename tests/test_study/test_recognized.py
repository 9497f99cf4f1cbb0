"""What the recognizer says of a run's clips, with verdicts that are known."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from made_clips import clips_of

from darkclips.motion import CLASSES
from darkhar.config import make_parameters
from darkhar.recognizer import Recognizer
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.simulated import SETTINGS
from darkhar.recognizer.verdict import NOT_SURE, Verdict
from darkhar.study import recognized as module
from darkhar.study.recognized import COLUMNS, answers, recognized, recognized_table


def test_answers_by_hand():
    verdicts = [
        Verdict({"Run": 0.7, "Walk": 0.2}),
        Verdict({"Run": 0.6, "Walk": 0.4}),
        Verdict({"Run": 0.3, "Walk": 0.4}, NOT_SURE),
        Verdict({}, "nobody seen"),
    ]
    found = answers(verdicts, ["Run", "Walk", "Walk", "Run"])
    # Likeliest: the first and the third; answered: the first, rightly, and the second.
    assert (found["n"], found["likeliest"], found["answered"]) == (4, 0.5, 0.5)
    assert found["right"] == 0.5 and tuple(found) == COLUMNS
    assert 0 < found["low"] < 0.5 < found["high"] < 1
    assert answers(verdicts[2:], ["Walk", "Run"])["right"] == ""


@dataclasses.dataclass
class Layout:
    class_names: tuple


@dataclasses.dataclass
class Source:
    """Clips of classes named by hand, of 240 by 320 pixels, which last a second."""

    layout: Layout
    labels: tuple
    embedded: bool = False

    def clips(self, split):
        clips = clips_of(self.labels[: 3 if split == "val" else None], n_classes=7)
        return dataclasses.replace(clips, class_names=self.layout.class_names)


@pytest.fixture
def looked(monkeypatch):
    """All joints of a clip are as far down as its number in the split in hundredths,
    and the recognizer takes these for the number of an action."""
    asked = []

    def tracks(source, split, parameters):
        asked.append((split, parameters.pose_model))
        n = len(source.clips(split))
        return [[np.full((30, 17, 3), i / 100 + 0.5) for i in range(n)]]

    def classify(poses):
        number = (poses.keypoints[:, 0, 0, 0] * 4 / 3 - 0.5) * 100
        return np.eye(7)[number.round().astype(int)] * 9

    def load_recognizer(settings):
        return Recognizer(settings, CLASSES, classify, Confidence(1.0, 0.5))

    still = np.tile([1.0, 0, 0, 0, 9], (30, 1))
    paths = lambda source, split, parameters: [still] * len(source.clips(split))  # noqa: E731
    monkeypatch.setattr(module, "tracks", tracks)
    monkeypatch.setattr(module, "camera_paths", paths)
    monkeypatch.setattr(module, "load_recognizer", load_recognizer)
    return asked


NAMES = ("jump", "Run", "Sit", "Stand", "Turn", "Walk", "Wave")


def test_each_clip_is_judged_in_widths_of_its_frame(looked):
    source = Source(Layout(NAMES), (0, 1, 2, 3, 4, 5, 6))
    found = recognized(source, "train", module.load_recognizer(SETTINGS))
    assert [verdict.action for verdict in found] == [*CLASSES, None]


def test_clips_of_classes_that_are_acted(looked):
    # The last clip is of a class that nobody acts; the second is named wrongly.
    source = Source(Layout(NAMES), (0, 2, 2, 3, 4, 5, 6))
    parameters = make_parameters({"pose_model": "movenet_thunder"})
    table = recognized_table(source, parameters)
    assert table[["looked at by", "clips", "n"]].to_numpy().tolist() == [
        ["movenet_lightning", "training", 6],
        ["movenet_lightning", "validation", 3],
        ["movenet_thunder", "training", 6],
        ["movenet_thunder", "validation", 3],
    ]
    assert table["likeliest"].tolist() == pytest.approx([5 / 6, 2 / 3] * 2)
    assert table["right"].tolist() == table["likeliest"].tolist()
    assert ("train", "movenet_thunder") in looked


@pytest.mark.parametrize(
    "source",
    [
        Source(Layout(("cook", "read")), (0, 1, 0)),
        Source(Layout(NAMES), (0, 1, 2), embedded=True),
    ],
    ids=["classes that nobody acts", "embedded clips"],
)
def test_of_whom_it_is_not_asked(source):
    table = recognized_table(source, make_parameters({}))
    assert isinstance(table, pd.DataFrame) and len(table) == 0
    assert tuple(table.columns) == ("looked at by", "clips", *COLUMNS)

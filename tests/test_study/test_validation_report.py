import dataclasses

import numpy as np
import pytest
from made_clips import clips_of

from darkhar.config import make_parameters
from darkhar.study.study import Study
from darkhar.study.validation_report import ValidationReport


@dataclasses.dataclass(frozen=True)
class Sure(ValidationReport):
    """Sure of an answer for each validation clip, whatever was fitted."""

    study: Study
    answers: list

    @property
    def logits(self):
        return 50.0 * np.eye(3)[self.answers]


def test_what_is_said_of_the_validation_clips():
    train, val = clips_of([0, 0, 1, 2]), clips_of([0, 1, 1, 2])
    report = Sure(Study(train, val, make_parameters({})), [0, 1, 2, 2])
    validation = report.validation
    assert (validation["correct"], validation["n"]) == (3, 4)
    # One of four is wrong, by fifty: the others cost nothing.
    assert validation["loss"] == pytest.approx(50 / 4)
    assert report.confusion.to_numpy()[:, -3:].tolist() == [
        [1, 0, 0],
        [0, 1, 1],
        [0, 0, 1],
    ]
    assert report.per_class["recall"].tolist() == [1, 0.5, 1]
    assert report.per_class["precision"].tolist() == [1, 1, 0.5]


def test_clips_without_labels_are_named_and_not_scored():
    train = clips_of([0, 0, 1, 2])
    val = dataclasses.replace(clips_of([0, 1]), labels=np.array([-1, 1]))
    val = dataclasses.replace(val, class_names=train.class_names)
    study = Study(train, val, make_parameters({}))
    assert not study.has_labels
    assert dataclasses.replace(study, val=train).has_labels
    table = Unsure(study, []).predictions
    assert table["clip"].tolist() == ["clip 0", "clip 1"]
    assert table["action"].tolist() == ["class 1", "class 2"]
    # One odd against two others of one, and of e times less.
    assert table["probability"].tolist() == pytest.approx([2 / 4, 1 / (1 + 2 / np.e)])


@dataclasses.dataclass(frozen=True)
class Unsure(Sure):
    """Less sure of its answers."""

    @property
    def logits(self):
        return np.array([[0, np.log(2), 0], [0, 0, 1.0]])

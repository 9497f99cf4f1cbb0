import dataclasses

import made_clips
import numpy as np
import pytest

from darkclips.motion import CLASSES, OTHERS
from darkhar.config import DataError
from darkhar.recognizer import confidence
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.simulated import SETTINGS
from darkhar.recognizer.strangers import Strangers, with_none


def test_probabilities_leave_out_none_of_these():
    logits = np.log([[0.6, 0.3, 0.1]])
    assert Confidence(1.0, 0.5).probabilities(logits).tolist() == [
        pytest.approx([0.6, 0.3])
    ]
    # At twice the temperature the odds are square roots.
    roots = np.sqrt([0.6, 0.3, 0.1])
    found = Confidence(2.0, 0.5).probabilities(logits)
    assert found[0] == pytest.approx(roots[:2] / roots.sum())


def test_answers_at_the_threshold_or_above():
    logits = np.log([[0.6, 0.3, 0.1], [0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    found = Confidence(1.0, 0.5 - 1e-9)
    assert found.surest(logits) == pytest.approx([0.6, 0.5, 0.2])
    assert found.answers(logits).tolist() == [True, True, False]


def test_one_in_five_strangers_may_be_answered(monkeypatch):
    monkeypatch.setattr(confidence, "fitted_temperature", lambda *_: 1.0)
    sure = [0.905, 0.805, 0.705, 0.605, 0.505]
    strangers = np.log([[p, (1 - p) / 2, (1 - p) / 2] for p in sure])
    known = np.log([[0.9, 0.05, 0.05]])
    found = Confidence.fitted(known, np.array([0]), strangers)
    assert found == Confidence(1.0, pytest.approx(0.81))


def test_where_all_strangers_are_sure_hardly_anything_is_answered(monkeypatch):
    monkeypatch.setattr(confidence, "fitted_temperature", lambda *_: 1.0)
    strangers = np.log([[0.998, 0.001, 0.001]] * 4)
    found = Confidence.fitted(strangers[:1], np.array([0]), strangers)
    assert found.threshold == 0.99


def test_strangers_do_nothing_that_is_a_class():
    every = Strangers.of(SETTINGS, CLASSES)
    assert tuple(every.simulations) == OTHERS
    some = Strangers.of(SETTINGS, ("walk", "DRINK", "pick"))
    assert list(some.simulations) == ["Stand about", "Wave"]
    with pytest.raises(DataError, match="a class is called 'none of these'"):
        with_none(clips_of([0, 1], class_names=("a", "none of these")))


def clips_of(labels, class_names):
    return dataclasses.replace(made_clips.clips_of(labels), class_names=class_names)

"""When a recognizer says that it is unsure."""

import dataclasses

import numpy as np
import pytest
from made_clips import clips_of, study_of

from darkclips.motion import CLASSES, OTHERS
from darkhar.config import make_parameters
from darkhar.evaluation.calibration import calibration_error, fitted_temperature
from darkhar.pose.simulated_poses import Simulation
from darkhar.recognizer import confidence, strangers
from darkhar.study.open_set import OpenSet, open_set


def logits_of(*probabilities):
    return np.log(np.array(probabilities))


@pytest.fixture
def verdicts(monkeypatch):
    """Two classes and none of these; temperatures are left at one."""
    monkeypatch.setattr(confidence, "fitted_temperature", lambda logits, labels: 1.0)
    known = logits_of(
        [0.9, 0.05, 0.05], [0.7, 0.2, 0.1], [0.3, 0.5, 0.2], [0.1, 0.2, 0.7]
    )
    strangers = {
        "Wave": logits_of([0.605, 0.195, 0.2], [0.1, 0.1, 0.8]),
        "Drink": logits_of([0.305, 0.295, 0.4], [0.2, 0.2, 0.6], [0.2, 0.25, 0.55]),
    }
    new = logits_of([0.8, 0.1, 0.1], [0.1, 0.2, 0.7])
    return OpenSet(known, np.array([0, 1, 1, 1]), strangers, new, np.array([0, 1]))


def test_threshold_and_who_is_answered(verdicts):
    # Of five strangers one may be answered; the second surest is so by 0.305.
    assert verdicts.threshold == pytest.approx(0.31)
    table = verdicts.table().set_index("clips")
    held_out = table.loc["training, held out"]
    # The last is none of these to 0.7; of the other three the second is wrong.
    assert held_out["answered"] == 0.75 and held_out["right"] == pytest.approx(2 / 3)
    new = table.loc["validation"]
    assert (new["answered"], new["right"]) == (0.5, 1)
    assert table.loc["simulated: wave", "answered"] == 0.5
    assert table.loc["simulated: drink", "answered"] == 0
    assert table.loc["simulated: drink", "right"] == ""
    assert verdicts.words() == (
        "With answers of a probability of 0.31 or more alone, the recognizer answers"
        " 75% of 4 clips that it was not fitted on and is right in 67% of these; of 5"
        " simulated people who do something that nobody did among the fitted ones it"
        " answers 20%."
    )


def test_curve(verdicts):
    curve = verdicts.curve().set_index("threshold")
    assert curve.loc[0.0].tolist() == [1, 0.75, 1]
    assert curve.loc[0.6].tolist() == pytest.approx([0.5, 0.5, 0.2])
    last = curve.loc[0.99]
    assert last["answered"] == 0 and np.isnan(last["accuracy"])
    assert (np.diff(curve["strangers"]) <= 0).all()


def test_probabilities_are_those_of_the_temperature(verdicts, monkeypatch):
    monkeypatch.setattr(confidence, "fitted_temperature", fitted_temperature)
    expected = fitted_temperature(verdicts.known, verdicts.labels)
    found = verdicts.calibration()
    assert found["temperature"] == expected != 1
    # Of each clip by the temperature of the others: here all but itself.
    rows = np.arange(4)
    scaled = np.stack(
        [
            verdicts.known[i]
            / fitted_temperature(verdicts.known[rows != i], verdicts.labels[rows != i])
            for i in rows
        ]
    )
    assert found["error"] == pytest.approx(calibration_error(scaled, verdicts.labels))


@pytest.mark.slow
def test_each_action_is_tried_out_on_those_who_have_not_seen_it(
    few_simulated, monkeypatch
):
    monkeypatch.setattr(strangers, "FITTED", 30)
    monkeypatch.setattr(strangers, "TRIED", 20)
    simulation = Simulation.of(make_parameters({}), 36)
    labels = simulation.labels(CLASSES)
    scenes = np.array(["a", "b"])[np.arange(36) // 6 % 2]
    clips = dataclasses.replace(
        clips_of(labels, scenes, poses=simulation.poses(16)), class_names=CLASSES
    )
    study = study_of(clips, clips.select(np.arange(12)), folds=2)
    verdicts = open_set(study)
    assert verdicts.known.shape == (36, 7) and verdicts.new.shape == (12, 7)
    assert list(verdicts.strangers) == list(OTHERS)
    assert {x.shape for x in verdicts.strangers.values()} == {(20, 7)}
    # Acting as the fitted ones do, most are known.
    assert (verdicts.known[:, :-1].argmax(axis=1) == labels).mean() > 0.6
    # Those who wave are strangers even to whom has not seen any.
    assert (verdicts.strangers["Wave"].argmax(axis=1) == 6).mean() > 0.5

import numpy as np
import pytest

from darkhar.config import ParameterError, make_parameters
from darkhar.study.clip_models import ClipModel
from darkhar.study.protocols import (
    PROTOCOLS,
    possible_protocols,
    protocol_folds,
    protocol_logits,
    study_seeds,
)

LABELS = np.repeat([0, 1], 6)
SCENES = np.array(list("aaabbbcccddd"))
PARAMETERS = make_parameters({"folds": 2, "seed": 5, "study_seeds": 3})


def test_every_protocol_has_its_leak_and_folds():
    assert possible_protocols(PARAMETERS, LABELS, SCENES) == list(PROTOCOLS)
    counts = {
        name: folds and len(folds)
        for name in PROTOCOLS
        for folds in [protocol_folds(name, PARAMETERS, LABELS, SCENES)]
    }
    assert counts == {
        "stratified": 2,
        "leave_one_scene_out": 4,
        "scene_grouped": 2,
        "class_scene_grouped": 2,
        "official": None,
    }
    for protocol in PROTOCOLS.values():
        assert protocol.leak.endswith(".")


def test_without_scenes_two_protocols_remain():
    unknown = np.array([""] * 12)
    assert possible_protocols(PARAMETERS, LABELS, unknown) == [
        "stratified",
        "official",
    ]


def test_unknown_protocol():
    with pytest.raises(ParameterError, match="Received: 'holdout'"):
        protocol_folds("holdout", PARAMETERS, LABELS, SCENES)


def test_logits_for_several_seeds():
    def held_out(folds, seed):
        """Which fold held the clip out, and the seed."""
        logits = np.zeros((12, 2))
        for number, fold in enumerate(folds):
            logits[fold.held_out] = [number, seed]
        return logits

    model = ClipModel("m", held_out, lambda seed: np.full((4, 2), seed), True)
    logits = protocol_logits(model, "stratified", PARAMETERS, LABELS, SCENES)
    assert logits.shape == (3, 12, 2)
    assert logits[:, 0, 1].tolist() == [5, 6, 7]
    # Another seed is another division at random.
    assert len({tuple(row) for row in logits[..., 0]}) > 1
    official = protocol_logits(model, "official", PARAMETERS, LABELS, SCENES, seeds=2)
    assert official[:, 0, 0].tolist() == [5, 6]
    alone = protocol_logits(model, "leave_one_scene_out", PARAMETERS, LABELS, SCENES)
    assert alone[:, 0, 1].tolist() == [5]


def test_seeds_stay_in_range():
    last = make_parameters({"seed": 2**31 - 1, "study_seeds": 2})
    assert study_seeds(last) == [2**31 - 1, 0]

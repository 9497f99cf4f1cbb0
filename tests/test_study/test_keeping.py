"""What notebooks keep: described, on the shelf, loaded again; a run's recognizer."""

import dataclasses
import json
import types

import numpy as np
import pandas as pd
import pytest
from made_clips import clips_of, moving_poses, study_of

from darkhar.config import Parameters, make_parameters
from darkhar.pipeline.record import Record, write_record
from darkhar.pipeline.run_recognizer import load_run_recognizer
from darkhar.pose.simulated_poses import NONE_OF_THESE
from darkhar.recognizer.strangers import with_none
from darkhar.results import glued_models
from darkhar.results.glued_models import GluedModel, description_key
from darkhar.store.shelf import Shelf
from darkhar.study import keeping
from darkhar.study.keeping import keep_model, keep_recognizer, said
from darkhar.study.open_set import open_set, open_set_fit
from darkhar.training.kept_models import load_model
from darkhar.training.pose_fits import pose_fit

SOURCE = types.SimpleNamespace(fingerprint="f" * 64, embedded=False)
TABLE = pd.DataFrame({"clips held out": ["at random"], "accuracy": [np.float64(0.5)]})


@pytest.fixture
def glued(monkeypatch):
    """What was glued, by name."""
    values = {}
    monkeypatch.setattr(glued_models, "glue", values.__setitem__)
    return values


def make_study(**parameters):
    labels = np.tile([0, 1], 10)
    clips = clips_of(labels, list("abab" * 5), poses=moving_poses(labels))
    clips = dataclasses.replace(clips, class_names=("Jump", "Run"))
    return study_of(clips, clips.select(np.arange(6)), folds=2, **parameters)


def fetch(glued, folder):
    """As a run does."""
    folder.mkdir()
    (model,) = GluedModel.all_of(glued)
    for file, digest in model.sha256.items():
        (folder / file).write_bytes(Shelf("models").get(digest))
    path = folder / f"{model.name}.json"
    path.write_bytes(Shelf("models").get(model.key))
    return path


def test_a_model_is_kept_and_described(glued, tmp_path):
    study = make_study(seed=3)
    fit = pose_fit("kinematics", study.parameters)
    fitted = fit.fit_all(study.train, 3)
    words = keep_model("pose", fitted, fit, study, SOURCE, accuracy=TABLE)
    assert words == "kept: pose.skops"
    path = fetch(glued, tmp_path / "models")
    kept = load_model(path)
    np.testing.assert_array_equal(kept(study.val), fitted(study.val))
    assert kept.class_names == ("Jump", "Run")
    description = kept.description
    assert glued["pose_model"]["key"] == description_key(description)
    assert description["name"] == "pose" and description["seed"] == 3
    assert description["what"].startswith("An estimator of vectors")
    assert description["data"] == {
        "fingerprint": "f" * 64,
        "embedded": False,
        "train_clips": 20,
        "val_clips": 6,
    }
    assert description["parameters"]["pose_classifier"] == "kinematics"
    vectors = "darkhar.pose.kinematics:kinematic_descriptors"
    assert description["settings"]["estimator"]["vectors"] == vectors
    assert description["accuracy"]["rows"] == [["at random", 0.5]]
    assert {"version", "commit"} <= description["library"].keys()
    assert description["packages"].keys() == {"keras", "scikit-learn", "skops"}
    # The same again is the same.
    before = dict(glued["pose_model"])
    keep_model("pose", fit.fit_all(study.train, 3), fit, study, SOURCE, accuracy=TABLE)
    assert glued["pose_model"] == before


def test_no_path_of_the_machine_is_kept(glued, tmp_path):
    study = make_study(pose_weights="/home/somebody/graph.json")
    fit = pose_fit("kinematics", study.parameters)
    fitted = fit.fit_all(study.train, 0)
    keep_model("pose", fitted, fit, study, SOURCE, accuracy=TABLE)
    text = fetch(glued, tmp_path / "models").read_text()
    assert "somebody" not in text and '"graph.json"' in text


def test_what_is_too_large_is_left_out(glued, monkeypatch):
    monkeypatch.setattr(keeping, "LARGEST", 1e-4)
    study = make_study()
    fit = pose_fit("kinematics", study.parameters)
    fitted = fit.fit_all(study.train, 0)
    words = keep_model("pose", fitted, fit, study, SOURCE, accuracy=TABLE)
    assert words.startswith("not kept: its files would have")
    assert GluedModel.all_of(glued) == []
    assert glued["pose_model"]["words"].startswith("Not kept: its files")
    assert glued["pose_model"]["files"]["rows"] == []


def test_settings_for_people():
    settings = said(pose_fit("kinematics_both", Parameters()))
    json.dumps(settings)
    (simulation,) = settings["simulations"]
    assert simulation["count"] == 3000 and simulation["acting"][0] == "Jump"
    assert len(simulation["errors"]["sha256"]) == 64
    network = said(pose_fit("lstm", make_parameters({"pose_epochs": 7})))
    assert network["epochs"] == 7
    assert network["network"] == "darkhar.models.pose_networks:lstm"


def test_a_run_gives_its_recognizer_back(glued, tmp_path, few_simulated, monkeypatch):
    monkeypatch.setattr("darkhar.recognizer.strangers.FITTED", 12)
    monkeypatch.setattr("darkhar.recognizer.strangers.TRIED", 4)
    study = make_study(pose_samples=8)
    verdicts = open_set(study)
    keep_recognizer(verdicts, study, SOURCE, accuracy=TABLE)
    run_dir = tmp_path / "mine"
    fetch(glued, (run_dir.mkdir(), run_dir / "models")[1])
    write_record(run_dir, Record("demo", study.parameters, {}))

    recognizer = load_run_recognizer(run_dir)
    assert recognizer.actions == ("Jump", "Run")
    assert recognizer.confidence == verdicts.confidence
    assert recognizer.parameters == study.parameters
    fit, clips = open_set_fit(study), with_none(study.train)
    found = recognizer.classify(study.val["poses"])
    np.testing.assert_array_equal(found, fit.fit_all(clips, 0)(study.val))
    assert found.shape == (6, 3)
    description = load_model(run_dir / "models" / "recognizer.json").description
    assert description["classes"][-1] == NONE_OF_THESE

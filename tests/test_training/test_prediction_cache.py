import shutil

import numpy as np
import pytest

from darkhar.config import Parameters
from darkhar.store import code as code_version
from darkhar.study import ablations
from darkhar.training import prediction_cache
from darkhar.training.clip_vectors import vector_fit
from darkhar.training.pose import pose_fit
from darkhar.training.prediction_cache import (
    array_digest,
    kept_predictions,
    modules_of,
)

INPUTS = np.arange(6.0).reshape(2, 3)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))


def predict(settings, *arrays):
    """The kept prediction, and how often it had to be computed."""
    calls = []

    def compute():
        calls.append(1)
        return np.array([[1.5, -2.0]])

    kept = kept_predictions(
        compute, settings=settings, arrays=arrays, modules=["darkhar.training.pose"]
    )
    np.testing.assert_array_equal(kept, [[1.5, -2.0]])
    return len(calls)


def test_computed_once_and_again_for_each_thing_it_depends_on(monkeypatch):
    assert predict({"seed": 1}, INPUTS) == 1
    assert predict({"seed": 1}, INPUTS.copy()) == 0
    assert predict({"seed": 2}, INPUTS) == 1
    assert predict({"seed": 1}, INPUTS + 1e-12) == 1
    assert predict({"seed": 1}, INPUTS, INPUTS) == 1
    monkeypatch.setattr(prediction_cache, "_code_version", lambda module: "another")
    assert predict({"seed": 1}, INPUTS) == 1


def test_digest_tells_type_and_shape_and_not_layout():
    digest = array_digest(INPUTS)
    assert digest == array_digest(np.asfortranarray(INPUTS))
    others = [INPUTS.reshape(3, 2), INPUTS.astype(np.float32), INPUTS.T]
    assert digest not in [array_digest(other) for other in others]


def test_modules_of_a_fit_and_of_what_it_wraps():
    pose = pose_fit("kinematics", Parameters(), 6)
    assert modules_of(pose) == {"darkhar.training.pose"}
    assert modules_of(vector_fit(6)) == {"darkhar.training.clip_vectors"}
    assert modules_of(ablations.with_share(pose, 0.5)) == {
        "darkhar.study.ablations",
        "darkhar.training.pose",
    }


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("training/network.py", {"pose", "cross_validation"}),
        ("training/pose.py", {"pose"}),
        ("models/pose_networks.py", {"pose"}),
        ("pose/smoothing.py", {"pose", "clip_vectors"}),
        ("models/sequence.py", {"cross_validation"}),
        ("training/side_by_side.py", {"cross_validation"}),
        ("training/stacked_steps.py", {"cross_validation"}),
        ("training/classifiers.py", {"pose", "clip_vectors"}),
        # Neither which models are compared nor what they are compared on.
        ("study/study.py", set()),
        ("study/clip_models.py", set()),
        ("figures/model_diagram.py", set()),
        ("pose/movenet.py", set()),
    ],
)
def test_a_changed_line_voids_the_predictions_that_depend_on_it(
    file, changed, tmp_path, monkeypatch
):
    def versions():
        prediction_cache._code_version.cache_clear()
        names = ("pose", "clip_vectors", "cross_validation")
        version = prediction_cache._code_version
        return {name: version(f"darkhar.training.{name}") for name in names}

    copy = tmp_path / "darkhar"
    shutil.copytree(code_version._PACKAGE, copy)
    monkeypatch.setattr(code_version, "_PACKAGE", copy)
    before = versions()
    path = copy / file
    path.write_text(path.read_text() + "# changed\n")
    after = versions()
    prediction_cache._code_version.cache_clear()
    assert {name for name in before if before[name] != after[name]} == changed

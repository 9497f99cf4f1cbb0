import numpy as np
import pytest

from darkhar.training import prediction_cache
from darkhar.training.prediction_cache import array_digest, kept_predictions

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

    kept = kept_predictions(compute, settings=settings, arrays=arrays)
    np.testing.assert_array_equal(kept, [[1.5, -2.0]])
    return len(calls)


def test_computed_once_and_again_for_each_thing_it_depends_on(monkeypatch):
    assert predict({"seed": 1}, INPUTS) == 1
    assert predict({"seed": 1}, INPUTS.copy()) == 0
    assert predict({"seed": 2}, INPUTS) == 1
    assert predict({"seed": 1}, INPUTS + 1e-12) == 1
    assert predict({"seed": 1}, INPUTS, INPUTS) == 1
    monkeypatch.setattr(prediction_cache, "_code_version", lambda: "another")
    assert predict({"seed": 1}, INPUTS) == 1


def test_digest_tells_type_and_shape_and_not_layout():
    digest = array_digest(INPUTS)
    assert digest == array_digest(np.asfortranarray(INPUTS))
    others = [INPUTS.reshape(3, 2), INPUTS.astype(np.float32), INPUTS.T]
    assert digest not in [array_digest(other) for other in others]

import pytest

from darkhar.config import Parameters
from darkhar.pipeline import validation_ledger
from darkhar.pipeline.validation_ledger import add_execution, summarize
from darkhar.results.manifest import read_manifest
from darkhar.results.scraps import NotebookScraps


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))


def scraps(*models):
    values = {"validation_evaluations": list(models)} if models else {}
    return NotebookScraps(values, {})


def test_every_execution_on_the_data_counts():
    add_execution("d", "demo", "baseline", "k1", scraps("appearance"))
    add_execution("d", "demo", "eda", "k2", scraps())
    add_execution("d", "other", "baseline", "k1", scraps("appearance"))
    add_execution("d", "other", "fusion", "k3", scraps("pose", "fused"))
    add_execution("e", "demo", "baseline", "k1", scraps("appearance"))
    run = {"baseline": scraps("appearance"), "eda": scraps(), "pose": scraps("pose")}
    found = summarize("d", run)
    assert len(found.pop("since")) == len("2026-01-31")
    assert found == {
        "models": ["baseline: appearance", "pose: pose"],
        "evaluations": 2,
        "evaluations_ever": 4,
        "settings_ever": 2,
    }


def test_no_ledger_and_a_line_cut_off():
    assert summarize("d", {}) == {
        "models": [],
        "evaluations": 0,
        "evaluations_ever": 0,
        "settings_ever": 0,
        "since": None,
    }
    add_execution("d", "demo", "baseline", "k", scraps("a", "b"))
    with validation_ledger._path("d").open("a") as file:
        file.write('{"date": "2026')
    assert summarize("d", {})["evaluations_ever"] == 2


def test_a_run_adds_what_it_executes(project, monkeypatch):
    monkeypatch.setattr(validation_ledger, "SCRAP", "value")
    project.run()
    project.run()  # nothing is executed
    first = read_manifest(project.run_dir)["validation"]
    # The stand-in notebooks' scrap `value` has two entries.
    assert first["evaluations"] == first["evaluations_ever"] == 4
    assert first["settings_ever"] == 2
    project.run(Parameters(epochs=5))  # the second notebook alone
    second = read_manifest(project.run_dir)["validation"]
    assert second["evaluations"] == 4
    assert second["evaluations_ever"] == 6
    assert second["settings_ever"] == 3

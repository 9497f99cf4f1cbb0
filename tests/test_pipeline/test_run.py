import contextlib

import filelock
import nbformat
import pytest

from darkhar.config import (
    Parameters,
    ResultsError,
    UsageError,
    get_preset,
    make_parameters,
)
from darkhar.pipeline.record import Record, command
from darkhar.pipeline.run_paths import find_results, run_directory
from darkhar.pipeline.status import check_current, status
from darkhar.results import Run
from darkhar.results.manifest import read_manifest


def states(project):
    return {row.notebook: row.state for row in status("demo", **project.folders)}


def edit(project, name, change):
    path = project.root / "notebooks" / f"{name}.ipynb"
    node = nbformat.read(path, as_version=4)
    change(node)
    nbformat.write(node, path)


def test_executes_in_order_with_the_declared_parameters_only(project):
    executed = project.run(Parameters(seed=3, epochs=5))

    assert executed == ["first", "second"]
    data = {
        "data_dir": None,
        "seed": 3,
        "train_clips_per_class": 15,
        "val_clips_per_class": 6,
    }
    sequence = {
        "splitter": "stratified",
        "epochs": 5,
        "patience": 3,
        "lstm_units": 32,
    }
    assert project.executed == [("first", data), ("second", data | sequence)]
    manifest = read_manifest(project.run_dir)
    assert manifest["finished"]
    assert manifest["run"] == "demo"
    assert manifest["data"]["train_clips"] == 2
    assert manifest["notebooks"]["first"]["wall_time_s"] == 2.1
    assert manifest["results"] == {
        "first#value.order": 1,
        "first#value.share": 0.25,
        "second#value.order": 2,
        "second#value.share": 0.25,
    }
    assert Run.open(project.run_dir).scrap("second#value.order") == 2


def test_what_is_unchanged_is_not_executed_again(project):
    project.run()
    before = (project.run_dir / "results.json").stat().st_mtime_ns

    assert project.run() == []
    assert (project.run_dir / "results.json").stat().st_mtime_ns == before
    assert states(project) == {"first": "done", "second": "done"}


def test_only_what_a_parameter_touches_is_executed_again(project):
    project.run()

    assert project.run(Parameters(epochs=5)) == ["second"]
    assert project.run(Parameters(epochs=5, seed=1)) == ["first", "second"]
    assert project.run(Parameters(epochs=5, seed=1, folds=3)) == []


def test_a_change_of_code_reaches_what_builds_on_it(project):
    project.run()

    edit(project, "second", lambda node: node.cells[-1].update(source="1"))
    assert states(project) == {"first": "done", "second": "stale"}
    assert project.run() == ["second"]

    edit(project, "first", lambda node: node.cells[-1].update(source="1"))
    assert states(project) == {"first": "stale", "second": "stale"}
    assert project.run() == ["first", "second"]


def test_prose_outputs_and_ids_do_not_count(project):
    project.run()

    def change(node):
        node.cells[0].source = "# Another title"
        node.cells[-1].id = "another"
        node.cells[-1].outputs = [nbformat.v4.new_output("stream", text="x")]

    edit(project, "first", change)

    assert project.run() == []


def test_library_packages_and_data_count(project, monkeypatch):
    project.run()
    project.fingerprint = "0" * 64
    assert project.run() == ["first", "second"]

    monkeypatch.setattr("darkhar.results.provenance.library_sha256", lambda: "m")
    assert project.run() == ["first", "second"]

    monkeypatch.setattr("darkhar.results.provenance.packages", lambda: {"keras": "4"})
    assert project.run() == ["first", "second"]


def test_content_of_a_weights_file_counts(project, tmp_path):
    project.declare("first", "extractor")
    weights = tmp_path / "weights.bin"
    weights.write_bytes(b"1")
    parameters = Parameters(extractor_weights=str(weights))
    project.run(parameters)

    assert project.run(parameters) == []
    weights.write_bytes(b"2")
    assert project.run(parameters) == ["first", "second"]


def test_an_interrupted_run_resumes(project):
    project.failing = {"second"}
    with pytest.raises(ResultsError, match="notebook 'second' failed"):
        project.run()

    assert states(project) == {"first": "done", "second": "failed"}
    assert not read_manifest(project.run_dir)["finished"]
    with pytest.raises(ResultsError, match="not finished"):
        Run.open(project.run_dir)
    with pytest.raises(ResultsError, match=r"second is failed.*`darkhar run`"):
        check_current("demo", **project.folders)

    project.failing = set()
    assert project.run() == ["second"]
    assert check_current("demo", **project.folders) == project.run_dir


def test_a_damaged_notebook_is_put_back(project):
    project.run()
    executed = (project.run_dir / "second.ipynb").read_bytes()
    (project.run_dir / "second.ipynb").write_text("{ not json")

    assert states(project)["second"] == "stale"
    assert project.run() == []
    assert (project.run_dir / "second.ipynb").read_bytes() == executed


def test_runs_share_the_notebooks_that_they_have_in_common(project):
    project.run()
    # epochs is a parameter of the second notebook only.
    assert project.run(Parameters(epochs=3), name="other") == ["second"]
    assert "  first: as in an earlier run" in project.lines
    assert project.run(Parameters(epochs=3), name="third") == []
    assert find_results("third", project.root / "runs").is_dir()


def test_runs_of_other_folders_share_nothing(project):
    # Where the data lie stands in the notebook, though no result depends on it.
    folder = project.root / "data"
    project.run(Parameters(data_dir=str(folder / "here")))
    both = ["first", "second"]
    assert project.run(Parameters(data_dir=str(folder / "there")), "other") == both
    assert project.run(Parameters(data_dir=str(folder / "here")), "third") == []


def test_what_was_edited_meanwhile_is_not_kept(project, monkeypatch):
    library = {"sha256": "before"}
    monkeypatch.setattr(
        "darkhar.results.provenance.library_sha256", lambda: library["sha256"]
    )

    def execute_and_edit(*arguments, **options):
        project.execute(*arguments, **options)
        library["sha256"] = "after"

    with monkeypatch.context() as patch:
        patch.setattr("darkhar.pipeline.execute.execute", execute_and_edit)
        with pytest.raises(ResultsError, match="'first' was edited while the run"):
            project.run()
    assert not (project.run_dir / "first.ipynb").exists()
    # Back to what it was before: executed anew, not taken from anywhere.
    library["sha256"] = "before"
    assert project.run() == ["first", "second"]


def test_what_can_fail_is_looked_for_if_something_is_to_be_executed(project):
    asked = []

    def check_feasible(parameters, data, table):
        asked.append((parameters.epochs, list(table)))

    project.run(Parameters(epochs=3), check_feasible=check_feasible, names=["first"])
    project.run(Parameters(epochs=3), check_feasible=check_feasible)
    project.run(Parameters(epochs=3), check_feasible=check_feasible)
    assert asked == [(3, ["first"]), (3, ["second", "first"])]


def test_nothing_is_executed_after_an_edit_while_another_run_was_waited_for(
    project, monkeypatch
):
    project.run(Parameters(epochs=3))
    before = (project.run_dir / "second.ipynb").read_bytes()

    @contextlib.contextmanager
    def edited_meanwhile(*_):
        library_sha256 = "darkhar.results.provenance.library_sha256"
        monkeypatch.setattr(library_sha256, lambda: "e" * 64)
        yield

    monkeypatch.setattr("darkhar.store.shelf.Shelf.lock", edited_meanwhile)
    with pytest.raises(ResultsError, match="'second' was edited while the run"):
        project.run(Parameters(epochs=4))
    assert [name for name, _ in project.executed] == ["first", "second"]
    assert (project.run_dir / "second.ipynb").read_bytes() == before


def test_what_is_kept_and_damaged_is_executed_again(project):
    project.run()
    shelf = project.root / "cache" / "stages"
    kept = [path for path in shelf.rglob("*") if path.is_file() and not path.suffix]
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(path.read_bytes()[:-1])
    assert project.run(name="other") == ["first", "second"]
    assert project.run(name="third") == []


def test_results_are_not_finished_while_a_run_is_made_anew(project):
    project.run()
    project.failing = {"first"}

    with pytest.raises(ResultsError):
        project.run(Parameters(seed=1))

    with pytest.raises(ResultsError, match="not finished"):
        Run.open(project.run_dir)


def test_nothing_is_written_when_the_call_is_wrong(project):
    def missing(_):
        raise UsageError("no such folder")

    from darkhar.pipeline.run import run

    with pytest.raises(UsageError, match="no such folder"):
        run(Parameters(), "demo", resolve=missing, **project.folders)
    with pytest.raises(UsageError, match="a run's name"):
        project.run(name="../demo")
    with pytest.raises(UsageError, match="'firs'; did you mean 'first'"):
        project.run(names=["firs"])
    edit(project, "first", lambda node: node.cells[1].update(source="seed = 0"))
    with pytest.raises(ResultsError, match="run `darkhar parameters --write`"):
        project.run()

    assert not (project.root / "runs").exists()


def test_two_processes_do_not_make_the_same_run(project):
    project.run_dir.mkdir(parents=True)

    with (
        filelock.FileLock(project.run_dir / ".lock"),
        pytest.raises(ResultsError, match="another process is making the run 'demo'"),
    ):
        project.run()


def test_status_of_a_run_that_is_not_there(project):
    with pytest.raises(UsageError, match="make it with `darkhar run --run demos`"):
        status("demos", **project.folders)


def test_data_dir_is_passed_on_absolute(project, tmp_path, monkeypatch):
    (tmp_path / "clips").mkdir()
    monkeypatch.chdir(tmp_path)

    project.run(Parameters(data_dir="clips"))

    assert project.executed[0][1]["data_dir"] == str(tmp_path / "clips")
    assert str(tmp_path) not in (project.run_dir / "results.json").read_text()


def test_moving_the_data_folder_changes_nothing(project):
    project.run(Parameters(data_dir="here"))

    assert project.run(Parameters(data_dir="there")) == []


def test_command_makes_the_very_run():
    def call(name, preset, **values):
        parameters = make_parameters(values, base=get_preset(preset).parameters)
        return command(Record(preset, parameters, {}), name)

    assert call("demo", "demo") == "darkhar run"
    assert call("quick", "demo", epochs=3) == "darkhar run -p epochs=3 --run quick"
    assert (
        call("ee6222", "ee6222", data_dir="/d/my clips")
        == "darkhar run --preset ee6222 --data-dir '/d/my clips'"
    )


def test_finding_results(project):
    project.run()
    runs = project.root / "runs"

    assert find_results("demo", runs) == project.run_dir
    assert find_results(str(project.run_dir), runs) == project.run_dir
    with pytest.raises(UsageError, match="did you mean 'demo'"):
        find_results("dem", runs)


@pytest.mark.parametrize("name", ["", ".", "..", ".x", "a/b", "a b", "-x", "é"])
def test_run_names(name):
    with pytest.raises(UsageError, match="a run's name is letters"):
        run_directory(name)

"""A run of some notebooks, in which the others are not there, or not yet."""

import pytest

from darkhar.config import Notebook, Parameters, ResultsError, UsageError
from darkhar.pipeline.book import build_book
from darkhar.pipeline.compare import in_both
from darkhar.pipeline.publish import publish
from darkhar.pipeline.refresh import refresh_notebooks
from darkhar.pipeline.status import check_current, status
from darkhar.results import Run
from darkhar.results.manifest import read_manifest


@pytest.fixture
def project(project, notebook):
    """With a third notebook, on which nothing builds."""
    project.table["third"] = Notebook(("data",))
    notebook(project.root / "notebooks" / "third.ipynb", "print(1)")
    return project


def states(project):
    return {row.notebook: row.state for row in status("demo", **project.folders)}


def in_results(project):
    return list(read_manifest(project.run_dir)["notebooks"])


def test_what_is_asked_for_is_executed_with_what_it_builds_on(project):
    assert project.run(names=["third"]) == ["third"]
    assert project.lines[1:] == ["  third: done in 2 s"]
    assert project.run(names=["second"]) == ["first", "second"]
    assert project.asked == [["third"], ["first", "second"]]


def test_the_results_are_of_what_is_there_and_finished(project):
    project.run(names=["second"])

    opened = Run.open(project.run_dir)
    assert in_results(project) == ["first", "second"]
    assert opened.scrap("second#value.order") == 2
    with pytest.raises(ResultsError) as caught:
        opened.scrap("third#value.order")
    assert "no notebook 'third'" in str(caught.value)
    assert states(project) == {"first": "done", "second": "done", "third": "missing"}


def test_a_notebook_of_the_paper_that_is_not_there_is_named(project):
    project.run(names=["third"])
    with pytest.raises(ResultsError) as caught:
        Run.open(project.run_dir).scrap("pose#validation.accuracy")
    assert str(caught.value) == (
        f"notebook 'pose' is not among the results in {project.run_dir}; `darkhar run"
        " --run demo` with its parameters adds what is missing"
    )


def test_what_is_there_already_stays_in_the_results(project):
    project.run()
    assert project.run(names=["third"]) == []
    assert project.lines[1:] == ["  third: unchanged"]
    assert in_results(project) == ["first", "second", "third"]
    # But not what other parameters have made stale.
    assert project.run(Parameters(epochs=5), names=["third"]) == []
    assert in_results(project) == ["first", "third"]
    assert states(project)["second"] == "stale"


def test_a_later_run_of_all_completes_it(project):
    project.run(names=["second"])
    assert project.run() == ["third"]
    assert project.lines[1:3] == ["  first: unchanged", "  second: unchanged"]
    assert check_current("demo", **project.folders) == project.run_dir
    assert in_results(project) == ["first", "second", "third"]


def test_an_interrupted_run_is_finished_for_what_is_asked_next(project):
    project.failing = {"second"}
    with pytest.raises(ResultsError, match="'second' failed"):
        project.run(jobs=1)
    with pytest.raises(ResultsError, match="not finished"):
        Run.open(project.run_dir)
    project.run(names=["third"])
    assert in_results(project) == ["first", "third"]
    assert Run.open(project.run_dir).manifest["finished"]
    with pytest.raises(ResultsError, match="second is failed"):
        check_current("demo", **project.folders)


@pytest.mark.parametrize("use", ["book", "publication", "refresh"])
def test_what_needs_all_says_what_is_missing_and_the_command(project, use):
    project.run(Parameters(epochs=5), names=["first"])
    with pytest.raises(ResultsError) as caught:
        if use == "book":
            build_book("demo", root=project.root, **project.folders)
        elif use == "refresh":
            refresh_notebooks("demo", **project.folders)
        else:
            publish(check_current("demo", **project.folders), project.root / "out")
    assert str(caught.value) == (
        "run 'demo' is not current (second, third are missing); make it so with"
        " `darkhar run -p epochs=5`"
    )


def test_runs_are_compared_by_the_notebooks_of_both(project):
    project.run(names=["second"])
    project.unmet = {"second": "no weights"}
    project.run(Parameters(epochs=5), "other", names=["second", "third"])
    runs = [Run.open(project.root / "runs" / name) for name in ("demo", "other")]
    a, b, elsewhere = in_both(*runs)
    assert elsewhere == ["third"]
    # What was asked for and could not be had is a difference.
    of_first = ["first#value.order", "first#value.share"]
    assert sorted(a) == [*of_first, "second#value.order", "second#value.share"]
    assert sorted(b) == of_first


def test_an_unknown_name_is_refused_before_anything_is_done(project):
    with pytest.raises(UsageError, match="unknown notebook 'thrid'; did you mean 'thi"):
        project.run(names=["first", "thrid"])
    assert not (project.root / "runs").exists()
    assert project.asked == []

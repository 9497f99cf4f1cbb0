"""A run without what some notebooks need, and all that is made of it."""

import json
import types

import nbformat
import pytest

from darkhar.config import Parameters, ResultsError
from darkhar.pipeline.book import _executed_notebooks
from darkhar.pipeline.clean import not_executed
from darkhar.pipeline.parameter_cells import cell_text
from darkhar.pipeline.publish import publish
from darkhar.pipeline.refresh import refresh_notebooks
from darkhar.pipeline.run import run
from darkhar.pipeline.status import Row, check_current, status
from darkhar.results import NotRun, Run
from darkhar.results.manifest import read_manifest

REASON = "no weights; run `npm pack a_b` <there>"


def rows(project):
    return status("demo", **project.folders)


def states(project):
    return [(row.notebook, row.state) for row in rows(project)]


def test_the_others_run_and_the_run_is_finished(project):
    project.unmet = {"second": REASON}

    assert project.run() == ["first"]

    assert project.lines == [
        "run 'demo': 2 training and 1 validation clips",
        f"  second: not run: {REASON}",
        "  first: done in 2 s",
    ]
    manifest = read_manifest(project.run_dir)
    assert manifest["finished"]
    assert manifest["not_run"] == {"second": REASON}
    assert list(manifest["notebooks"]) == ["first"]
    assert not (project.run_dir / "second.ipynb").exists()
    assert rows(project) == [
        Row("first", "done", 2.1),
        Row("second", "not run", None, REASON),
    ]
    assert check_current("demo", **project.folders) == project.run_dir


def test_notebooks_with_one_reason_share_a_line(project):
    project.unmet = {"first": REASON, "second": REASON}

    assert project.run() == []
    assert project.lines[1:] == [f"  first, second: not run: {REASON}"]


def test_a_run_that_leaves_out_nothing_says_so(project):
    project.run()

    content = json.loads((project.run_dir / "results.json").read_text())
    assert content["not_run"] == {}


def test_later_only_what_was_left_out_is_executed(project):
    project.unmet = {"second": REASON}
    project.run()
    results = project.run_dir / "results.json"
    before = results.stat().st_mtime_ns

    assert project.run() == []
    assert results.stat().st_mtime_ns == before

    project.unmet = {}
    assert project.run() == ["second"]
    assert read_manifest(project.run_dir)["not_run"] == {}
    assert states(project) == [("first", "done"), ("second", "done")]


def test_what_is_current_stays_though_its_needs_are_gone(project):
    project.run()
    project.unmet = {"first": REASON, "second": REASON}

    assert project.run() == []

    assert project.lines[1:] == ["  first: unchanged", "  second: unchanged"]
    assert read_manifest(project.run_dir)["not_run"] == {}
    assert project.asked == [["first", "second"], []]


def test_what_another_process_has_run_meanwhile_is_not_left_out(project):
    def find_unmet(*_):
        project.run()
        return {"second": REASON}

    data = types.SimpleNamespace(
        layout=types.SimpleNamespace(class_names=(), train=(), val=()),
        fingerprint=project.fingerprint,
        embedded=True,
    )
    run(
        Parameters(),
        "demo",
        resolve=lambda _: data,
        check_feasible=lambda *_: None,
        find_unmet=find_unmet,
        report=project.lines.append,
        **project.folders,
    )

    assert project.lines[-2:] == ["  first: unchanged", "  second: unchanged"]
    assert read_manifest(project.run_dir)["not_run"] == {}


def test_what_builds_on_a_current_notebook_is_asked_for_alone(project):
    project.run()
    project.run(Parameters(epochs=5))

    assert project.asked[-1] == ["second"]


def test_what_is_stale_is_left_out_and_its_old_results_with_it(project):
    project.run()
    project.unmet = {"second": REASON}

    assert project.run(Parameters(epochs=5)) == []

    opened = Run.open(project.run_dir)
    assert opened.results == {"first#value.order": 1, "first#value.share": 0.25}
    assert opened.figures == ["first#clip_figure", "first#plot_figure"]
    for ask in (opened.scrap, opened.source):
        with pytest.raises(NotRun, match="second was not run") as caught:
            ask("second#value.order")
        assert (caught.value.notebook, caught.value.reason) == ("second", REASON)
    with pytest.raises(NotRun):
        opened.figure("second#plot")
    with pytest.raises(NotRun):
        opened.table("second#value")
    assert rows(project)[1] == Row("second", "not run", None, REASON)

    # With its parameters back, the old execution is current again.
    assert project.run() == []
    assert Run.open(project.run_dir).scrap("second#value.order") == 2


def test_what_is_stale_or_missing_is_refused_as_before(project, notebook):
    project.unmet = {"second": REASON}
    project.run()
    notebook(project.root / "notebooks" / "first.ipynb", "1")

    assert states(project) == [("first", "stale"), ("second", "not run")]
    with pytest.raises(ResultsError, match=r"not current \(first is stale\)"):
        check_current("demo", **project.folders)


def test_a_failed_attempt_with_the_needs_is_no_leaving_out(project):
    project.unmet = {"second": REASON}
    project.run()
    project.unmet = {}
    project.failing = {"second"}
    with pytest.raises(ResultsError, match="notebook 'second' failed"):
        project.run()

    assert states(project) == [("first", "done"), ("second", "failed")]


def test_an_older_results_file_left_out_nothing(project):
    project.run()
    path = project.run_dir / "results.json"
    content = json.loads(path.read_text())
    del content["not_run"]
    path.write_text(json.dumps(content))

    assert Run.open(project.run_dir).reason_not_run("second") is None
    assert states(project) == [("first", "done"), ("second", "done")]


def test_reasons_by_notebook(project):
    project.unmet = {"second": REASON}
    project.run()
    opened = Run.open(project.run_dir)

    assert opened.reason_not_run("first") is None
    assert opened.reason_not_run("second") == REASON
    with pytest.raises(
        ResultsError, match=r"no notebook 'secnd'.*did you mean 'second'"
    ):
        opened.reason_not_run("secnd")


def test_publication_keeps_what_was_not_run(project):
    project.run()
    destination = project.root / "published"
    publish(project.run_dir, destination)
    project.unmet = {"second": REASON}
    project.run(Parameters(epochs=5))

    files = publish(project.run_dir, destination)

    names = ["first.plot_figure.svg", "results.json"]
    assert [path.name for path in files] == names
    assert sorted(path.name for path in destination.iterdir()) == names
    opened = Run.open(destination)
    assert opened.published
    with pytest.raises(NotRun, match="no weights"):
        opened.figure("second#plot")


def test_refresh_wants_every_notebook_executed(project):
    project.unmet = {"second": REASON}
    project.run()
    before = (project.root / "notebooks" / "first.ipynb").read_text()

    with pytest.raises(ResultsError) as caught:
        refresh_notebooks("demo", **project.folders)

    assert f"second: not run: {REASON}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (project.root / "notebooks" / "first.ipynb").read_text() == before


def test_the_appendix_shows_it_without_outputs_and_says_why(project):
    project.run()
    refresh_notebooks("demo", **project.folders)
    project.unmet = {"second": REASON}
    project.run(Parameters(epochs=5))

    texts = _executed_notebooks(
        project.run_dir, project.root / "notebooks", project.table
    )

    second = nbformat.reads(texts["notebooks/second.ipynb"], as_version=4)
    assert [cell.source for cell in second.cells] == [
        "# The second\n\n> **Not run:** no weights; run `npm pack a_b` \\<there\\>",
        cell_text(project.table["second"].parameters),
        "print(seed, epochs)",
    ]
    code = second.cells[1:]
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * 2
    first = nbformat.reads(texts["notebooks/first.ipynb"], as_version=4)
    assert first.cells[0].source == "# The first"
    assert first.cells[-1].outputs


def test_the_note_stands_between_title_and_prose():
    cell = nbformat.v4.new_markdown_cell("# Pose\n\nWhere the joints are.")
    node = nbformat.v4.new_notebook(cells=[cell])

    shown = not_executed(node, "an odd ` and [x](y) $1")

    assert shown.cells[0].source == (
        "# Pose\n\n> **Not run:** an odd \\` and \\[x\\](y) \\$1\n\n"
        "Where the joints are."
    )
    assert node.cells[0].source == "# Pose\n\nWhere the joints are."

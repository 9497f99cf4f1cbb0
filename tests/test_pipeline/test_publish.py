import nbformat
import pytest

from darkhar.config import Parameters, ResultsError
from darkhar.pipeline.publish import publish
from darkhar.pipeline.refresh import refresh_notebooks
from darkhar.results import Run


def test_publishes_numbers_and_plots_but_no_frames(project):
    project.run()
    destination = project.root / "published" / "demo"
    destination.mkdir(parents=True)
    (destination / "third.old_figure.svg").write_text("old")
    (destination / "README.md").write_text("about")

    files = publish(project.run_dir, destination)

    names = [
        "first.plot_figure.svg",
        "results.json",
        "second.plot_figure.svg",
    ]
    assert [path.name for path in files] == names
    assert sorted(p.name for p in destination.iterdir()) == ["README.md", *names]
    run = Run.open(destination)
    assert run.scrap("second#value.order") == 2
    assert run.figure("first#plot")[0] == "image/svg+xml"


def test_does_not_publish_what_is_unfinished(project):
    project.failing = {"second"}
    with pytest.raises(ResultsError):
        project.run()

    with pytest.raises(ResultsError, match="not finished"):
        publish(project.run_dir, project.root / "published")
    assert not (project.root / "published").exists()


def test_does_not_publish_into_a_run_or_from_published(project):
    project.run()
    with pytest.raises(ResultsError, match="holds notebooks"):
        publish(project.run_dir, project.run_dir)
    publish(project.run_dir, project.root / "published")
    with pytest.raises(ResultsError, match="published results, not a run"):
        publish(project.root / "published", project.root / "again")


def test_refresh_brings_outputs_and_nothing_else(project):
    path = project.root / "notebooks" / "second.ipynb"
    before = nbformat.read(path, as_version=4)
    project.run()

    changed = refresh_notebooks("demo", **project.folders)

    assert [p.name for p in changed] == ["second.ipynb", "first.ipynb"]
    after = nbformat.read(path, as_version=4)
    assert [cell.id for cell in after.cells] == ["title", "parameters", "cell0"]
    assert [cell.source for cell in after.cells] == [c.source for c in before.cells]
    assert [cell.metadata for cell in after.cells] == [c.metadata for c in before.cells]
    assert after.metadata == before.metadata
    assert [cell.execution_count for cell in after.cells[1:]] == [1, 2]
    assert after.cells[-1].outputs[-1].text == "in ~/x\n"
    assert after.cells[-1].outputs[0].metadata.scrapbook.name == "value"
    assert path.read_text().endswith("}\n")
    # Outputs do not count in a stage key, and a second time changes nothing.
    assert refresh_notebooks("demo", **project.folders) == []


def test_refresh_wants_a_current_run_with_the_defaults(project, notebook):
    project.run(Parameters(epochs=3))
    with pytest.raises(ResultsError, match="other parameters"):
        refresh_notebooks("demo", **project.folders)
    project.run()
    notebook(project.root / "notebooks" / "first.ipynb", "changed")
    with pytest.raises(ResultsError, match="not current"):
        refresh_notebooks("demo", **project.folders)

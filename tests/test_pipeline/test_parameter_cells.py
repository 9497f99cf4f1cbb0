"""The cells that notebooks declare their parameters in."""

import nbformat
import papermill
import pytest

from darkhar.config import NAMES, NOTEBOOKS, Notebook, Parameters, project_root
from darkhar.pipeline.notebook_sources import read_source
from darkhar.pipeline.parameter_cells import cell_text, tagged_cells, write_cells


def test_a_line_for_each_parameter():
    assert cell_text(["data_dir", "seed", "sampler", "dropout", "pose_tracking"]) == (
        "data_dir = None  # folder of clips, none for the embedded dark clips\n"
        "seed = 0  # the run's only source of randomness\n"
        'sampler = "uniform"  # which frames of a clip are looked at\n'
        "dropout = 0.25  # dropout of the LSTM's inputs, and in pose networks\n"
        "# whether each frame but the first is looked at where the person was before\n"
        "pose_tracking = False"
    )


def test_the_text_is_python_that_assigns_the_defaults():
    text = cell_text(NAMES)
    assert max(map(len, text.splitlines())) <= 88
    namespace = {}
    exec(text, {}, namespace)
    assert namespace == Parameters().as_dict()
    assert list(namespace) == list(NAMES)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_papers_notebooks_have_the_cells_of_their_rows(name):
    path = project_root() / "notebooks" / f"{name}.ipynb"
    (cell,) = tagged_cells(nbformat.read(path, as_version=4))
    assert cell.source == cell_text(NOTEBOOKS[name].parameters)
    declared = papermill.inspect_notebook(path)
    assert tuple(declared) == NOTEBOOKS[name].parameters


def test_every_parameter_is_some_notebooks():
    assert {name for row in NOTEBOOKS.values() for name in row.parameters} == {*NAMES}


def test_cells_are_written_where_they_differ(notebook, tmp_path):
    table = {name: Notebook(("data", "fit")) for name in ("old", "new", "same")}
    notebook(tmp_path / "old.ipynb", "print(seed)", declared="seed = 0")
    same = cell_text(table["same"].parameters)
    notebook(tmp_path / "same.ipynb", "1", declared=same)
    cells = [
        nbformat.v4.new_markdown_cell("# New", id="a"),
        nbformat.v4.new_code_cell("import os", id="b"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "new.ipynb")
    write_cells(tmp_path, {"same": table["same"]})  # formats the file

    changed = write_cells(tmp_path, table)

    assert [path.stem for path in changed] == ["old", "new"]
    assert write_cells(tmp_path, table) == []
    for path in changed:
        read_source(path, table["old"])
    new = nbformat.read(tmp_path / "new.ipynb", as_version=4)
    assert [cell.source for cell in new.cells] == ["# New", same, "import os"]
    old = nbformat.read(tmp_path / "old.ipynb", as_version=4)
    assert [cell.source for cell in old.cells] == ["# The old", same, "print(seed)"]

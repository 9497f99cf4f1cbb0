"""The committed notebooks: executed, and saying what the library says today.

nbval re-executes them cell by cell and compares text outputs, and scraps with
tolerances (conftest.py, nbval_sanitize.cfg).
"""

import copy
import shutil
import subprocess
import sys

import nbformat
import pytest
from glued_scraps import glued, moved

from darkhar.config import NOTEBOOKS, project_root
from darkhar.results.scraps import read_scraps

FOLDER = project_root() / "notebooks"

pytestmark = pytest.mark.notebooks


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_is_executed(name):
    node = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    scraps = read_scraps(FOLDER / f"{name}.ipynb")
    assert scraps.values or scraps.figures
    assert not [output for output in outputs if output.output_type == "error"]
    counts = [cell.execution_count for cell in code]
    assert counts == list(range(1, len(code) + 1))


@pytest.mark.parametrize(
    ("scrap", "field", "distance"),
    [
        ("validation", "accuracy", 0.2),
        ("validation", "n", 1),
        ("validation", "correct", 5),
        ("cross_validation", "loss_mean", 0.2),
        ("protocol", "learning_rate", 1e-4),
    ],
)
def test_a_moved_number_is_noticed(scrap, field, distance):
    committed = outputs_of("baseline")
    assert len(glued(committed, "baseline")) > 100
    assert moved(committed, copy.deepcopy(committed), "baseline") == []
    rerun = copy.deepcopy(committed)
    (of_scrap,) = (data for data in scrap_data(rerun) if data["name"] == scrap)
    of_scrap["data"][field] += distance
    (line,) = moved(committed, rerun, "baseline")
    assert line.startswith(f"baseline#{scrap}.{field}: ")


def test_a_result_that_is_gone_is_noticed():
    committed = outputs_of("baseline")
    rerun = [
        output
        for output in committed
        if output.get("metadata", {}).get("scrapbook", {}).get("name") != "folds"
    ]
    lines = moved(committed, rerun, "baseline")
    assert lines and all(line.startswith("baseline#folds") for line in lines)


def outputs_of(name):
    node = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    return [output for cell in node.cells for output in cell.get("outputs", [])]


def scrap_data(outputs):
    mime = "application/scrapbook.scrap.json+json"
    return [o.data[mime] for o in outputs if mime in o.get("data", {})]


@pytest.mark.parametrize("now", [1.0, 2.0])
def test_nbval_holds_results_to_those_that_are_stored(now, tmp_path):
    """In a folder with this project's settings of pytest, a notebook of one result."""
    for name in (
        "conftest.py",
        "pyproject.toml",
        "tests/shared",
        "tests/nbval_sanitize.cfg",
    ):
        source, target = project_root() / name, tmp_path / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    cell = nbformat.v4.new_code_cell(
        f"from darkhar.results import glue\nglue('found', {now})", execution_count=1
    )
    data = {"name": "found", "data": 1.0, "encoder": "json", "version": 1}
    cell.outputs = [
        nbformat.v4.new_output(
            "display_data", {"application/scrapbook.scrap.json+json": data}
        )
    ]
    node = nbformat.v4.new_notebook(cells=[cell])
    nbformat.write(node, tmp_path / "eda.ipynb")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "eda.ipynb",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode == 0) == (now == 1), done.stdout
    assert ("eda#found: 1.0 is now 2.0" in done.stdout) == (now == 2), done.stdout

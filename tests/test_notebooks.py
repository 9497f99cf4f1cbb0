"""The committed notebooks: executed, and saying what the library says today.

nbval re-executes them cell by cell and compares text outputs (conftest.py,
nbval_sanitize.cfg); here their scraps are compared, with tolerances.
"""

import nbformat
import pytest

from darkhar.config import NAMES, Parameters, project_root
from darkhar.pipeline.compare import compare
from darkhar.pipeline.execute import execute
from darkhar.pipeline.graph import GRAPH
from darkhar.pipeline.kernels import Kernels
from darkhar.pipeline.needs import NEEDS
from darkhar.pipeline.notebooks import read_source
from darkhar.results import flatten
from darkhar.results.scraps import read_scraps

NOTEBOOKS = project_root() / "notebooks"


@pytest.mark.parametrize("name", GRAPH)
def test_notebook_is_executed(name):
    node = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    assert any("image/" in key for output in outputs for key in output.get("data", {}))
    assert not [output for output in outputs if output.output_type == "error"]
    counts = [cell.execution_count for cell in code]
    assert counts == list(range(1, len(code) + 1))


@pytest.mark.parametrize("name", GRAPH)
def test_parameters_cell_declares_the_demo_defaults(name):
    declared = read_source(NOTEBOOKS / f"{name}.ipynb").declared
    defaults = Parameters().as_dict()
    assert declared == {key: defaults[key] for key in declared}
    assert {"data_dir", "seed"} <= declared.keys() <= set(NAMES)


def test_every_parameter_is_used_by_a_notebook():
    declared = [read_source(NOTEBOOKS / f"{name}.ipynb").declared for name in GRAPH]
    assert set().union(*declared) == set(NAMES)


@pytest.mark.parametrize("name", ["sampling", "baseline", "equalized", "fusion"])
def test_rerun_gives_the_committed_scraps(name, tmp_path):
    if name in NEEDS and not NEEDS[name].at_hand(Parameters()):
        pytest.skip(NEEDS[name].hint)
    path = NOTEBOOKS / f"{name}.ipynb"
    declared = read_source(path).declared
    kernel = Kernels().of(path)
    execute(path, tmp_path / path.name, declared, stage_key="test", kernel=kernel)
    committed = flatten(read_scraps(path).values, f"{name}#")
    rerun = flatten(read_scraps(tmp_path / path.name).values, f"{name}#")
    moved = [row for row in compare(committed, rerun) if row.changed]
    assert committed
    assert not moved, "\n".join(f"{row.key}: {row.a} is now {row.b}" for row in moved)


def test_a_moved_number_is_noticed():
    scraps = read_scraps(NOTEBOOKS / "baseline.ipynb")
    committed = flatten(scraps.values, "baseline#")
    for key, distance in (
        ("validation.accuracy", 0.2),
        ("validation.n", 1),
        ("validation.correct", 5),
        ("cross_validation.loss_mean", 0.2),
        ("protocol.learning_rate", 1e-4),
    ):
        key = f"baseline#{key}"
        rerun = committed | {key: committed[key] + distance}
        moved = [row.key for row in compare(committed, rerun) if row.changed]
        assert moved == [key]

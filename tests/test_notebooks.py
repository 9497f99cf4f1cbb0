"""The committed notebooks: executed, and saying what the library says today.

nbval re-executes them cell by cell and compares text outputs (conftest.py,
nbval_sanitize.cfg); here their scraps are compared, with tolerances.
"""

import nbformat
import pytest

from darkhar.config import NOTEBOOKS, Parameters, project_root
from darkhar.config.cores import cores
from darkhar.pipeline.compare import compare
from darkhar.pipeline.execute import execute
from darkhar.pipeline.kernels import Kernels
from darkhar.pipeline.needs import MOVENET_HINT, movenet_at_hand
from darkhar.results import flatten
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


@pytest.mark.parametrize("name", ["sampling", "baseline", "equalized", "fusion"])
def test_rerun_gives_the_committed_scraps(name, tmp_path):
    if NOTEBOOKS[name].needs_movenet and not movenet_at_hand(Parameters()):
        pytest.skip(MOVENET_HINT)
    path = FOLDER / f"{name}.ipynb"
    output = tmp_path / path.name
    with Kernels().of(path, cores()) as kernel:
        execute(path, output, {}, stage_key="test", kernel=kernel)
    committed = flatten(read_scraps(path).values, f"{name}#")
    rerun = flatten(read_scraps(output).values, f"{name}#")
    moved = [row for row in compare(committed, rerun) if row.changed]
    assert committed
    assert not moved, "\n".join(f"{row.key}: {row.a} is now {row.b}" for row in moved)


def test_a_moved_number_is_noticed():
    scraps = read_scraps(FOLDER / "baseline.ipynb")
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

import graphlib

import pytest

from darkhar.config import NAMES, ParameterError, ResultsError, project_root
from darkhar.pipeline.graph import GRAPH, execution_order
from darkhar.pipeline.notebooks import read_source, read_sources


def test_order_puts_upstream_first_and_else_keeps_the_declared_order():
    assert execution_order(GRAPH) == [
        "eda",
        "sampling",
        "extraction",
        "baseline",
        "equalized",
        "pose",
        "enhancement",
        "fusion",
        "protocols",
        "comparisons",
        "ablations",
        "interpretation",
    ]
    assert execution_order({"c": ("a", "b"), "b": ("a",), "a": ()}) == ["a", "b", "c"]
    with pytest.raises(graphlib.CycleError):
        execution_order({"a": ("b",), "b": ("a",)})


def test_reads_declared_parameters(notebook, tmp_path):
    declared = "seed: int = 0\nsampler = 'uniform'  # or 'random'\ndata_dir = None"
    notebook(tmp_path / "a.ipynb", declared=declared)

    source = read_source(tmp_path / "a.ipynb")

    assert source.name == "a"
    assert source.declared == {"seed": 0, "sampler": "uniform", "data_dir": None}


@pytest.mark.parametrize(
    ("declared", "error", "message"),
    [
        ("epoch = 30", ParameterError, r"a\.ipynb: unknown parameter 'epoch'; did you"),
        ("epochs = 31", ParameterError, "'epochs' is 31 there, but its default is 30"),
        ("epochs = 30.0", ParameterError, "'epochs' is 30.0 there"),
        ("seed = int(0)", ResultsError, "assignments of plain values"),
        ("import os", ResultsError, "assignments of plain values"),
        ("seed = ", ResultsError, "assignments of plain values"),
    ],
)
def test_refuses_declarations(declared, error, message, notebook, tmp_path):
    notebook(tmp_path / "a.ipynb", declared=declared)

    with pytest.raises(error, match=message):
        read_source(tmp_path / "a.ipynb")


def test_refuses_what_is_no_notebook(tmp_path):
    with pytest.raises(ResultsError, match="cannot read"):
        read_source(tmp_path / "a.ipynb")
    (tmp_path / "a.ipynb").write_text("{")
    with pytest.raises(ResultsError, match="not a notebook"):
        read_source(tmp_path / "a.ipynb")


def test_papers_notebooks_declare_every_parameter():
    sources = read_sources(project_root() / "notebooks", GRAPH)

    declared = {name for source in sources.values() for name in source.declared}

    assert declared == set(NAMES)

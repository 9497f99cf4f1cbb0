import graphlib

import pytest

from darkhar.config import NOTEBOOKS, Notebook, ResultsError, UsageError
from darkhar.pipeline.graph import execution_order, with_upstream
from darkhar.pipeline.notebook_sources import read_source, read_sources


def table(**after):
    return {name: Notebook(("data",), after=up) for name, up in after.items()}


def test_order_puts_upstream_first_and_else_keeps_the_declared_order():
    assert execution_order(table(c=("a", "b"), b=("a",), d=(), a=())) == list("abcd")
    with pytest.raises(graphlib.CycleError):
        execution_order(table(a=("b",), b=("a",)))
    with pytest.raises(KeyError):
        execution_order(table(a=("b",)))
    assert {*execution_order(NOTEBOOKS)} == {*NOTEBOOKS}


def test_what_some_notebooks_build_on_comes_with_them():
    all_ = table(a=(), b=(), c=("b",), d=("c", "a"), e=("a",))
    assert list(with_upstream(all_, ["c"])) == ["b", "c"]
    assert list(with_upstream(all_, ["d", "c"])) == ["a", "b", "c", "d"]
    assert with_upstream(all_, []) == {}
    with pytest.raises(UsageError, match="unknown notebook 'f'; did you mean '"):
        with_upstream(all_, ["f"])


def test_a_source_is_its_code(notebook, tmp_path):
    path = notebook(tmp_path / "first.ipynb", "print(seed)")
    source = read_source(path, Notebook(("data",)))
    assert source.path == path
    notebook(path, "print(seed)")
    assert read_source(path, Notebook(("data",))) == source
    notebook(path, "print( seed)")
    assert read_source(path, Notebook(("data",))).sha256 != source.sha256


@pytest.mark.parametrize("declared", ["seed = 0", ""])
def test_a_cell_that_does_not_follow_from_its_row(declared, notebook, tmp_path):
    path = notebook(tmp_path / "a.ipynb", declared=declared)
    with pytest.raises(ResultsError) as caught:
        read_source(path, Notebook(("data",)))
    assert str(caught.value) == (
        f"{path}: its cell of parameters is not what follows from its row in"
        " darkhar.config.notebooks; run `darkhar parameters --write`"
    )


def test_refuses_what_is_no_notebook(tmp_path):
    with pytest.raises(ResultsError, match="cannot read"):
        read_sources(tmp_path, table(a=()))
    (tmp_path / "a.ipynb").write_text("{")
    with pytest.raises(ResultsError, match="not a notebook"):
        read_sources(tmp_path, table(a=()))

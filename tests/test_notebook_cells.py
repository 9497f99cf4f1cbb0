"""Cells of the notebooks are sentences: short, and without logic of their own."""

import ast

import nbformat
import pytest

from darkhar.config import NOTEBOOKS, project_root

LONGEST = 15


def cells(name):
    path = project_root() / "notebooks" / f"{name}.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            yield cell, ast.parse(cell.source)


def is_of_imports_or_parameters(cell, tree):
    kinds = (ast.Import, ast.ImportFrom)
    return "parameters" in cell.metadata.get("tags", []) or all(
        isinstance(statement, kinds) for statement in tree.body
    )


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_are_short_and_define_nothing(name):
    logic = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.While)
    for cell, tree in cells(name):
        if not is_of_imports_or_parameters(cell, tree):
            assert len(cell.source.splitlines()) <= LONGEST, cell.source
        defined = [node for node in ast.walk(tree) if isinstance(node, logic)]
        assert not defined, cell.source


def numbered(tree):
    """Subscripts that hold a number other than 0, alone or as an end of a slice."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            numbers = [
                part.value
                for part in index_parts(node.slice)
                if isinstance(part, ast.Constant) and isinstance(part.value, int)
            ]
            if any(numbers):
                yield ast.unparse(node)


def index_parts(index):
    """What an index is made of: ends and steps of slices, axes, without signs."""
    match index:
        case ast.Slice(lower=lower, upper=upper, step=step):
            parts = [lower, upper, step]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            pass
        case ast.UnaryOp(operand=operand):
            parts = [operand]
        case _:
            return [index]
    return [inner for part in parts for inner in index_parts(part)]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("x[3]", ["x[3]"]),
        ("x[-1]", ["x[-1]"]),
        ("x[:6]", ["x[:6]"]),
        ("x[:-1]", ["x[:-1]"]),
        ("x[2:]", ["x[2:]"]),
        ("x[::2]", ["x[::2]"]),
        ("x[:, 1]", ["x[:, 1]"]),
        ("x[[0, 2]]", ["x[[0, 2]]"]),
        ("f(x[a][4].b)", ["x[a][4]"]),
        ("x[0], x[:n], x[0:], x[:, m], x['a'], x[n - 1]", []),
    ],
)
def test_numbers_in_an_index_are_found(code, found):
    assert list(numbered(ast.parse(code))) == found


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_number_is_no_name(name):
    """`REGIONS[3]` tells a reader nothing; `[0]` is the first.

    How many are shown or compared is an argument that has a name.
    """
    for cell, tree in cells(name):
        assert not list(numbered(tree)), cell.source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_scores_of_validation_clips_ask_for_their_labels(name):
    """Either the whole notebook, or each cell that says what was scored."""
    for cell, _ in cells(name):
        if "validation_evaluations" in cell.source:
            has_labels = cell.source.startswith("if study.has_labels:")
            assert NOTEBOOKS[name].needs_labels != has_labels, cell.source

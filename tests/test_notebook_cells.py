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


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_number_is_no_name(name):
    """`REGIONS[3]` tells a reader nothing; `[0]` is the first."""
    for cell, tree in cells(name):
        for node in ast.walk(tree):
            match node:
                case ast.Subscript(slice=ast.Constant(value=int(number))):
                    assert number == 0, f"{ast.unparse(node)} in:\n{cell.source}"

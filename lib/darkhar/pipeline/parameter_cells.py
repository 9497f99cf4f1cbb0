"""The `parameters` cells of notebooks: text that follows from a notebook's row."""

import json
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from darkhar.config import NOTEBOOKS, Parameters, short_meaning
from darkhar.pipeline.graph import Table
from darkhar.results.scraps import read_notebook
from darkhar.store.files import write_atomically

TAG = "parameters"
_WIDTH = 88


def cell_text(names: Iterable[str]) -> str:
    """Assignments of parameters' defaults, each with its meaning.

    Args:
        names: str. The parameters, in the order of the cell.
    """
    defaults = Parameters().as_dict()
    return "\n".join(_assignment(name, defaults[name]) for name in names)


def tagged_cells(node: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """A notebook's code cells that are tagged `parameters`."""
    return [
        cell
        for cell in node.cells
        if cell.cell_type == "code" and TAG in cell.metadata.get("tags", [])
    ]


def write_cells(folder: Path, table: Table = NOTEBOOKS) -> list[Path]:
    """Puts the cells into notebooks; into one that has none, before its code.

    Args:
        folder: Path. The notebooks'.
        table: mapping of name to `Notebook`.

    Returns:
        The notebooks that were changed.

    Raises:
        ResultsError: there is no such notebook.
    """
    changed = []
    for name, row in table.items():
        path = folder / f"{name}.ipynb"
        node = read_notebook(path)
        cells = tagged_cells(node)
        if not cells:
            cells = [nbformat.v4.new_code_cell(id=TAG, metadata={"tags": [TAG]})]
            code = [i for i, cell in enumerate(node.cells) if cell.cell_type == "code"]
            node.cells.insert(min(code, default=len(node.cells)), cells[0])
        cells[0].source = cell_text(row.parameters)
        if write_atomically(path, nbformat.writes(node).rstrip("\n") + "\n"):
            changed.append(path)
    return changed


def _assignment(name: str, value: Any) -> str:
    literal = json.dumps(value) if isinstance(value, str) else repr(value)
    code, words = f"{name} = {literal}", short_meaning(name)
    line = f"{code}  # {words}"
    if len(line) <= _WIDTH:
        return line
    above = textwrap.fill(words, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    return f"{above}\n{code}"

"""The notebooks as they are written: their code."""

import ast
import contextlib
import dataclasses
from pathlib import Path

from darkhar.config import Notebook, ResultsError
from darkhar.pipeline.graph import Table, execution_order
from darkhar.pipeline.parameter_cells import cell_text, tagged_cells
from darkhar.results.scraps import read_notebook
from darkhar.store.code import parsed
from darkhar.store.keys import key_of


@dataclasses.dataclass(frozen=True)
class Source:
    """A notebook of the paper, not executed.

    Args:
        path: Path. The file.
        sha256: str. Over the code cells and their tags; outputs, cell ids and
            prose do not count.
    """

    path: Path
    sha256: str


def read_source(path: Path, row: Notebook) -> Source:
    """Reads a notebook and checks the cell of its parameters.

    Args:
        path: Path. The file.
        row: `Notebook`. What is declared of it.

    Raises:
        ResultsError: no such notebook, or its cell tagged `parameters` is not what
            follows from the row.
    """
    node = read_notebook(path)
    cells = tagged_cells(node)
    if len(cells) > 1:
        raise ResultsError(
            f"{path}: {len(cells)} cells are tagged 'parameters'; leave one"
        )
    if not cells or cells[0].source != cell_text(row.parameters):
        raise ResultsError(
            f"{path}: its cell of parameters is not what follows from its row in"
            " darkhar.config.notebooks; run `darkhar parameters --write`"
        )
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    content = [[cell.source, sorted(cell.metadata.get("tags", []))] for cell in code]
    return Source(path, key_of(content))


def read_sources(folder: Path, table: Table) -> dict[str, Source]:
    """Reads every notebook of a table, in order of execution."""
    return {
        name: read_source(folder / f"{name}.ipynb", table[name])
        for name in execution_order(table)
    }


def import_statements(path: Path) -> list[str]:
    """The import statements of a notebook's cells; cells with magics are left out."""
    statements = []
    for cell in read_notebook(path).cells:
        if cell.cell_type != "code":
            continue
        with contextlib.suppress(SyntaxError):
            statements += [
                ast.unparse(statement)
                for statement in parsed(cell.source).body
                if isinstance(statement, ast.Import | ast.ImportFrom)
            ]
    return statements

"""The notebooks as they are written: their code and the parameters they declare."""

import ast
import contextlib
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from darkhar.config import ParameterError, Parameters, ResultsError, check_names
from darkhar.pipeline.graph import Graph, execution_order
from darkhar.results.scraps import read_notebook


@dataclasses.dataclass(frozen=True)
class Source:
    """A notebook of the paper, not executed.

    Args:
        name: str. The file's name without `.ipynb`.
        path: Path. The file.
        sha256: str. Over the code cells and their tags; outputs, cell ids and
            prose do not count.
        declared: dict. Name and default of every parameter that the cell
            tagged `parameters` assigns.
    """

    name: str
    path: Path
    sha256: str
    declared: dict[str, Any]


def read_source(path: Path) -> Source:
    """Reads a notebook and checks the parameters that it declares.

    Raises:
        ResultsError: no such notebook, more than one cell tagged `parameters`,
            something else than plain assignments in it.
        ParameterError: a declared name that is no parameter, or a default that
            is not the parameter's.
    """
    node = read_notebook(path)
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    content = [[cell.source, sorted(cell.metadata.get("tags", []))] for cell in code]
    sha256 = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    tagged = [c for c in code if "parameters" in c.metadata.get("tags", [])]
    if len(tagged) > 1:
        raise ResultsError(f"{path}: {len(tagged)} cells are tagged 'parameters'")
    declared = _assignments(path, tagged[0].source) if tagged else {}
    defaults = Parameters().as_dict()
    try:
        check_names(declared)
    except ParameterError as error:
        raise ParameterError(f"{path}: {error}") from None
    for name, value in declared.items():
        default = defaults[name]
        if value != default or type(value) is not type(default):
            raise ParameterError(
                f"{path}: parameter '{name}' is {value!r} there, but its default"
                f" is {default!r}"
            )
    return Source(path.stem, path, sha256, declared)


def read_sources(folder: Path, graph: Graph) -> dict[str, Source]:
    """Reads every notebook of the graph, in order of execution."""
    return {
        name: read_source(folder / f"{name}.ipynb") for name in execution_order(graph)
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
                for statement in ast.parse(cell.source).body
                if isinstance(statement, ast.Import | ast.ImportFrom)
            ]
    return statements


def _assignments(path: Path, code: str) -> dict[str, Any]:
    values = {}
    try:
        for statement in ast.parse(code).body:
            match statement:
                case ast.Assign(targets=[ast.Name(name)], value=value):
                    pass
                case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                    pass
                case _:
                    raise ValueError
            values[name] = ast.literal_eval(value)
    except (SyntaxError, ValueError):
        raise ResultsError(
            f"{path}: the cell tagged 'parameters' should hold nothing but"
            " assignments of plain values"
        ) from None
    return values

"""What moved between two runs, and by how much."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from darkhar.pipeline.tolerances import ANY, tolerance
from darkhar.results.read import Run
from darkhar.results.values import natural_order

ABSENT = "absent"

_CELL = re.compile(r"(?P<table>.+)\.rows\.(?P<row>\d+)\.(?P<column>\d+)")


@dataclasses.dataclass(frozen=True)
class Row:
    """One result in two runs.

    Args:
        key: str. `baseline#validation.accuracy`.
        a: the value in the first run, `ABSENT` if it has none.
        b: the value in the second run, `ABSENT` if it has none.
        difference: float or None. `b - a` of two numbers.
        changed: bool. Whether it moved by more than its tolerance.
    """

    key: str
    a: Any
    b: Any
    difference: float | None
    changed: bool


def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Row]:
    """Compares the flattened results of two runs.

    Args:
        a: mapping of key to scalar, as `Run.results`.
        b: mapping of key to scalar.

    Returns:
        A row for every key of either, in natural order of the keys.
    """
    return [
        _row(key, a.get(key, ABSENT), b.get(key, ABSENT), _with_column(key, a))
        for key in sorted(a.keys() | b.keys(), key=natural_order)
    ]


def in_both(a: Run, b: Run) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The results of two runs, as far as they are of the same notebooks.

    A run of some notebooks says nothing of the others.

    Args:
        a: `Run`.
        b: `Run`.

    Returns:
        The results of each, and the notebooks that only one was asked for.
    """
    notebooks = [run.manifest["notebooks"] | run.manifest["not_run"] for run in (a, b)]
    both = notebooks[0].keys() & notebooks[1].keys()
    of_a, of_b = (
        {key: v for key, v in run.results.items() if key.partition("#")[0] in both}
        for run in (a, b)
    )
    return of_a, of_b, sorted((notebooks[0].keys() | notebooks[1].keys()) - both)


def differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Row]:
    """The rows of `compare` whose values are not the very same."""
    return [row for row in compare(a, b) if row.changed or row.difference]


def _row(key: str, a: Any, b: Any, path: str) -> Row:
    if not _is_number(a) or not _is_number(b):
        # True equals 1, but is another result.
        changed = type(a) is not type(b) or a != b
        return Row(key, a, b, None, changed and tolerance(path) != ANY)
    return Row(key, a, b, b - a, abs(b - a) > tolerance(path).bound(a))


def _with_column(key: str, results: Mapping[str, Any]) -> str:
    """A table's cell by its column's name, `protocols#table.rows.3.n`."""
    cell = _CELL.fullmatch(key)
    column = cell and results.get(f"{cell['table']}.columns.{cell['column']}")
    return f"{cell['table']}.rows.{cell['row']}.{column}" if column else key


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

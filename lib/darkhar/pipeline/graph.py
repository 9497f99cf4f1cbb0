"""Which notebook is executed after which."""

import graphlib
from collections.abc import Collection, Mapping

from darkhar.config import Notebook, UsageError, nearest

Table = Mapping[str, Notebook]
"""Notebooks by name: all of `darkhar.config.NOTEBOOKS`, or some."""


def execution_order(table: Table) -> list[str]:
    """The notebooks, each after those it builds on, else as declared.

    Raises:
        graphlib.CycleError: notebooks that build on each other.
        KeyError: an upstream notebook that the table does not have.
    """
    graphlib.TopologicalSorter({n: row.after for n, row in table.items()}).prepare()
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for upstream in table[name].after:
                visit(upstream)
            order.append(name)

    for name in table:
        visit(name)
    return order


def with_upstream(table: Table, names: Collection[str]) -> Table:
    """The part of a table that holds some notebooks and all that they build on.

    Args:
        table: mapping of name to `Notebook`.
        names: str. Those that are wanted.

    Raises:
        UsageError: no such notebook; the message names the nearest.
    """
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in table:
            raise UsageError(
                f"unknown notebook '{name}'; did you mean '{nearest(name, table)}'?"
            )
        if name not in wanted:
            wanted.add(name)
            waiting += table[name].after
    return {name: row for name, row in table.items() if name in wanted}

"""What a parameter may be, in tables: one row is one declaration.

A row says where the code of a choice is, which is imported only when it is used, what
readers are told of it, and what else follows from it. Types, help texts, registries,
titles and cache keys follow from the rows; nobody keeps a second list.
"""

import dataclasses
import importlib
from collections.abc import Mapping
from typing import Any, TypeVar

from darkhar.config.errors import ParameterError
from darkhar.config.nearest import nearest


@dataclasses.dataclass(frozen=True)
class Choice:
    """A row of a table.

    Args:
        target: str. `"module:attribute"`, where its code is.
        words: str. What readers are told: what it is, without a capital or a full stop.
    """

    target: str
    words: str

    def load(self) -> Any:
        """The attribute of the target, imported if need be."""
        module, _, attribute = self.target.partition(":")
        return getattr(importlib.import_module(module), attribute)


Row = TypeVar("Row")


def choose(table: Mapping[str, Row], name: str, what: str) -> Row:
    """A row of a table.

    Args:
        table: mapping of name to row.
        name: str. The one that is wanted.
        what: str. What the rows are, in the singular: "enhancement".

    Raises:
        ParameterError: no such row; the message names the nearest.
    """
    if name not in table:
        raise ParameterError(
            f"unknown {what} '{name}'; did you mean '{nearest(name, table)}'?"
        )
    return table[name]

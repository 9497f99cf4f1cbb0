"""Rows of text in aligned columns."""

from collections.abc import Sequence
from typing import Any


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under their header, columns aligned on the left."""
    lines = [header, *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def number(value: Any, *, sign: bool = False) -> str:
    """A result for the terminal; None is blank."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:+.6g}" if sign else f"{value:.6g}"
    if sign:
        return f"{value:+d}"
    return str(value)


def megabytes(n_bytes: int | None) -> str:
    """A file's size for the terminal; None is blank."""
    return "" if n_bytes is None else f"{n_bytes / 1e6:.1f} MB"

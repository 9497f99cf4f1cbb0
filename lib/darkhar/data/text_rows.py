"""Rows of a text file as people write them: tabs, commas or blanks between fields."""

import csv
import itertools
import re
from collections.abc import Callable
from pathlib import Path

# A number, then blanks before something else: no comma divides the line.
_BY_BLANKS = re.compile(r"\d+ +[^\s,]")


class UnreadableError(ValueError):
    """Why a file holds no rows, in a few words."""


def read_rows(path: Path, width: int) -> list[tuple[int, list[str]]]:
    """The rows of a file: line number (from 1) and stripped fields.

    Its first line says what is between fields: tabs, commas or, failing these, blanks;
    of rows by blanks, the last field may hold some. Empty lines count for nothing, and
    neither do byte order marks and the kind of line ends. Text is UTF-8, or UTF-16 with
    a byte order mark, as Notepad and PowerShell write it.

    Args:
        path: Path. The file.
        width: int. Fields of a row by blanks, at most, where no heading counts them:
            numbers, then a text.

    Raises:
        UnreadableError: the file is missing, empty or no such text.
    """
    lines = [
        (number, line)
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if line.strip()
    ]
    if not lines:
        raise UnreadableError("the file is empty")
    divide = _divider(lines[0][1], width)
    return [(n, [field.strip() for field in divide(line)]) for n, line in lines]


def _divider(first: str, width: int) -> Callable[[str], list[str]]:
    """What divides a line into fields, by the file's first line."""
    if "\t" in first:
        return lambda line: line.split("\t")
    if "," in first and not _BY_BLANKS.match(first):
        return lambda line: next(csv.reader([line], skipinitialspace=True))
    if is_heading(first.split()):
        width = len(first.split())
        return lambda line: line.split(maxsplit=width - 1)
    return lambda line: _numbers_and_text(line, width)


def _numbers_and_text(line: str, width: int) -> list[str]:
    fields = line.split()
    numbers = itertools.takewhile(str.isdecimal, fields[: width - 1])
    return line.split(maxsplit=min(len(list(numbers)), len(fields) - 1))


def is_heading(fields: list[str]) -> bool:
    """Whether a row says what is in the columns: it holds no number."""
    return not any(re.fullmatch(r"-?\d+", field) for field in fields)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise UnreadableError("the file is missing") from None
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("the file is no UTF-8 text") from None

"""The layouts that are read, a row each, and which of them a data folder has."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from darkhar.config import DataError, UsageError
from darkhar.data import class_folders, listed_layout
from darkhar.data.layout import Layout, Problem

Scan = Callable[[Path], tuple[Layout, list[Problem]]]


@dataclasses.dataclass(frozen=True)
class _Reader:
    """How folders of one layout are told and read.

    Args:
        looks_like: callable that says whether a folder has that layout.
        scan: callable that reads as much of one as can be read.
    """

    looks_like: Callable[[Path], bool]
    scan: Scan


# The first that fits.
_READERS = (
    _Reader(listed_layout.looks_like, listed_layout.scan),
    _Reader(class_folders.looks_like, class_folders.scan),
)


def read_layout(directory: Path | str) -> Layout:
    """Reads what a data folder lists; the clips themselves are not opened.

    Args:
        directory: Path or str. A folder as `book/data_folders.md` says.

    Returns:
        `Layout`, with every clip present and not empty.

    Raises:
        UsageError: the folder is missing.
        DataError: the first thing that is wrong with it: a list missing, empty
            or malformed, an unknown class id, a clip listed twice or missing.
    """
    layout, problems = scan_layout(directory)
    for problem in problems:
        raise DataError(problem.message(layout.directory))
    return layout


def scan_layout(directory: Path | str) -> tuple[Layout, list[Problem]]:
    """Reads as much of a data folder as can be read, and all that is wrong.

    Returns:
        `Layout` of what is sound, and the `Problem`s in order of files and lines.

    Raises:
        UsageError: the folder is missing.
    """
    directory = Path(directory).expanduser().absolute()
    if not directory.is_dir():
        raise UsageError(
            f"data folder {directory} is"
            f" {'not a folder' if directory.exists() else 'missing'}; name a folder of"
            " clips, or leave it out for the embedded clips"
        )
    for reader in _READERS:
        if reader.looks_like(directory):
            return reader.scan(directory)
    problem = Problem(
        "",
        None,
        "no clips that could be read",
        "lists (train.txt, validate.txt) or folders of classes (train/CLASS/clip.mp4,"
        " val/CLASS/clip.mp4) say which clip shows what",
    )
    return Layout(directory, (), (), ()), [problem]

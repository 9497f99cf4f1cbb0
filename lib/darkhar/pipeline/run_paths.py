"""Where runs are."""

import re
from pathlib import Path

from darkhar.config import UsageError, nearest, runs_root
from darkhar.results.manifest import FILE_NAME

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def check_run_name(name: str) -> str:
    """The name, if it can be a run's.

    Raises:
        UsageError: other characters than letters, digits, `-`, `_` and `.`, or
            something else than a letter or digit at the front.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            "a run's name is letters, digits, '-', '_' and '.', beginning with a"
            f" letter or digit. Received: {name!r}"
        )
    return name


def run_directory(name: str, runs: Path | None = None) -> Path:
    """The folder of the run of that name, there or not."""
    return (runs or runs_root()) / check_run_name(name)


def find_results(name_or_path: str, runs: Path | None = None) -> Path:
    """The folder that a run's name, or a path to a folder, stands for.

    Raises:
        UsageError: neither has results; the message names the nearest run.
    """
    path = Path(name_or_path)
    if (path / FILE_NAME).is_file():
        return path
    runs = runs or runs_root()
    if _NAME.fullmatch(name_or_path) and (runs / name_or_path / FILE_NAME).is_file():
        return runs / name_or_path
    known = sorted(p.parent.name for p in runs.glob(f"*/{FILE_NAME}"))
    hint = f"; did you mean '{nearest(name_or_path, known)}'?" if known else ""
    raise UsageError(f"no results of a run or in a folder '{name_or_path}'{hint}")

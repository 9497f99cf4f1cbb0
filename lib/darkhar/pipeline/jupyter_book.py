"""Calling Jupyter Book, any warning of which is an error."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from darkhar.config import ResultsError

# The package cannot be run with -m, and its script need not be on PATH.
_JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PROBLEM = re.compile(r"\b(WARNING|ERROR|CRITICAL): |^[\w.]*Error: \S")


def call_jupyter_book(
    source: Path,
    output: Path,
    builder: str,
    report: Callable[[str], None],
    *,
    environment: Mapping[str, str] | None = None,
    every_page: bool = False,
) -> Path:
    """Builds pages from their sources.

    Args:
        source: Path. Folder with `_config.yml`, `_toc.yml` and the pages.
        output: Path. Folder of the pages, which lie in `_build/<builder>` there.
        builder: str. `"html"` or `"singlehtml"`.
        report: callable that takes a line for each problem found.
        environment: mapping. Variables of the environment beside the process's own.
            Defaults to none.
        every_page: bool. Whether pages that have not changed are built, too. Defaults
            to False.

    Returns:
        The folder of the pages.

    Raises:
        ResultsError: there was an error or a warning.
    """
    command = [sys.executable, "-c", _JUPYTER_BOOK, "build", str(source)]
    command += ["--path-output", str(output), "--builder", builder, "--quiet"]
    command += ["-W", "-n", "--keep-going", *(["--all"] if every_page else [])]
    done = subprocess.run(
        command,
        env={
            **os.environ,
            **(environment or {}),
            # Staged sources are the book's, not a place for compiled files.
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        lines = _COLOUR.sub("", done.stdout).splitlines()
        lines = [line.rstrip() for line in lines if line.strip()]
        problems = [line for line in lines if _PROBLEM.search(line)]
        for line in dict.fromkeys(problems or lines[-20:]):
            report(line.replace(f"{source}/", ""))
        raise ResultsError("the book was not built; the lines above say why")
    return output / "_build" / builder

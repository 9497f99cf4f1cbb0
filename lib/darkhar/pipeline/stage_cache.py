"""Executed notebooks by stage key: what one run has executed, no other does again.

Two runs that differ in a classifier's parameters have the notebooks before it in
common, with all their results. The key covers everything that these depend on
(`darkhar.pipeline.keys`).
"""

import contextlib
import os
from pathlib import Path

from darkhar.config import ResultsError, cache_root
from darkhar.results.files import write_atomically
from darkhar.results.scraps import read_notebook


def keep_stage(key: str, executed: Path) -> None:
    """Keeps an executed notebook.

    Args:
        key: str. Its stage key.
        executed: Path. The notebook.
    """
    write_atomically(_path(key), executed.read_bytes())


def take_stage(key: str, target: Path) -> bool:
    """Puts the notebook that was executed with a key in its place, if there is one.

    Args:
        key: str. The stage key.
        target: Path. Where the notebook is to lie.

    Returns:
        Whether there was one.
    """
    path = _path(key)
    try:
        metadata = read_notebook(path).metadata
    except ResultsError:  # none, or damaged
        return False
    if metadata.get("darkhar", {}).get("stage_key") != key:
        return False
    with contextlib.suppress(OSError):
        os.utime(path)  # used now
    write_atomically(target, path.read_bytes())
    return True


def _path(key: str) -> Path:
    return cache_root() / "stages" / f"{key}.ipynb"

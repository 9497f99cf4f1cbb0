"""Executed notebooks by stage key: what one run has executed, no other does again.

Two runs that differ in a classifier's parameters have the notebooks before it in
common, with all their results. The key covers everything that these depend on
(`darkhar.pipeline.keys`).
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import filelock

from darkhar.config import cache_root
from darkhar.store.files import write_atomically


def keep_stage(key: str, paths: Sequence[str | None], executed: Path) -> None:
    """Keeps an executed notebook.

    Args:
        key: str. Its stage key.
        paths: str or None. The values of the run's parameters that are paths: they
            stand in the notebook, though its results do not depend on them.
        executed: Path. The notebook.
    """
    write_atomically(_path(key, paths), executed.read_bytes())


def is_kept(key: str, paths: Sequence[str | None]) -> bool:
    """Whether there is an executed notebook with a key; it may be damaged.

    Args:
        key: str. The stage key.
        paths: As in `keep_stage`.
    """
    return _path(key, paths).is_file()


def take_stage(key: str, paths: Sequence[str | None], target: Path) -> bool:
    """Puts the notebook that was executed with a key in its place, if there is one.

    Args:
        key: str. The stage key.
        paths: As in `keep_stage`.
        target: Path. Where the notebook is to lie.

    Returns:
        Whether there was one.
    """
    path = _path(key, paths)
    # Read once: it may be pruned at any time.
    try:
        content = path.read_bytes()
        metadata = json.loads(content)["metadata"]
    except (OSError, ValueError, KeyError):  # none, or damaged
        return False
    if metadata.get("darkhar", {}).get("stage_key") != key:
        return False
    with contextlib.suppress(OSError):
        os.utime(path)  # used now
    write_atomically(target, content)
    return True


@contextlib.contextmanager
def stage_lock(key: str, paths: Sequence[str | None]) -> Iterator[None]:
    """Held while a notebook is executed: who wants the same waits, and takes it over.

    Args:
        key: str. Its stage key.
        paths: As in `keep_stage`.
    """
    path = _path(key, paths).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(path):
        yield


def _path(key: str, paths: Sequence[str | None]) -> Path:
    name = hashlib.sha256(json.dumps([key, *paths]).encode()).hexdigest()
    return cache_root() / "stages" / f"{name}.ipynb"

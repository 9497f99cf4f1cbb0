"""What the cache holds, and how to make it smaller."""

import dataclasses
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from darkhar.config import UsageError, cache_root, nearest

_DAY = 24 * 60 * 60  # seconds
# Half-written files of a process that still runs are younger.
_ABANDONED_DAYS = 1.0


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of things in the cache, in a folder of its own.

    Args:
        holds: str. What it is, in words.
        depth: int. How many folders below its own an entry lies: a file, or a folder
            that only goes as a whole. Defaults to that of a `Shelf`.
        can_go: bool. Whether pruning may remove entries: all can be computed again.
            Defaults to True.
    """

    holds: str
    depth: int = 2
    can_go: bool = True


KINDS: dict[str, Kind] = {
    "features": Kind("features and keypoints of clips"),
    "predictions": Kind("what fitted classifiers answer"),
    "stages": Kind("executed notebooks"),
    "models": Kind("fitted models, as runs keep them"),
    "clips": Kind("what clips hold: content, frames, brightness"),
    "tfds": Kind("prepared data sets", depth=1),
    "dark_clips": Kind("rendered clips", depth=1),
    "weights": Kind("weights of networks", depth=1, can_go=False),
    "validation": Kind("how often validation was scored", depth=1, can_go=False),
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """Something in the cache that goes, or stays, as a whole.

    Args:
        path: Path. A file or a folder.
        n_bytes: int. Its size, of a folder that of all its files.
        idle_days: float. Days since it was last used.
    """

    path: Path
    n_bytes: int
    idle_days: float


def entries(kind: str) -> list[Entry]:
    """The entries of a kind, the longest unused first.

    Args:
        kind: str. One of `KINDS`.
    """
    root = cache_root() / kind
    if not root.is_dir():
        return []
    found = [_entry(path) for path in _at_depth(root, KINDS[kind].depth)]
    present = [entry for entry in found if entry is not None]
    return sorted(present, key=lambda entry: (-entry.idle_days, entry.path))


def prune(
    kinds: Collection[str] = (),
    *,
    unused_for: float = 30.0,
    remove: bool = True,
) -> list[Entry]:
    """Removes what was not used for some time, and what was left half-written.

    An entry goes whole: a process that asks for it at the same time has it, or computes
    it again. Weights and the record of validation stay.

    Args:
        kinds: str. Names of `KINDS`. None of them means all that can go.
        unused_for: float. Days, at least 0. Defaults to 30.
        remove: bool. False only tells what would go. Defaults to True.

    Returns:
        What went, or would.

    Raises:
        UsageError: no such kind, or one that does not go.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(
                f"the cache has no '{kind}'; did you mean '{nearest(kind, KINDS)}'?"
            )
        if not KINDS[kind].can_go:
            raise UsageError(
                f"'{kind}' ({KINDS[kind].holds}) is not pruned; delete"
                f" {cache_root() / kind} by hand if you mean it"
            )
    if not unused_for >= 0:  # nor is it not a number
        raise UsageError(f"days should be at least 0. Received: {unused_for:g}")
    gone = []
    all_kinds = [name for name, kind in KINDS.items() if kind.can_go]
    for kind in dict.fromkeys(kinds or all_kinds):
        for entry in entries(kind):
            is_part = entry.path.name.startswith(".")
            if entry.idle_days >= (_ABANDONED_DAYS if is_part else unused_for):
                if remove:
                    _remove(entry.path)
                gone.append(entry)
    return gone


def _at_depth(root: Path, depth: int) -> Iterator[Path]:
    try:
        children = sorted(root.iterdir())
    except FileNotFoundError:
        return
    for child in children:
        # A file where folders are is from another version.
        if depth > 1 and child.is_dir():
            yield from _at_depth(child, depth - 1)
        # Locks belong to processes that may wait for them.
        elif child.suffix != ".lock":
            yield child


def _entry(path: Path) -> Entry | None:
    """None where another process has removed it."""
    try:
        files = [path] if path.is_file() else [p for p in path.rglob("*")]
        stats = [path.stat(), *(p.stat() for p in files)]
    except FileNotFoundError:
        return None
    n_bytes = sum(p.stat().st_size for p in files if p.is_file())
    # Use is marked on the entry itself; a folder is as old as that.
    used = stats[0].st_mtime
    return Entry(path, n_bytes, max(0.0, (time.time() - used) / _DAY))


def _remove(path: Path) -> None:
    if path.is_file():
        path.unlink(missing_ok=True)
        return
    # Out of its place at once, so that nobody sees half of it.
    doomed = path.with_name(f".doomed-{path.name}")
    try:
        path.replace(doomed)
    except FileNotFoundError:
        return
    shutil.rmtree(doomed, ignore_errors=True)

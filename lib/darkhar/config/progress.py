"""Progress of what takes longer than a moment, where somebody watches.

On a terminal a bar is drawn; elsewhere nothing is, so that logs and the outputs of
notebooks stay clean. A notebook that `darkhar run` executes draws into a file that the
environment names; that command, which executes several, shows them all.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from tqdm import tqdm

PROGRESS_FILE = "DARKHAR_PROGRESS"
_DELAY = 2  # seconds
# The last bar in a file is shorter.
_LAST_BYTES = 2000


@contextlib.contextmanager
def progress_bar(
    description: str, *, total: int | None, unit: str, shown: bool | None = None
) -> Iterator[tqdm]:
    """A bar with items done, items per second and the time left; gone in the end.

    It appears after two seconds.

    Args:
        description: str. What is done.
        total: int or None. How many items; None if that shows later.
        unit: str. What an item is called, in the singular.
        shown: bool or None. Whether a bar is drawn, at once. None means on a terminal
            only. Defaults to None.

    Yields:
        `tqdm.tqdm`, whose `update(n)` counts further items.
    """
    with contextlib.ExitStack() as stack:
        named = _named_file() if shown is None else None
        file: IO[str] | None = named and stack.enter_context(named)
        # What is over in a moment needs no bar.
        options = {"disable": None, "delay": _DELAY}
        if shown is not None:
            options = {"disable": not shown}
        if file is not None:
            options = {"file": file, "position": 0, "delay": _DELAY}
        yield stack.enter_context(
            tqdm(desc=description, total=total, unit=unit, leave=False, **options)
        )


def counted_by(bar: tqdm) -> Callable[[int, int], None]:
    """A callable that sets a bar to items done and items in all."""

    def advance(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return advance


def last_drawn(file: Path) -> str:
    """The bar that a file of bars ends with; nothing where the last one is gone."""
    try:
        with file.open("rb") as bars:
            bars.seek(max(0, bars.seek(0, os.SEEK_END) - _LAST_BYTES))
            drawn = bars.read().decode(errors="replace")
    except OSError:  # nothing was drawn yet
        return ""
    # Each is drawn over the one before, the last one wiped out.
    return drawn.rstrip("\r").rpartition("\r")[2].strip()


def _named_file() -> IO[str] | None:
    """The file that the environment names, if it can be written to."""
    path = os.environ.get(PROGRESS_FILE)
    with contextlib.suppress(OSError):
        return Path(path).open("a", encoding="utf-8") if path else None
    return None

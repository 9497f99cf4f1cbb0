"""Progress of what takes longer than a moment, where somebody watches.

On a terminal a bar is drawn; elsewhere nothing is, so that logs and the outputs of
notebooks stay clean. A notebook that `darkhar run` executes draws on the terminal of
that command, which names it in the environment.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from tqdm import tqdm

TERMINAL = "DARKHAR_TERMINAL"
_DELAY = 2  # seconds


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
        terminal = _watched() if shown is None else None
        file: IO[str] | None = terminal and stack.enter_context(terminal)
        # What is over in a moment needs no bar.
        options = {"disable": None, "delay": _DELAY}
        if shown is not None:
            options = {"disable": not shown}
        if file is not None:
            # Under the bar of the notebook's cells.
            options = {"file": file, "position": 1, "delay": _DELAY}
        yield stack.enter_context(
            tqdm(desc=description, total=total, unit=unit, leave=False, **options)
        )


def counted_by(bar: tqdm) -> Callable[[int, int], None]:
    """A callable that sets a bar to items done and items in all."""

    def advance(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return advance


def _watched() -> IO[str] | None:
    """The terminal that the environment names, if it can be written to."""
    path = os.environ.get(TERMINAL)
    with contextlib.suppress(OSError):
        return Path(path).open("w") if path else None
    return None

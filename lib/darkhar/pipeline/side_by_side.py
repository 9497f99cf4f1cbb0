"""Doing pieces of work side by side, in threads, each when its turn is up."""

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any

from darkhar.config import DarkharError, ResultsError
from darkhar.pipeline.schedule import Schedule

# In seconds: how often what is under way is looked at,
_TICK = 0.5
# and how long what is stopped has to put its things away.
_FAREWELL = 10


class CalledOff(Exception):
    """The turn that a piece of work waited for does not come."""


class Turn:
    """When a piece of work may begin.

    Args:
        cores: int. Its share of the cores.
    """

    def __init__(self, cores: int):
        self.cores = cores
        self._decided = threading.Event()
        self._is_off = False

    def is_up(self) -> bool:
        """Whether it may begin at once."""
        return self._decided.is_set()

    def wait(self) -> None:
        """Returns when it may begin.

        Raises:
            CalledOff: it never may.
        """
        self._decided.wait()
        if self._is_off:
            raise CalledOff

    def begin(self) -> None:
        """Says that it may."""
        self._decided.set()

    def call_off(self) -> None:
        """Says that it never may."""
        self._is_off = True
        self._decided.set()


def side_by_side(
    schedule: Schedule,
    work: Callable[[str, Turn], Any],
    *,
    cores: int,
    ended: Callable[[str, Any], None],
    failed: Callable[[str, list[str]], None],
    stop: Callable[[], None],
    look: Callable[[], None] | None = None,
) -> None:
    """Does all pieces of work that a schedule holds.

    Args:
        schedule: `Schedule`.
        work: callable that takes a piece's name and its `Turn`, and does it once its
            turn is up. It is called in a thread of the piece's own, all others in the
            caller's.
        cores: int. What pieces that are at work at once share.
        ended: callable that takes a piece's name and what `work` returned.
        failed: callable that takes the name of one that failed, and of those that are
            finished all the same, for they have begun.
        stop: callable. Has pieces that are at work end soon. It is called when the
            caller is interrupted.
        look: callable. Called twice a second. Defaults to None.

    Raises:
        DarkharError: pieces failed. Those that had begun are done; no other is.
    """
    ends: queue.SimpleQueue[tuple[str, Any, BaseException | None]] = queue.SimpleQueue()
    turns: dict[str, Turn] = {}
    threads: list[threading.Thread] = []
    errors: list[BaseException] = []

    def do(name: str) -> None:
        try:
            ends.put((name, work(name, turns[name]), None))
        except CalledOff:
            pass
        except BaseException as error:
            ends.put((name, None, error))

    def advance() -> None:
        begun = schedule.begin()
        new = [name for name in begun + schedule.get_ready() if name not in turns]
        for name in new:
            turns[name] = Turn(max(cores // schedule.neighbours(name), 1))
        for name in begun:
            turns[name].begin()
        for name in new:
            # A daemon: one that waits for another process would not let this one end.
            threads.append(threading.Thread(target=do, args=(name,), daemon=True))
            threads[-1].start()

    def call_off() -> None:
        schedule.call_off()
        for name in turns.keys() - {*schedule.running}:
            turns[name].call_off()

    try:
        advance()
        while schedule.running:
            name, result, error = _next(ends, look)
            schedule.end(name)
            if error is None:
                ended(name, result)
            else:
                errors.append(error)
                call_off()
                failed(name, list(schedule.running))
            advance()
    except BaseException:
        call_off()
        stop()
        raise
    finally:
        for thread in threads:
            thread.join(_FAREWELL)
    _raise(errors)


def _next(ends: queue.SimpleQueue, look: Callable[[], None] | None) -> Any:
    while True:
        with contextlib.suppress(queue.Empty):
            return ends.get(timeout=None if look is None else _TICK)
        look()


def _raise(errors: list[BaseException]) -> None:
    for error in errors:
        if len(errors) == 1 or not isinstance(error, DarkharError):
            raise error
    if errors:
        raise ResultsError("\n".join(map(str, errors)))

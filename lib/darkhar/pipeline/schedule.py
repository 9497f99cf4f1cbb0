"""What begins when: pieces of work side by side, each after those it builds on.

Of those that may begin, the one with the longest path behind it is first: the longest
path decides when all is done. Where nothing may begin, a free place gets the next in
line ready, which then waits for its turn.
"""

import statistics
from collections.abc import Collection, Mapping


class Schedule:
    """Which pieces begin when; it is told what ends.

    Args:
        after: mapping of a piece's name to those that it builds on. Others than the
            mapping's are done.
        jobs: int. How many run, or have got ready, at once.
        seconds: mapping of name to how long it took before, as far as that is known.
            Defaults to nothing known.
    """

    def __init__(
        self,
        after: Mapping[str, Collection[str]],
        *,
        jobs: int,
        seconds: Mapping[str, float] | None = None,
    ):
        self._after = {n: [u for u in up if u in after] for n, up in after.items()}
        self._jobs = jobs
        paths = longest_paths(self._after, seconds or {})
        self._waiting = sorted(self._after, key=lambda name: -paths[name])
        self._ready: set[str] = set()
        self.running: list[str] = []

    def begin(self) -> list[str]:
        """Names what begins now, and takes it for running."""
        begun = []
        for name in list(self._waiting):
            may_begin = not self._upstream_left(name)
            if may_begin and (name in self._ready or self._has_place()):
                self._waiting.remove(name)
                self._ready.discard(name)
                self.running.append(name)
                begun.append(name)
        return begun

    def get_ready(self) -> list[str]:
        """Names what gets ready for its turn, where nothing else takes the place."""
        chosen = []
        for name in self._next_in_line():
            if name not in self._ready and self._has_place():
                self._ready.add(name)
                chosen.append(name)
        return chosen

    def end(self, name: str) -> None:
        """Says that a piece is done."""
        self.running.remove(name)

    def call_off(self) -> None:
        """Lets nothing more begin."""
        self._waiting, self._ready = [], set()

    def neighbours(self, name: str) -> int:
        """How many are likely to run at once with a piece, itself included."""
        beside = {
            other
            for other in self.running + self._next_in_line()
            if other not in self._after[name] and name not in self._after[other]
        }
        return min(len(beside | {name}), self._jobs)

    def _next_in_line(self) -> list[str]:
        """Those that may begin when what runs now is done."""
        running = {*self.running}
        return [n for n in self._waiting if self._upstream_left(n) <= running]

    def _upstream_left(self, name: str) -> set[str]:
        return {u for u in self._after[name] if u in self._waiting + self.running}

    def _has_place(self) -> bool:
        return len(self.running) + len(self._ready) < self._jobs


def longest_paths(
    after: Mapping[str, Collection[str]], seconds: Mapping[str, float]
) -> dict[str, float]:
    """How long each piece takes with the longest chain of those that build on it.

    Args:
        after: mapping of name to the names that it builds on.
        seconds: mapping of name to how long it takes. One that is not known takes as
            long as the known ones on average; where none is known, all take the same.
    """
    usual = statistics.fmean(seconds.values()) if seconds else 1.0
    paths: dict[str, float] = {}

    def path(name: str) -> float:
        if name not in paths:
            followers = [other for other, upstream in after.items() if name in upstream]
            behind = max(map(path, followers), default=0.0)
            paths[name] = seconds.get(name, usual) + behind
        return paths[name]

    return {name: path(name) for name in after}

"""Work in threads: who waits for whom is settled by events, not by time."""

import threading

import pytest

from darkhar.config import ResultsError
from darkhar.pipeline.schedule import Schedule
from darkhar.pipeline.side_by_side import CalledOff, side_by_side


class Log:
    """What is called, in order.

    `work` is done by a test's own function, `hears` is called after each call, and
    `starts` where a piece may not have its turn yet.
    """

    def __init__(
        self,
        work=lambda name, turn: name.upper(),
        hears=lambda: None,
        starts=lambda name, turn: None,
    ):
        self.calls = []
        self.shares = {}
        self.off = set()
        self.stopped = threading.Event()
        self._work, self._hears, self._starts = work, hears, starts

    def work(self, name, turn):
        self.shares[name] = turn.cores
        self._starts(name, turn)
        try:
            turn.wait()
        except CalledOff:
            self.off.add(name)
            raise
        return self._work(name, turn)

    def call(self, *call):
        self.calls.append(call)
        self._hears()

    def go(self, after, *, jobs, cores=2, **options):
        side_by_side(
            Schedule(after, jobs=jobs, **options),
            self.work,
            cores=cores,
            ended=self.call,
            failed=lambda name, rest: self.call(name, "failed", rest),
            stop=self.stopped.set,
        )
        return self.calls


def meeting(*names):
    """Work that only ends when all of the names are at work."""
    barrier = threading.Barrier(len(names), timeout=30)

    def work(name, _):
        if name in names:
            barrier.wait()

    return work


def test_results_are_handed_over_in_the_callers_thread():
    threads = set()
    log = Log(lambda name, _: (threads.add(threading.current_thread()), name)[1])
    assert log.go({"b": ("a",), "a": ()}, jobs=2) == [("a", "a"), ("b", "b")]
    assert len(threads) == 2 and threading.current_thread() not in threads
    assert not log.stopped.is_set()
    assert not any(thread.is_alive() for thread in threads)


def test_as_many_at_once_as_jobs():
    log = Log(meeting("a", "b", "c"))
    assert len(log.go({"a": (), "b": (), "c": (), "d": ("a",)}, jobs=3)) == 4


def test_each_has_its_share_of_the_cores():
    log = Log()
    log.go({"a": (), "b": (), "last": ("a", "b")}, jobs=2, cores=4)
    assert log.shares == {"a": 2, "b": 2, "last": 4}
    log.go({"a": (), "b": ()}, jobs=1, cores=4)
    assert log.shares["a"] == log.shares["b"] == 4
    log.go({"a": (), "b": (), "c": ()}, jobs=3, cores=2)
    assert log.shares["a"] == 1


def test_the_next_in_line_gets_ready_while_it_waits():
    got_ready = threading.Event()

    def starts(name, turn):
        assert turn.is_up() == (name == "a")
        if name == "b":
            got_ready.set()
        assert got_ready.wait(30)

    log = Log(starts=starts)
    assert log.go({"a": (), "b": ("a",)}, jobs=2) == [("a", "A"), ("b", "B")]


def test_after_a_failure_what_runs_is_finished_and_nothing_more_begins():
    failed = threading.Event()
    meet = meeting("bad", "good")

    def work(name, _):
        meet(name, _)
        if name == "bad":
            raise ResultsError("bad failed")
        assert failed.wait(30)
        return name

    log = Log(work, hears=failed.set)
    after = {"bad": (), "good": (), "next": ("good",), "other": ()}
    took = {"bad": 9.0, "good": 9.0, "next": 1.0, "other": 1.0}
    with pytest.raises(ResultsError, match=r"^bad failed$"):
        log.go(after, jobs=2, seconds=took)
    assert log.calls == [("bad", "failed", ["good"]), ("good", "good")]
    assert not log.stopped.is_set()


def test_what_got_ready_for_nothing_is_called_off():
    ready = threading.Event()

    def work(name, _):
        assert ready.wait(30)
        raise ResultsError("a failed")

    log = Log(work, starts=lambda name, _: ready.set() if name == "b" else None)
    with pytest.raises(ResultsError, match="a failed"):
        log.go({"a": (), "b": ("a",)}, jobs=2)
    assert log.off == {"b"}
    assert log.calls == [("a", "failed", [])]


def test_several_failures_are_told_together_and_a_mistake_of_ours_alone():
    meet = meeting("a", "b")

    def fail(name, turn):
        meet(name, turn)
        raise ResultsError(f"{name} failed")

    with pytest.raises(ResultsError) as caught:
        Log(fail).go({"a": (), "b": ()}, jobs=2)
    assert sorted(str(caught.value).splitlines()) == ["a failed", "b failed"]

    def mistake(name, turn):
        meet(name, turn)
        if name == "a":
            raise ZeroDivisionError
        raise ResultsError("b failed")

    with pytest.raises(ZeroDivisionError):
        Log(mistake).go({"a": (), "b": ()}, jobs=2)


def test_an_interruption_stops_what_runs():
    def interrupt():
        raise KeyboardInterrupt

    meet = meeting("a", "b")

    def work(name, turn):
        meet(name, turn)
        if name == "b":
            assert log.stopped.wait(30)
            raise CalledOff

    before = threading.active_count()
    log = Log(work, hears=interrupt)
    with pytest.raises(KeyboardInterrupt):
        log.go({"a": (), "b": (), "c": ("a",)}, jobs=2)
    assert log.stopped.is_set()
    assert threading.active_count() == before


def test_what_is_under_way_is_looked_at():
    looked = threading.Event()
    log = Log(lambda name, turn: looked.wait(30))
    side_by_side(
        Schedule({"a": ()}, jobs=1),
        log.work,
        cores=1,
        ended=log.call,
        failed=None,
        stop=None,
        look=looked.set,
    )
    assert log.calls == [("a", True)]

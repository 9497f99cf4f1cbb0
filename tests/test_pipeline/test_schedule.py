"""What begins when, by hand: no thread, no clock."""

from darkhar.pipeline.schedule import Schedule, longest_paths

CHAIN = {"a": (), "b": ("a",), "c": ("b",)}


def all_of(schedule):
    """What begins together, step by step, if all that runs ends at once."""
    steps = []
    while begun := schedule.begin():
        steps.append(begun)
        for name in begun:
            schedule.end(name)
    return steps


def test_longest_paths():
    after = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ()}
    assert longest_paths(after, {}) == {"a": 3, "b": 2, "c": 2, "d": 1, "e": 1}
    # The mean of those known, 4, is taken for `d` and `e`.
    took = {"a": 1.0, "b": 2.0, "c": 9.0}
    found = longest_paths(after, took)
    assert found == {"a": 14.0, "b": 6.0, "c": 13.0, "d": 4.0, "e": 4.0}


def test_each_after_those_that_it_builds_on_the_longest_path_first():
    after = {"e": (), "a": (), "b": ("a",), "c": ("a",), "d": ("c",)}
    assert all_of(Schedule(after, jobs=9)) == [["a", "e"], ["c", "b"], ["d"]]
    one = [["a"], ["c"], ["e"], ["b"], ["d"]]
    assert all_of(Schedule(after, jobs=1)) == one
    slow = {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0, "e": 5.0}
    two = [["e", "a"], ["c", "b"], ["d"]]
    assert all_of(Schedule(after, jobs=2, seconds=slow)) == two


def test_what_is_done_is_not_waited_for():
    assert Schedule({"b": ("a",)}, jobs=1).begin() == ["b"]


def test_no_more_at_once_than_jobs():
    schedule = Schedule({"a": (), "b": (), "c": ()}, jobs=2)
    assert schedule.begin() == ["a", "b"]
    assert schedule.begin() == []
    schedule.end("b")
    assert schedule.begin() == ["c"]
    assert schedule.running == ["a", "c"]


def test_a_free_place_gets_the_next_in_line_ready():
    schedule = Schedule(CHAIN, jobs=3)
    assert (schedule.begin(), schedule.get_ready()) == (["a"], ["b"])
    assert schedule.get_ready() == []  # `c` builds on what has not begun
    schedule.end("a")
    assert (schedule.begin(), schedule.get_ready()) == (["b"], ["c"])
    # Where there is no place, nothing does.
    schedule = Schedule(CHAIN, jobs=1)
    assert (schedule.begin(), schedule.get_ready()) == (["a"], [])


def test_what_may_begin_takes_a_place_before_what_gets_ready():
    schedule = Schedule({"a": (), "b": ("a",), "c": (), "d": ()}, jobs=2)
    assert (schedule.begin(), schedule.get_ready()) == (["a", "c"], [])
    schedule.end("c")
    assert (schedule.begin(), schedule.get_ready()) == (["d"], [])
    schedule.end("d")
    assert (schedule.begin(), schedule.get_ready()) == ([], ["b"])
    schedule.end("a")
    assert schedule.begin() == ["b"]


def test_one_that_is_ready_keeps_its_place():
    after = {"a": (), "x": (), "b": ("a", "x"), "c": ("a",), "d": ("a",)}
    took = {"b": 9.0, "x": 5.0, "a": 5.0, "c": 1.0, "d": 1.0}
    schedule = Schedule(after, jobs=3, seconds=took)
    assert (schedule.begin(), schedule.get_ready()) == (["a", "x"], ["b"])
    schedule.end("a")
    assert schedule.begin() == ["c"]
    assert schedule.begin() == []


def test_how_many_are_likely_to_run_at_once():
    schedule = Schedule(CHAIN | {"x": ()}, jobs=2)
    schedule.begin()
    assert [schedule.neighbours(name) for name in ("a", "x")] == [2, 2]
    alone = Schedule(CHAIN, jobs=2)
    alone.begin()
    assert alone.neighbours("a") == 1
    alone.get_ready()
    # `a` is done when it begins.
    assert alone.neighbours("b") == 1
    fan = Schedule({"a": (), "b": ("a",), "c": ("a",)}, jobs=2)
    fan.begin()
    fan.get_ready()
    assert [fan.neighbours(name) for name in ("a", "b")] == [1, 2]


def test_nothing_begins_after_it_was_called_off():
    schedule = Schedule(CHAIN, jobs=2)
    schedule.begin()
    schedule.get_ready()
    schedule.call_off()
    schedule.end("a")
    assert (schedule.begin(), schedule.get_ready()) == ([], [])

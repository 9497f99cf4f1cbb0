"""The arithmetic of benchmarks; nothing is timed here."""

import pytest
from benchmarks.ratios import ratio_of, time_in_turns


def test_more_is_better():
    ratio = ratio_of(
        "x",
        ("theirs", [10.0, 20.0, 30.0]),
        ("ours", [5.0, 5.0, 5.0]),
        unit="ms",
        kind="at least",
        bar=2.5,
    )
    # Of each pair: 2, 4 and 6; a quartile lies half-way between two of three.
    assert (ratio.ratio, ratio.low, ratio.high) == (4, 3, 5)
    assert (ratio.reference_value, ratio.ours_value, ratio.pairs) == (20, 5, 3)


def test_less_is_better():
    ratio = ratio_of(
        "x", ("small", [8.0]), ("large", [10.0]), unit="MiB", kind="at most", bar=None
    )
    assert ratio.ratio == pytest.approx(1.25)
    assert ratio.low == ratio.high == ratio.ratio
    assert ratio.pairs == 1


def test_who_begins_changes():
    calls = []
    ratio = time_in_turns(
        "x",
        ("a", lambda: calls.append("a")),
        ("b", lambda: calls.append("b")),
        items=4,
        item="clip",
        pairs=3,
        bar=2.0,
        note="n",
    )
    # The first pair, which may build things, does not count.
    assert "".join(calls) == "ab" + "ab" + "ba" + "ab"
    assert (ratio.pairs, ratio.unit, ratio.kind) == (3, "ms a clip", "at least")
    assert (ratio.bar, ratio.note) == (2.0, "n")

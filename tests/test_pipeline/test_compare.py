import pytest

from darkhar.pipeline.compare import ABSENT, Row, compare, differing
from darkhar.pipeline.tolerances import tolerance


@pytest.mark.parametrize(
    ("key", "a", "b", "difference", "changed"),
    [
        ("b#validation.accuracy", 0.25, 0.25, 0.0, False),
        ("b#validation.accuracy", 0.25, 0.27, 0.02, False),
        ("b#validation.accuracy", 0.25, 0.36, 0.11, True),
        ("b#validation.loss", 1.75, 1.76, 0.01, False),
        ("b#validation.loss", 1.75, 1.55, -0.2, True),
        ("b#validation.correct", 9, 12, 3, False),
        ("b#validation.correct", 9, 13, 4, True),
        ("b#validation.n", 36, 37, 1, True),
        ("b#folds.rows.0.4", 9, 17, 8, False),
        ("b#brightness", 18.0, 18.01, 0.01, False),
        ("b#brightness", 18.0, 18.02, 0.02, True),
        ("b#clips", 90, 91, 1, True),
        ("b#accuracy", 1, 1, 0, False),
        ("b#name", "uniform", "random", None, True),
        ("b#name", "uniform", "uniform", None, False),
        ("b#flag", True, 1, None, True),
        ("b#none", None, None, None, False),
    ],
)
def test_rows(key, a, b, difference, changed):
    row = compare({key: a}, {key: b})[0]

    assert row.difference == (None if difference is None else pytest.approx(difference))
    assert row.changed is changed


def test_what_was_counted_before_a_fit_is_exact():
    a = {"b#t.columns.0": "n", "b#t.columns.1": "correct"}
    a |= {"b#t.rows.0.0": 90, "b#t.rows.0.1": 60}
    moved = a | {"b#t.rows.0.0": 91, "b#t.rows.0.1": 61}
    changed = [row.key for row in compare(a, moved) if row.changed]
    assert changed == ["b#t.rows.0.0"]


def test_what_only_one_has():
    assert compare({"b#x": 1}, {"b#y": 2}) == [
        Row("b#x", 1, ABSENT, None, True),
        Row("b#y", ABSENT, 2, None, True),
    ]


def test_differing_leaves_out_what_is_the_same_and_counts_in_order():
    a = {"b#loss.2": 1.0, "b#loss.10": 1.0, "b#n": 3}
    b = {"b#loss.2": 1.001, "b#loss.10": 2.0, "b#n": 3}

    rows = differing(a, b)

    assert [(row.key, row.changed) for row in rows] == [
        ("b#loss.2", False),
        ("b#loss.10", True),
    ]


def test_tolerance_goes_by_the_path_not_the_notebook():
    assert tolerance("validation#brightness").absolute == 1e-6
    assert tolerance("baseline#validation.accuracy").absolute == 0.09

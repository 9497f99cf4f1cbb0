import dataclasses

import numpy as np
import pandas as pd
import pytest

from darkhar.config import ResultsError
from darkhar.results.values import flatten, natural_order, plain, unflatten


@dataclasses.dataclass
class Pair:
    first: int
    second: tuple[float, ...]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(False), False),
        (np.str_("Jump"), "Jump"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array(1.5), 1.5),
        ((1, (2, 3)), [1, [2, 3]]),
        (Pair(1, (0.25,)), {"first": 1, "second": [0.25]}),
        ({"a": {"b": np.uint8(7)}, "none": None}, {"a": {"b": 7}, "none": None}),
    ],
)
def test_casts_to_plain_values(value, expected):
    cast = plain(value, "x")

    assert cast == expected
    assert type(cast) is type(expected)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "'x' is nan"),
        ({"loss": [1.0, np.float32("inf")]}, r"'x\.loss\.1' is inf"),
        (np.array([0.0, np.nan]), r"'x\.1' is nan"),
        (pd.NA, "missing"),
        (pd.DataFrame({"a": [1]}), "glue_table"),
        (object(), "is a object"),
        (1j, "is a complex"),
        (pd.Timestamp("2020-01-01"), "is a Timestamp"),
        ({"a.b": 1}, r"field name 'a\.b'"),
        ({3: 1}, "field name 3"),
        ({"3": 1}, "field name '3'"),
        ({"": 1}, "field name ''"),
    ],
)
def test_refuses_what_is_no_result(value, message):
    with pytest.raises(ResultsError, match=message):
        plain(value, "x")


def test_flattens_to_dotted_paths_and_back():
    scraps = {
        "validation": {"loss": 1.5, "per_class": [{"n": 4}, {"n": 0}]},
        "rows": [[i] for i in range(11)],
        "empty": [],
        "text": "a.b",
    }

    flat = flatten(scraps, "baseline#")

    assert flat["baseline#validation.per_class.1.n"] == 0
    assert flat["baseline#rows.10.0"] == 10
    assert flat["baseline#empty"] == []
    assert len(flat) == 3 + 11 + 1 + 1
    assert unflatten(flatten(scraps)) == scraps


def test_natural_order_counts():
    keys = ["a.10", "a.2", "a", "b.1", "a.2.x"]

    assert sorted(keys, key=natural_order) == ["a", "a.2", "a.2.x", "a.10", "b.1"]

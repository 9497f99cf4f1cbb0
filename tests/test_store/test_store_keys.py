"""A key changes with all that a result depends on, and with nothing else."""

import dataclasses
import functools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from darkhar.config.parameters import GROUPS
from darkhar.sampling.rules import endpoint_indices, uniform_indices
from darkhar.store.keys import key_of


@dataclasses.dataclass(frozen=True)
class Settings:
    rate: float = 0.5
    name: str = "gamma"
    place: Path = dataclasses.field(default=Path("a"), compare=False)


def fit(rate=1, *, units=2):
    return rate, units


def other(rate=1, *, units=2):
    return rate, units


def test_the_same_in_every_process():
    code = (
        "import numpy as np\n"
        "from darkhar.store.keys import key_of\n"
        "print(key_of({'b': 1, 'a': [None, 0.1]}, np.arange(3), key_of))\n"
    )
    keys = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert keys == {key_of({"a": [None, 0.1], "b": 1}, np.arange(3), key_of)}


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}),
        ((1, (2, 3)), [1, [2, 3]]),
        (
            [1, 0.5, True, "x"],
            [np.int16(1), np.float64(0.5), np.bool_(1), np.str_("x")],
        ),
        (np.arange(6).reshape(2, 3).T, np.array([[0, 3], [1, 4], [2, 5]])),
        (Settings(), Settings(place=Path("b"))),
        (functools.partial(fit, a=1, b=2), functools.partial(fit, b=2, a=1)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_same_key(one, same):
    assert key_of(one) == key_of(same)


DIFFERENT = [
    None,
    "None",
    0,
    1,
    1.0,
    True,
    "1",
    [],
    [1],
    [[1]],
    ["a", "b"],
    ["ab"],
    [["a", "b"]],
    {"a": "b"},
    {"a": "c"},
    {"b": "a"},
    {},
    np.array([1, 2]),
    np.array([2, 1]),
    np.array([1.0, 2.0]),
    np.array([1, 2], np.int32),
    np.array([[1, 2]]),
    np.array(["1", "2"]),
    [1, 2],
    Settings(),
    Settings(rate=0.25),
    Settings(name="clahe"),
    {"rate": 0.5, "name": "gamma"},
    Settings,
    fit,
    other,
    functools.partial(fit),
    functools.partial(fit, 2),
    functools.partial(fit, rate=2),
    functools.partial(fit, units=2),
    functools.partial(other),
    functools.partial(fit, Settings()),
    functools.partial(fit, Settings(rate=0.25)),
    uniform_indices,
    endpoint_indices,
]


def test_different_keys():
    keys = [key_of(part) for part in DIFFERENT]
    assert len(set(keys)) == len(DIFFERENT)
    assert key_of("a", "b") not in {key_of("b", "a"), key_of("ab"), key_of(["a", "b"])}


def with_a_field(settings):
    """The same class, and one of it with one field more."""
    cls = type(settings)
    longer = dataclasses.make_dataclass(
        cls.__name__, [("added", int, 0)], bases=(cls,), frozen=True, kw_only=True
    )
    longer.__module__, longer.__qualname__ = cls.__module__, cls.__qualname__
    values = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings)}
    return longer(**values)


HOLDERS = {
    "alone": lambda settings: settings,
    "in a list": lambda settings: ["x", [settings]],
    "in a mapping": lambda settings: {"x": {"y": settings}},
    "in an object": lambda settings: Settings(name=settings),
    "given": lambda settings: functools.partial(fit, units=settings),
}


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
@pytest.mark.parametrize(
    "group", [Settings, *GROUPS.values()], ids=lambda c: c.__name__
)
def test_an_added_field_changes_every_key_that_its_object_is_part_of(group, holder):
    settings = group()
    assert key_of(holder(group())) == key_of(holder(settings))
    assert key_of(holder(with_a_field(settings))) != key_of(holder(settings))


class Callable:
    def __init__(self, rate):
        self.rate = rate

    def __call__(self):
        return self.rate


def closure(rate):
    return lambda: rate


@pytest.mark.parametrize(
    "part",
    [
        Path("a"),
        {"a": [Path("a")]},
        Settings(name=Path("a")),
        functools.partial(fit, Path("a")),
        {1, 2},
        b"bytes",
        object(),
        np.array([object()]),
        # What these were given does not show.
        Callable(2),
        Callable(2).__call__,
        closure(2),
    ],
    ids=lambda part: type(part).__name__,
)
def test_what_says_too_little_is_refused(part):
    with pytest.raises(TypeError, match="is no part of a key"):
        key_of(part)

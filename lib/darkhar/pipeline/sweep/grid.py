"""A grid of parameters from a YAML file, and the runs that it stands for."""

import contextlib
import dataclasses
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import pydantic
import yaml
from pydantic import ConfigDict, Field

from darkhar.config import (
    NOTEBOOKS,
    PATH_NAMES,
    Parameters,
    UsageError,
    get_preset,
    make_parameters,
    nearest,
    parse_parameters,
)
from darkhar.pipeline.graph import Table, with_upstream

# What most sweeps are about, of every notebook that has it.
_RESULTS = ("*#cross_validation.accuracy", "*#validation.accuracy", "*#validation.loss")


@pydantic.dataclasses.dataclass(
    frozen=True, kw_only=True, config=ConfigDict(extra="forbid")
)
class _File:
    """The file as it is written; `Grid` is what it means."""

    preset: str = "demo"
    fixed: dict[str, Any] = dataclasses.field(default_factory=dict)
    grid: Annotated[
        dict[str, Annotated[list[Any], Field(min_length=1)]], Field(min_length=1)
    ]
    # None is for a key that is not there: one without a value is refused.
    notebooks: Annotated[list[str], Field(min_length=1)] = None
    results: Annotated[list[str], Field(min_length=1)] = dataclasses.field(
        default_factory=lambda: list(_RESULTS)
    )


@dataclasses.dataclass(frozen=True)
class Point:
    """One run of a sweep.

    Args:
        name: str. The run's name: eight digits that follow from its parameters, so
            that it is the same however the grid is changed.
        settings: dict of the parameters in which the runs of the sweep differ.
        parameters: `Parameters`. The run's, complete.
    """

    name: str
    settings: dict[str, Any]
    parameters: Parameters

    def __str__(self) -> str:
        return ", ".join(f"{key}={shown(v)}" for key, v in self.settings.items())


@dataclasses.dataclass(frozen=True)
class Grid:
    """A grid of parameters.

    Args:
        preset: str. The preset that all runs start from.
        fixed: dict of parameter to value, the same in all runs.
        axes: dict of parameter to its values; the runs are all combinations, the last
            parameter changing fastest.
        table: mapping of name to `Notebook`. What each run executes.
        results: str. Patterns, with `*` and `?`, of the results that are tabulated.
        points: list of `Point`.
    """

    preset: str
    fixed: dict[str, Any]
    axes: dict[str, list[Any]]
    table: Table
    results: tuple[str, ...]
    points: list[Point]


def read_grid(
    path: Path, data_dir: str | None = None, table: Table = NOTEBOOKS
) -> Grid:
    """Reads and checks a grid, every combination of it.

    Args:
        path: Path. A YAML file with `grid`, a mapping of parameter to a list of values,
            and maybe `preset`, `fixed` (parameter to value), `notebooks` (names; what
            they build on is added) and `results` (patterns).
        data_dir: str or None. The data folder of all runs. Defaults to None.
        table: mapping of name to `Notebook`: all that there are.

    Raises:
        UsageError: the file is not there or no such file; an unknown name, a value that
            a parameter cannot have, a combination that is there twice, no data folder.
    """
    file = _read(path)
    with _named(path):
        base = get_preset(file.preset)
        fixed = {name: _value(name, value) for name, value in file.fixed.items()}
        if data_dir is not None:
            given = {"data_dir"} & (file.fixed.keys() | file.grid.keys())
            if given:
                raise UsageError("the data folder is given twice: --data-dir, data_dir")
            fixed["data_dir"] = data_dir
        axes = {
            name: [_value(name, value) for value in values]
            for name, values in file.grid.items()
        }
        both = sorted(fixed.keys() & axes.keys())
        if both:
            raise UsageError(f"parameter '{both[0]}' is in 'fixed' and in 'grid'")
        # Paths are as of the folder that the command is called in.
        common = make_parameters(_absolute(fixed), base=base.parameters)
        points = [
            _point(dict(zip(axes, values, strict=True)), common)
            for values in itertools.product(*axes.values())
        ]
        if base.needs_data_dir and any(p.parameters.data_dir is None for p in points):
            raise UsageError(
                f"preset '{file.preset}' needs a data folder: add --data-dir DIR"
            )
        _check_distinct(points)
        wanted = with_upstream(table, file.notebooks or table)
    return Grid(
        preset=file.preset,
        fixed=fixed,
        axes=axes,
        table=wanted,
        results=tuple(file.results),
        points=points,
    )


def shown(value: Any) -> str:
    """A parameter's value as people write it."""
    return "none" if value is None else str(value)


class _Loader(yaml.SafeLoader):
    """YAML whose mappings have each key once."""

    def construct_mapping(self, node, deep=False):
        known = []
        for key, _ in node.value:
            if key.value in known:
                line = key.start_mark.line + 1
                raise yaml.MarkedYAMLError(
                    problem=f"'{key.value}' is there twice (line {line})"
                )
            known.append(key.value)
        return super().construct_mapping(node, deep)


def _read(path: Path) -> _File:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise UsageError(f"{path}{line} is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        problem = str(error).splitlines()[0]
        raise UsageError(f"{path} is not YAML: {problem}") from None
    if not isinstance(content, dict) or "grid" not in content:
        raise UsageError(
            f"{path} should hold a mapping 'grid' of parameters to lists of values"
        )
    known = [field.name for field in dataclasses.fields(_File)]
    for name in content:
        if name not in known:
            raise UsageError(
                f"{path}: unknown '{name}'; did you mean '{nearest(str(name), known)}'?"
            )
    try:
        return _File(**content)
    except pydantic.ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        # pydantic's "Input should be ..." or "List should have ...".
        what = problem["msg"].partition(" should ")[2] or f"be: {problem['msg']}"
        what = what.partition(" after validation")[0]
        raise UsageError(
            f"{path}: '{where}' should {what}. Received: {problem['input']!r}"
        ) from None


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Puts a file's name before the message of a `UsageError`."""
    try:
        yield
    except UsageError as error:
        raise type(error)(f"{path}: {error}") from None


def _value(name: str, value: Any) -> Any:
    """A parameter's value; texts as after `-p`: YAML takes 1e-3 for a text."""
    if isinstance(value, str):
        return parse_parameters({name: value})[name]
    return getattr(make_parameters({name: value}), name)


def _absolute(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: str(Path(value).expanduser().absolute())
        if name in PATH_NAMES and value is not None
        else value
        for name, value in values.items()
    }


def _point(settings: dict[str, Any], common: Parameters) -> Point:
    parameters = make_parameters(_absolute(settings), base=common)
    values = parameters.as_dict()
    if "data_dir" not in settings:
        # The data's content counts, not where they lie.
        del values["data_dir"]
    text = json.dumps(values, sort_keys=True)
    name = hashlib.sha256(text.encode()).hexdigest()[:8]
    return Point(name, settings, parameters)


def _check_distinct(points: list[Point]) -> None:
    known: set[str] = set()
    for point in points:
        if point.name in known:
            raise UsageError(f"the combination {point} is there twice")
        known.add(point.name)

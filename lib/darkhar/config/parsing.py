"""Parameters from what users give: texts of a command line, values of a notebook."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import pydantic

from darkhar.config.errors import ParameterError
from darkhar.config.nearest import nearest
from darkhar.config.parameters import NAMES, Parameters

_WHOLE = re.compile(r"[+-]?\d+")


def check_names(names: Iterable[str]) -> None:
    """Raises `ParameterError` for the first name that is no parameter.

    The message proposes the nearest valid name.
    """
    for name in names:
        if name not in NAMES:
            raise ParameterError(
                f"unknown parameter '{name}'; did you mean '{nearest(name, NAMES)}'?"
            )


def make_parameters(
    values: Mapping[str, Any], *, base: Parameters | None = None
) -> Parameters:
    """Validates `values` over a base set.

    Args:
        values: mapping of parameter name to Python value. An int is accepted
            where a float is asked for.
        base: `Parameters`. Values for the names not in `values`. Defaults to
            the demo's.

    Returns:
        The complete, validated `Parameters`.

    Raises:
        ParameterError: an unknown name, a wrong type, a value out of range.
    """
    check_names(values)
    merged = (base or Parameters()).as_dict() | dict(values)
    try:
        return Parameters(**merged)
    except pydantic.ValidationError as error:
        raise ParameterError(_first_problem(error)) from None


def parse_parameters(texts: Mapping[str, str]) -> dict[str, Any]:
    """Turns `KEY=VALUE` texts of a command line into typed Python values.

    The words `none` and `null`, in any case, stand for None.

    Raises:
        ParameterError: an unknown name, a text that is no value of its type, a
            value out of range.
    """
    check_names(texts)
    values = {}
    for name, text in texts.items():
        if text.lower() in ("none", "null") and _allows_none(name):
            values[name] = None
            continue
        field = Parameters.__pydantic_fields__[name]
        annotation = field.annotation
        if field.metadata:
            annotation = Annotated[(annotation, *field.metadata)]
        try:
            adapter = pydantic.TypeAdapter(annotation)
            value = adapter.validate_strings(text)
            if type(value) is int and not _WHOLE.fullmatch(text):
                # pydantic takes 1.0 for the whole number 1: for a fraction of
                # frames the difference is all of the clip or one frame.
                value = adapter.validate_python(float(text), strict=True)
            values[name] = value
        except pydantic.ValidationError as error:
            raise ParameterError(_first_problem(error, name)) from None
    return values


def _allows_none(name: str) -> bool:
    return Parameters.__pydantic_fields__[name].default is None


def _first_problem(error: pydantic.ValidationError, name: str | None = None) -> str:
    """One line for the most telling of pydantic's complaints.

    A union complains once per member; the last member that got as far as a
    range check says more than one that stopped at the type.
    """
    problems = error.errors()
    if name is None:
        name = str(problems[0]["loc"][0])
        problems = [p for p in problems if str(p["loc"][0]) == name]
    ranged = [p for p in problems if not p["type"].endswith(("_type", "_parsing"))]
    problem = (ranged or problems)[0]
    if problem["type"] == "value_error":
        # One of the library's own checks, which says all by itself.
        return f"parameter '{name}': {problem['ctx']['error']}"
    message = problem["msg"].removeprefix("Input should be ")
    if problem["type"] == "string_too_short":
        message = "none or more than an empty text"
    return f"parameter '{name}' should be {message}. Received: {problem['input']!r}"

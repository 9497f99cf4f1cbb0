"""What a parameter may be, in words."""

from typing import Any

import pydantic

from darkhar.config.enhancements import ENHANCEMENTS
from darkhar.config.parameters import PATH_NAMES, Parameters

_ENDS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
}


def allowed(name: str) -> str:
    """The values that a parameter may have, as users write them.

    Args:
        name: str. One of `darkhar.config.NAMES`.

    >>> allowed("folds")
    'a whole number, at least 2, at most 50'
    """
    schema = pydantic.TypeAdapter(Parameters).json_schema()["properties"][name]
    kinds = schema.get("anyOf", [schema])
    return ", or ".join(_in_words(name, kind) for kind in kinds)


def _in_words(name: str, schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(schema["enum"])
    match schema["type"]:
        case "null":
            return "none"
        case "boolean":
            return "true or false"
        case "string" if name in PATH_NAMES:
            return "a path"
        case "string":
            return ", ".join(map(_with_parameters, ENHANCEMENTS))
        case kind:
            what = "a whole number" if kind == "integer" else "a number"
            ends = [f"{_ENDS[end]} {schema[end]}" for end in _ENDS if end in schema]
            return ", ".join([what, *ends])


def _with_parameters(enhancement: str) -> str:
    parameters = ENHANCEMENTS[enhancement].parameters
    if not parameters:
        return enhancement
    ranges = [f"{name}: {parameter.range}" for name, parameter in parameters.items()]
    return f"{enhancement} ({'; '.join(ranges)})"

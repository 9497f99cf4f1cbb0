"""Turning a result into the text that a reader sees."""

import math
import re
from numbers import Real

from scraps.problems import ScrapProblem

MINUS = "\N{MINUS SIGN}"
_POWER = re.compile(r"e([+-])0*(\d+)$")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_value(value, spec, key):
    """A result as text.

    Args:
        value: bool, int, float, str or a list of them.
        spec: str. Python format specification, such as `.3f`, `.1%` or `,d`.
            Empty for whole numbers and text, which then appear as they are.
        key: str. Names the result in messages.

    Returns:
        Text; a list's members are joined as in a sentence, a minus sign is a
        true minus sign, a power of ten is written out.

    Raises:
        ScrapProblem: the value is missing, not finite, a mapping, or does not
            go with the format; or a fractional number comes without a format.
    """
    if isinstance(value, (list, tuple)):
        return _enumerate([format_value(member, spec, key) for member in value])
    if value is None or isinstance(value, dict):
        kind = (
            "empty" if value is None else "a group of results; name one of its fields"
        )
        raise ScrapProblem(f"{key} is {kind}")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        if value.lower() in ("nan", "inf", "-inf"):
            raise ScrapProblem(f"{key} is {value}, not a number")
        return _apply(value, spec, key)
    if not isinstance(value, Real):
        raise ScrapProblem(f"{key} is no number and no text: {type(value).__name__}")
    if not math.isfinite(value):
        raise ScrapProblem(f"{key} is {value}, not a number")
    if not spec and not float(value).is_integer():
        raise ScrapProblem(
            f"{key} is a fractional number and needs a format, as ':.3f'"
        )
    if float(value).is_integer() and (not spec or spec.endswith("d")):
        value = int(value)
    if value == 0 and spec.endswith("e"):
        return "0"
    text = _apply(value, spec, key)
    if text.startswith("-"):
        zero = not any(digit in text for digit in "123456789")
        text = text[1:] if zero else MINUS + text[1:]
    return _POWER.sub(_power_of_ten, text)


def _power_of_ten(match):
    """`e-06` as a reader writes it."""
    sign, digits = match.groups()
    power = ("-" if sign == "-" else "") + digits
    return " × 10" + power.translate(_SUPERSCRIPTS)


def _apply(value, spec, key):
    try:
        return format(value, spec)
    except ValueError as error:
        raise ScrapProblem(f"{key} = {value!r} with format '{spec}': {error}") from None


def _enumerate(texts):
    if not texts:
        return "none"
    if len(texts) == 1:
        return texts[0]
    return ", ".join(texts[:-1]) + " and " + texts[-1]

"""The image enhancements by name, with their parameters' ranges.

To add one: a module in `darkhar.enhancement` with an `Enhancement` layer whose
arguments are the parameters, and a row in `ENHANCEMENTS`.

An enhancement is named by a text: `name`, or `name:key=value,key=value` for
parameters other than the defaults.
"""

import dataclasses
import re
from collections.abc import Mapping
from typing import Annotated, NamedTuple

import pydantic

from darkhar.config.choices import Choice, choose
from darkhar.config.errors import ParameterError
from darkhar.config.nearest import nearest

_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class EnhancementParameter(NamedTuple):
    """A parameter of an enhancement.

    Args:
        type: type. `int` or `float`.
        default: int or float. Its value unless another is given.
        low: int or float. Lower end of its range.
        high: int or float. Upper end of its range, which belongs to it.
        low_excluded: bool. Whether values must be above `low`. Defaults to False:
            `low` belongs to the range.
    """

    type: type
    default: int | float
    low: int | float
    high: int | float
    low_excluded: bool = False

    @property
    def range(self) -> str:
        """The range in words."""
        kind = "a whole number" if self.type is int else "a number"
        low = "above" if self.low_excluded else "of at least"
        return f"{kind} {low} {self.low} and at most {self.high}"

    def parse(self, text: str) -> int | float | None:
        """The value that a text stands for; None if it is none in the range."""
        pattern = _WHOLE if self.type is int else _NUMBER
        if not pattern.fullmatch(text):
            return None
        value = self.type(text) + 0  # -0.0 becomes 0.0
        above = value > self.low if self.low_excluded else value >= self.low
        return value if above and value <= self.high else None


@dataclasses.dataclass(frozen=True)
class Enhancement(Choice):
    """An image enhancement; its target is a `darkhar.enhancement.layers.Enhancement`.

    Args:
        parameters: mapping of name to `EnhancementParameter`, in the order in which
            they are written. Defaults to none.
    """

    parameters: Mapping[str, EnhancementParameter] = dataclasses.field(
        default_factory=dict
    )


ENHANCEMENTS: dict[str, Enhancement] = {
    "none": Enhancement("darkhar.enhancement.identity:NoEnhancement", "as recorded"),
    "keras_cv_equalization": Enhancement(
        "darkhar.enhancement.equalization:KerasCVEqualization",
        "what keras_cv.layers.Equalization computes",
    ),
    "textbook_equalization": Enhancement(
        "darkhar.enhancement.equalization:TextbookEqualization",
        "the cumulative distribution of each channel",
    ),
    "gamma": Enhancement(
        "darkhar.enhancement.gamma:Gamma",
        "a power law",
        {"gamma": EnhancementParameter(float, 2.2, 0.1, 10, low_excluded=True)},
    ),
    "clahe": Enhancement(
        "darkhar.enhancement.clahe:CLAHE",
        "equalized lightness within tiles, at limited contrast",
        {
            "clip_limit": EnhancementParameter(float, 2.0, 1, 256),
            "tiles": EnhancementParameter(int, 8, 1, 64),
        },
    ),
    "retinex": Enhancement(
        "darkhar.enhancement.retinex:Retinex",
        "intensity over that of the surroundings",
        {"saturated": EnhancementParameter(float, 0.01, 0, 0.25)},
    ),
    "agcwd": Enhancement(
        "darkhar.enhancement.agcwd:AGCWD",
        "a curve for each image, from its histogram",
        {"alpha": EnhancementParameter(float, 0.5, 0, 1, low_excluded=True)},
    ),
}


def parse_enhancement(text: str) -> tuple[str, dict[str, int | float]]:
    """The enhancement that a text names, and the values of all its parameters.

    Args:
        text: str. `name` or `name:key=value,key=value`. Spaces around names and
            values do not count.

    Returns:
        The name, and each parameter's value in the order of `ENHANCEMENTS`.

    Raises:
        ParameterError: no such enhancement or parameter, a parameter given twice,
            or a value that is not in its range. The message is one line.

    >>> parse_enhancement("clahe:tiles=4")
    ('clahe', {'clip_limit': 2.0, 'tiles': 4})
    """
    name, colon, settings = text.partition(":")
    name = name.strip()
    known = choose(ENHANCEMENTS, name, "enhancement").parameters
    given = {}
    for setting in settings.split(",") if colon else ():
        key, equals, value = (part.strip() for part in setting.partition("="))
        if not known:
            raise ParameterError(
                f"enhancement '{name}' has no parameters. Received: '{text}'"
            )
        if not equals:
            raise ParameterError(
                f"enhancement '{name}' takes key=value after the colon, keys:"
                f" {', '.join(known)}. Received: '{text}'"
            )
        if key not in known:
            meant = nearest(key, known)
            raise ParameterError(
                f"enhancement '{name}' has no parameter '{key}'; did you mean"
                f" '{meant}', {known[meant].range}?"
            )
        if key in given:
            raise ParameterError(
                f"enhancement '{name}' got '{key}' twice. Received: '{text}'"
            )
        given[key] = known[key].parse(value)
        if given[key] is None:
            raise ParameterError(
                f"'{key}' of enhancement '{name}' should be {known[key].range}."
                f" Received: '{value}'"
            )
    return name, {
        key: given.get(key, parameter.default) for key, parameter in known.items()
    }


def canonical_enhancement(text: str) -> str:
    """The shortest text for an enhancement: one for all that name the same.

    Parameters stand in the order of `ENHANCEMENTS`; defaults are left out.

    Raises:
        ParameterError: as `parse_enhancement`.

    >>> canonical_enhancement("clahe: tiles=4, clip_limit=2")
    'clahe:tiles=4'
    """
    name, values = parse_enhancement(text)
    settings = ",".join(
        f"{key}={value!r}".removesuffix(".0")
        for key, value in values.items()
        if value != ENHANCEMENTS[name].parameters[key].default
    )
    return f"{name}:{settings}" if settings else name


def _validated(text: str) -> str:
    try:
        return canonical_enhancement(text)
    except ParameterError as error:
        # pydantic collects ValueErrors only.
        raise ValueError(str(error)) from None


# The type of a run's parameter: checked, and kept in its canonical form.
EnhancementText = Annotated[str, pydantic.AfterValidator(_validated)]

"""A run's parameters from the options of `darkhar run`, and all that there are."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from darkhar.config import (
    GROUPS,
    Parameters,
    UsageError,
    get_preset,
    make_parameters,
    meaning,
    parse_parameters,
)
from darkhar.config.parameters import names_of
from darkhar.config.ranges import allowed

_WIDTH = 88
# What `darkhar predict` leaves open.
_PREDICT = ("pose_model", "pose_weights", "pose_enhancement", "engine")


def run_parameters(
    preset_name: str, texts: Iterable[str], data_dir: str | None
) -> Parameters:
    """The preset's parameters under those of `-p` and `--data-dir`.

    Raises:
        UsageError: an unknown preset or parameter, a value that it cannot have,
            a `-p` without `=`, a parameter given twice, a data folder that is
            missing or given twice.
    """
    preset = get_preset(preset_name)
    values = _values(texts)
    if data_dir is not None:
        if "data_dir" in values:
            raise UsageError("the data folder is given twice: --data-dir, -p data_dir")
        values["data_dir"] = data_dir
    parameters = make_parameters(values, base=preset.parameters)
    if preset.needs_data_dir and parameters.data_dir is None:
        raise UsageError(
            f"preset '{preset_name}' needs a data folder: add --data-dir DIR"
        )
    return parameters


def predict_parameters(texts: Iterable[str]) -> Parameters:
    """The recognizer's parameters under those of `-p`.

    Raises:
        UsageError: a parameter that is unknown, not one of pose, or that the recognizer
            does not leave open; a value that it cannot have.
    """
    from darkhar.recognizer.simulated import SETTINGS

    values = _values(texts)
    for name in values:
        if name not in _PREDICT:
            raise UsageError(
                f"the recognizer takes {', '.join(_PREDICT)}. Received: '{name}'"
            )
    return make_parameters(values, base=SETTINGS)


def _values(texts: Iterable[str]) -> dict[str, Any]:
    """Values of parameters by name, from texts `KEY=VALUE`."""
    split: dict[str, str] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark:
            raise UsageError(f"-p takes KEY=VALUE. Received: '{text}'")
        name = name.strip()
        if name in split:
            raise UsageError(f"parameter '{name}' is given twice")
        split[name] = value.strip()
    return parse_parameters(split)


def parameter_list() -> str:
    """Every parameter with its default, what it may be and its meaning, by group."""
    return "\n".join(line for group in GROUPS for line in _group_lines(group))


def _group_lines(group: str) -> Iterator[str]:
    yield f"{group}: {GROUPS[group].__doc__}"
    defaults = Parameters().as_dict()
    for name in names_of([group]):
        yield f"  {name}={_as_given(defaults[name])}"
        text, range_ = meaning(name), allowed(name)
        paragraphs = [f"{text[0].upper()}{text[1:]}"]
        if not all(f'"{choice}"' in text for choice in range_.split(", ")):
            paragraphs.append(f"Allowed: {range_}.")
        for paragraph in paragraphs:
            yield textwrap.fill(
                paragraph,
                _WIDTH,
                initial_indent=6 * " ",
                subsequent_indent=6 * " ",
                break_on_hyphens=False,
            )


def _as_given(value: object) -> str:
    """A value as it is written after `-p`."""
    return (
        str(value).lower() if value is None or isinstance(value, bool) else str(value)
    )

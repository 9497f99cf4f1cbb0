"""A run's parameters from the options of `darkhar run`, and all that there are."""

import textwrap
from collections.abc import Iterable, Iterator

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
    split = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark:
            raise UsageError(f"-p takes KEY=VALUE. Received: '{text}'")
        name = name.strip()
        if name in split:
            raise UsageError(f"parameter '{name}' is given twice")
        split[name] = value.strip()
    values = parse_parameters(split)
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

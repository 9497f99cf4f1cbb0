"""A run's parameters from the options of `darkhar run`."""

from collections.abc import Iterable

from darkhar.config import (
    Parameters,
    UsageError,
    get_preset,
    make_parameters,
    parse_parameters,
)


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

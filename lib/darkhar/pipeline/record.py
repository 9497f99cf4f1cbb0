"""What a run was called with, kept in its folder to resume and to check it."""

import dataclasses
import json
import shlex
from pathlib import Path
from typing import Any

from darkhar.config import (
    PRESETS,
    Parameters,
    ResultsError,
    UsageError,
    get_preset,
    make_parameters,
)
from darkhar.store.files import write_atomically

_FILE_NAME = "run.json"


@dataclasses.dataclass(frozen=True)
class Record:
    """What a run was called with.

    Args:
        preset: str. Name of the preset that it started from.
        parameters: `Parameters`. Complete, with absolute paths.
        data: dict. `fingerprint`, `embedded` and counts of clips.
    """

    preset: str
    parameters: Parameters
    data: dict[str, Any]


def write_record(run_dir: Path, record: Record) -> None:
    """Writes the record into the run's folder."""
    text = json.dumps(dataclasses.asdict(record), indent=1)
    write_atomically(run_dir / _FILE_NAME, text + "\n")


def read_record(run_dir: Path) -> Record:
    """Reads a run's record.

    Raises:
        UsageError: there is no such run.
        ResultsError: its record cannot be read.
    """
    try:
        content = json.loads((run_dir / _FILE_NAME).read_text(encoding="utf-8"))
        return Record(
            preset=content["preset"],
            parameters=make_parameters(content["parameters"]),
            data=content["data"],
        )
    except FileNotFoundError:
        raise UsageError(
            f"there is no run '{run_dir.name}'; make it with `{_first(run_dir.name)}`"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, UsageError):
        raise ResultsError(
            f"{run_dir / _FILE_NAME} is not readable; make the run anew with"
            f" `{_first(run_dir.name)}`"
        ) from None


def command(record: Record, name: str) -> str:
    """The call of `darkhar run` that makes or resumes this very run."""
    words = ["darkhar", "run"]
    base = PRESETS.get(record.preset, PRESETS["demo"])
    if record.preset != "demo":
        words += ["--preset", record.preset]
    defaults = base.parameters.as_dict()
    for key, value in record.parameters.as_dict().items():
        if key == "data_dir":
            words += ["--data-dir", value] if value is not None else []
        elif value != defaults[key]:
            words += ["-p", f"{key}={'none' if value is None else value}"]
    if name != record.preset:
        words += ["--run", name]
    return shlex.join(words)


def _first(name: str) -> str:
    if name in PRESETS:
        return get_preset(name).command
    return f"darkhar run --run {name}"

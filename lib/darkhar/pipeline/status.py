"""Which notebooks of a run are current."""

import dataclasses
from pathlib import Path
from typing import Literal

from darkhar.config import NOTEBOOKS, DarkharError, ResultsError, project_root
from darkhar.pipeline.graph import Table
from darkhar.pipeline.needs import NO_LABELS
from darkhar.pipeline.notebook_sources import read_sources
from darkhar.pipeline.record import Record, command, read_record
from darkhar.pipeline.run_paths import run_directory
from darkhar.pipeline.stage_keys import stage_keys
from darkhar.results.manifest import read_manifest
from darkhar.results.scraps import read_notebook

State = Literal["done", "not run", "stale", "failed", "missing"]


@dataclasses.dataclass(frozen=True)
class Row:
    """A notebook's state in a run.

    Args:
        notebook: str. Its name.
        state: str. `"done"`; `"stale"`: executed, but the library, the
            notebook, its parameters, the data or what it builds on has changed;
            `"failed"`; `"not run"`: the last `darkhar run` left it out, because
            what it needs was out of reach; `"missing"`: not executed.
        wall_time_s: float or None. How long the execution took, in seconds.
        reason: str or None. Why it was not run. Defaults to None.
    """

    notebook: str
    state: State
    wall_time_s: float | None
    reason: str | None = None


def status(
    name: str,
    *,
    notebooks: Path | None = None,
    runs: Path | None = None,
    table: Table = NOTEBOOKS,
) -> list[Row]:
    """The state of every notebook of a run, in order of execution.

    Nothing is fetched: what was not run counts as not run until the next run.

    Raises:
        ResultsError: there is no such run.
    """
    run_dir = run_directory(name, runs)
    record = read_record(run_dir)
    sources = read_sources(notebooks or project_root() / "notebooks", table)
    keys = stage_keys(sources, table, record.parameters, _fingerprint(record))
    left_out = not_run(run_dir)
    return [
        Row(notebook, "not run", None, left_out[notebook])
        if notebook in left_out
        else Row(notebook, _state(run_dir, notebook, key), wall_time(run_dir, notebook))
        for notebook, key in keys.items()
    ]


def check_current(
    name: str,
    *,
    notebooks: Path | None = None,
    runs: Path | None = None,
    table: Table = NOTEBOOKS,
) -> Path:
    """The folder of a run, all of whose notebooks are current or were left out.

    Raises:
        ResultsError: there is no such run, or some of its notebooks are not
            current; the message names the command that makes them so.
    """
    rows = status(name, notebooks=notebooks, runs=runs, table=table)
    run_dir = run_directory(name, runs)
    behind: dict[State, list[str]] = {}
    for row in rows:
        if row.state not in ("done", "not run"):
            behind.setdefault(row.state, []).append(row.notebook)
    if behind:
        what = [
            f"{', '.join(those)} {'is' if len(those) == 1 else 'are'} {state}"
            for state, those in behind.items()
        ]
        call = command(read_record(run_dir), name)
        raise ResultsError(
            f"run '{name}' is not current ({'; '.join(what)}); make it so with `{call}`"
        )
    return run_dir


def not_run(run_dir: Path) -> dict[str, str]:
    """The notebooks that a run left out, with the reasons; none without results."""
    try:
        return read_manifest(run_dir)["not_run"]
    except ResultsError:
        return {}


def is_unscored(run_dir: Path) -> bool:
    """Whether a run left out what scores, as its validation clips have no labels."""
    return NO_LABELS in not_run(run_dir).values()


def executed_key(run_dir: Path, notebook: str) -> str | None:
    """The stage key with which a notebook of a run was executed, if it was."""
    metadata = _metadata(run_dir, notebook)
    return metadata.get("darkhar", {}).get("stage_key")


def wall_time(run_dir: Path, notebook: str) -> float | None:
    """How long a notebook of a run took, in seconds."""
    duration = _metadata(run_dir, notebook).get("papermill", {}).get("duration")
    return None if duration is None else round(duration, 1)


def _metadata(run_dir: Path, notebook: str) -> dict:
    path = run_dir / f"{notebook}.ipynb"
    if not path.is_file():
        return {}
    try:
        return read_notebook(path).metadata
    except ResultsError:  # a damaged file is executed again
        return {}


def _state(run_dir: Path, notebook: str, key: str) -> State:
    if executed_key(run_dir, notebook) == key:
        return "done"
    if (run_dir / f"{notebook}.failed.ipynb").exists():
        return "failed"
    return "stale" if (run_dir / f"{notebook}.ipynb").exists() else "missing"


def _fingerprint(record: Record) -> str:
    """The fingerprint of the run's data today.

    The embedded clips follow from the library and the parameters, which the
    stage keys cover; a data folder that is gone makes no result wrong.
    """
    data_dir = record.parameters.data_dir
    if data_dir is None or not Path(data_dir).is_dir():
        return record.data["fingerprint"]
    from darkhar.data.source import resolve_data

    try:
        return resolve_data(record.parameters).fingerprint
    except DarkharError:  # a folder that no longer is what it was
        return "unreadable"

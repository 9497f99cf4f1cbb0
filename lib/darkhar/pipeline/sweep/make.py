"""Making a sweep: what is not done yet, on all workers, whatever fails."""

import collections
import contextlib
import dataclasses
import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import distributed
import filelock

from darkhar.config import (
    PATH_NAMES,
    DarkharError,
    Parameters,
    ResultsError,
    project_root,
)
from darkhar.config.parameters import DataParameters
from darkhar.config.progress import progress_bar
from darkhar.data.source import DataSource, resolve_data
from darkhar.pipeline import needs
from darkhar.pipeline.feasibility import check_feasible
from darkhar.pipeline.graph import Table
from darkhar.pipeline.notebook_sources import read_sources
from darkhar.pipeline.run import run
from darkhar.pipeline.run_paths import check_run_name
from darkhar.pipeline.stage_keys import stage_keys
from darkhar.pipeline.status import executed_key
from darkhar.pipeline.sweep.cluster import workers
from darkhar.pipeline.sweep.grid import Grid, Point
from darkhar.pipeline.sweep.shards import extract, extractions, shards
from darkhar.results.manifest import read_manifest
from darkhar.store.files import write_atomically

STATE_FILE = "sweep.json"
_WAIT_SECONDS = 24 * 60 * 60

StageKeys = dict[str, str]

_NOT_OURS = (
    "its worker has another version of the library, a notebook or a package than this"
    " call, or they were edited since it began; call again, with workers from this"
    " checkout's .venv"
)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of one run of a sweep.

    Args:
        point: `Point`.
        state: str. `"done"` or `"failed"`.
        error: str. Why it failed; empty if it did not.
    """

    point: Point
    state: Literal["done", "failed"]
    error: str = ""


def sweeps_root() -> Path:
    """Folder of sweeps, one folder each: `sweeps` in the checkout."""
    return project_root() / "sweeps"


def make_sweep(
    grid: Grid,
    name: str,
    *,
    n_workers: int,
    scheduler: str | None = None,
    root: Path | None = None,
    notebooks: Path | None = None,
    report: Callable[[str], None] = print,
    progress: bool | None = None,
) -> list[Outcome]:
    """Makes the runs of a grid that are not done yet.

    Data and weights are looked for before anything starts. Then workers extract what
    the runs need, in shards, and make the runs. A run that fails keeps no other from
    being made. What was interrupted is taken up by the same call.

    Args:
        grid: `Grid`.
        name: str. The sweep's name.
        n_workers: int. Workers on this machine.
        scheduler: str or None. Address of a Dask scheduler whose workers are used
            instead. Defaults to None.
        root: Path. Folder of sweeps. Defaults to `sweeps_root()`.
        notebooks: Path. Folder of the notebooks. Defaults to the paper's.
        report: callable. Takes one line for each run that ends.
        progress: bool or None. Whether bars are drawn; None means on a terminal only.
            Defaults to None.

    Returns:
        An `Outcome` for each point, in the grid's order. `sweep.json` in the sweep's
        folder says the same.

    Raises:
        UsageError: the name or the scheduler cannot be used.
        DarkharError: data or weights cannot be used.
        ResultsError: another process makes this sweep, or workers cannot.
    """
    directory = (root or sweeps_root()) / check_run_name(name)
    notebooks = notebooks or project_root() / "notebooks"
    sources = read_sources(notebooks, grid.table)
    data = _find_inputs(grid, report)
    directory.mkdir(parents=True, exist_ok=True)
    with _locked(directory):
        keys = {
            point.name: stage_keys(
                sources, grid.table, point.parameters, data[point.name].fingerprint
            )
            for point in grid.points
        }
        outcomes = {
            point.name: Outcome(point, "done")
            for point in grid.points
            if _is_done(directory / point.name, keys[point.name])
        }
        waiting = [point for point in grid.points if point.name not in outcomes]
        report(
            f"sweep '{name}': {len(grid.points)} runs, {len(outcomes)} done before,"
            f" {len(waiting)} to make"
        )
        if waiting:
            with workers(scheduler, n_workers, directory) as client:
                _extract(client, grid, waiting, data, progress)
                for outcome in _make(
                    client, grid, waiting, keys, notebooks, directory, progress
                ):
                    outcomes[outcome.point.name] = outcome
                    done = len(outcomes)
                    report(f"  {done}/{len(grid.points)} {_line(outcome)}")
        ordered = [outcomes[point.name] for point in grid.points]
        _write_state(directory, grid, ordered)
    return ordered


def _line(outcome: Outcome) -> str:
    text = f"{outcome.point.name} ({outcome.point}): {outcome.state}"
    return f"{text}: {outcome.error}" if outcome.error else text


def _find_inputs(grid: Grid, report: Callable[[str], None]) -> dict[str, DataSource]:
    """Finds data and weights; the data of each run by its name."""
    by_parameters: dict[Any, DataSource] = {}
    data = {}
    for point in grid.points:
        key = point.parameters.group(DataParameters)
        try:
            if key not in by_parameters:
                by_parameters[key] = resolve_data(point.parameters, report=report)
            data[point.name] = by_parameters[key]
            check_feasible(point.parameters, data[point.name], grid.table)
            # What can be fetched is, once for all workers.
            needs.find_unmet(point.parameters, grid.table, grid.table)
        except DarkharError as error:
            of = f"the run with {point}: " if point.settings else ""
            raise type(error)(f"{of}{error}") from None
    return data


def _is_done(run_dir: Path, keys: StageKeys) -> bool:
    try:
        finished = read_manifest(run_dir)["finished"]
    except ResultsError:  # not there, or not readable
        return False
    return finished and _executed_keys(run_dir, keys) == keys


def _executed_keys(run_dir: Path, notebooks: Iterable[str]) -> dict[str, str | None]:
    return {name: executed_key(run_dir, name) for name in notebooks}


def _extract(
    client: distributed.Client,
    grid: Grid,
    waiting: list[Point],
    data: dict[str, DataSource],
    progress: bool | None,
) -> None:
    """Extracts, by all workers, what the notebooks will look for."""
    n_workers = len(client.scheduler_info(n_workers=-1)["workers"])
    parts = {}
    for point in waiting:
        layout = data[point.name].layout
        clip_ids = {
            "train": [clip.clip_id for clip in layout.train],
            "val": [clip.clip_id for clip in layout.val],
        }
        for extraction in extractions(grid.table, point.parameters):
            for shard in shards(extraction, clip_ids, n_workers):
                parts[shard.key] = shard
    futures = [
        client.submit(extract, shard, key=f"{key}-{time.time_ns()}")
        for key, shard in parts.items()
    ]
    total = sum(len(shard.clip_ids) for shard in parts.values())
    with progress_bar("extraction", total=total, unit="clip", shown=progress) as bar:
        for future in distributed.as_completed(futures):
            # Where it failed, the run that needs it will say why.
            bar.update(future.result() if future.status == "finished" else 0)


def _make(
    client: distributed.Client,
    grid: Grid,
    waiting: list[Point],
    keys: dict[str, StageKeys],
    notebooks: Path,
    directory: Path,
    progress: bool | None,
) -> Iterator[Outcome]:
    """Makes runs; yields what became of each as it ends."""
    topic = f"darkhar-{uuid.uuid4().hex}"
    points = collections.deque(waiting)
    futures: dict[distributed.Future, Point] = {}
    running: set[str] = set()
    failed = 0

    def submit() -> list[distributed.Future]:
        # Only as many as workers can make at once: more would be dealt out, and wait
        # behind a run while another worker is free.
        new = []
        while points and len(futures) < max(sum(client.nthreads().values()), 1):
            point = points.popleft()
            future = client.submit(
                make_point,
                point.name,
                point.parameters,
                grid.preset,
                dict(grid.table),
                str(notebooks),
                str(directory),
                topic,
                key=(topic, point.name),
            )
            futures[future] = point
            new.append(future)
        return new

    with progress_bar("sweep", total=len(waiting), unit="run", shown=progress) as bar:

        def show() -> None:
            bar.set_postfix_str(f"{len(running)} running, {failed} failed")

        def started(event: tuple[float, Any]) -> None:
            running.add(event[1])
            show()

        client.subscribe_topic(topic, started)
        ended = distributed.as_completed(submit())
        for future in ended:
            point = futures.pop(future)
            if future.status in ("cancelled", "lost"):
                raise ResultsError(
                    "the Dask scheduler is gone; what is made stays, so call again"
                )
            error = future.exception()
            if error is not None:
                outcome = Outcome(point, "failed", _why(error))
            elif future.result() != keys[point.name]:
                # A worker that came after those that were asked, for example.
                outcome = Outcome(point, "failed", _NOT_OURS)
            else:
                outcome = Outcome(point, "done")
            running.discard(point.name)
            failed += outcome.state == "failed"
            bar.update()
            show()
            for new in submit():
                ended.add(new)
            yield outcome
        client.unsubscribe_topic(topic)


def make_point(
    name: str,
    parameters: Parameters,
    preset: str,
    table: Table,
    notebooks: str,
    directory: str,
    topic: str,
) -> dict[str, str | None]:
    """Makes one run of a sweep, in a worker.

    Args:
        name: str. The run's name.
        parameters: `Parameters`. The run's.
        preset: str. The preset that they started from.
        table: mapping of name to `Notebook`: those to execute.
        notebooks: str. Folder of the notebooks.
        directory: str. The sweep's folder.
        topic: str. Where the worker tells the scheduler that it has begun.

    Returns:
        By notebook, the key with which it was executed.

    Raises:
        DarkharError: as `darkhar.pipeline.run.run`; also where a notebook had to be
            left out.
    """
    distributed.get_worker().log_event(topic, name)
    results = run(
        parameters,
        name,
        preset=preset,
        notebooks=Path(notebooks),
        runs=Path(directory),
        table=table,
        # Runs are side by side already.
        jobs=1,
        report=lambda line: None,
        # After an interrupted call, a worker elsewhere may still be at it.
        wait=_WAIT_SECONDS,
    )
    left_out = read_manifest(results.parent)["not_run"]
    if left_out:
        raise ResultsError("; ".join(needs.not_run_lines(left_out)))
    return _executed_keys(results.parent, table)


def _why(error: BaseException) -> str:
    if isinstance(error, distributed.scheduler.KilledWorker):
        return "its worker died, again and again; perhaps for want of memory"
    message = str(error).strip().splitlines()
    first = message[0] if message else "no message"
    return (
        first if isinstance(error, DarkharError) else f"{type(error).__name__}: {first}"
    )


def _plain(name: str, value: Any) -> Any:
    """Of a path, only the last part is recorded."""
    return Path(value).name if name in PATH_NAMES and value is not None else value


def _write_state(directory: Path, grid: Grid, outcomes: list[Outcome]) -> None:
    content = {
        "preset": grid.preset,
        "fixed": {k: _plain(k, v) for k, v in grid.fixed.items()},
        "notebooks": list(grid.table),
        "results": list(grid.results),
        "runs": [
            {
                "run": outcome.point.name,
                "settings": {
                    k: _plain(k, v) for k, v in outcome.point.settings.items()
                },
                "state": outcome.state,
                "error": outcome.error,
            }
            for outcome in outcomes
        ],
    }
    write_atomically(directory / STATE_FILE, json.dumps(content, indent=1) + "\n")


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[None]:
    try:
        with filelock.FileLock(directory / ".lock", timeout=0):
            yield
    except filelock.Timeout:
        raise ResultsError(
            f"another process makes the sweep '{directory.name}'; wait for it, or name"
            " another with --name"
        ) from None

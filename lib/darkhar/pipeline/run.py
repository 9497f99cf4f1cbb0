"""Making a run: the notebooks in order, those that are current left alone."""

import contextlib
import dataclasses
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import filelock

from darkhar.config import PATH_NAMES, Parameters, ResultsError, project_root
from darkhar.config.progress import TERMINAL
from darkhar.pipeline import needs, validation_ledger
from darkhar.pipeline.graph import GRAPH, TIMED, Graph
from darkhar.pipeline.keys import stage_keys
from darkhar.pipeline.notebooks import Source, read_sources
from darkhar.pipeline.paths import run_directory
from darkhar.pipeline.record import Record, write_record
from darkhar.pipeline.stage_cache import is_kept, keep_stage, stage_lock, take_stage
from darkhar.pipeline.status import executed_key, wall_time
from darkhar.results.manifest import write_manifest
from darkhar.results.scraps import read_scraps


class _Layout(Protocol):
    class_names: tuple[str, ...]
    train: tuple[Any, ...]
    val: tuple[Any, ...]


class Data(Protocol):
    """What a run needs to know of its data: `darkhar.data.source.DataSource`."""

    layout: _Layout
    fingerprint: str
    embedded: bool


def run(
    parameters: Parameters,
    name: str,
    *,
    preset: str = "demo",
    notebooks: Path | None = None,
    runs: Path | None = None,
    graph: Graph = GRAPH,
    resolve: Callable[[Parameters], Data] | None = None,
    find_unmet: Callable[[Parameters, Graph], dict[str, str]] = needs.find_unmet,
    report: Callable[[str], None] = print,
    progress_bar: bool = False,
    wait: float = 0,
) -> Path:
    """Executes the notebooks of a run, but those whose stage key is unchanged.

    One that another run has executed with the same key is taken over from there. A
    notebook that needs what is out of reach is left out, and so is what builds
    on it; `results.json` says why.

    Args:
        parameters: `Parameters`. The run's. Relative paths are relative to the
            working directory.
        name: str. The run's name.
        preset: str. The preset that the parameters started from.
        notebooks: Path. Folder of the notebooks. Defaults to the paper's.
        runs: Path. Folder of the runs. Defaults to `runs` in the checkout.
        graph: mapping of notebook name to the names that it builds on.
        resolve: callable that finds the data. Defaults to
            `darkhar.data.source.resolve_data`.
        find_unmet: callable that says which notebooks cannot be executed, and
            why. It is asked about those that are not current.
        report: callable that takes one line for each notebook, and one for those
            that are left out for the same reason.
        progress_bar: bool. Whether progress is shown on the terminal that is standard
            error.
        wait: float. Seconds for which another process that makes this run is waited
            for. Defaults to 0.

    Returns:
        The path of the finished `results.json`.

    Raises:
        UsageError: the parameters, the name or the data folder cannot be used;
            nothing has been written.
        DataError: the data cannot be used; nothing has been written.
        WeightsError: the extractor's weights cannot be had, or a file that the
            parameters name for others is not usable; nothing has been written.
        ResultsError: a notebook failed, or another process makes this run.
    """
    run_dir = run_directory(name, runs)
    folder = notebooks or project_root() / "notebooks"
    sources = read_sources(folder, graph)
    parameters = _absolute(parameters)
    paths = [getattr(parameters, name) for name in PATH_NAMES]
    data = resolve(parameters) if resolve else _resolve_data(parameters, report)
    layout = data.layout
    record = Record(
        preset,
        parameters,
        {
            "fingerprint": data.fingerprint,
            "embedded": data.embedded,
            "classes": len(layout.class_names),
            "train_clips": len(layout.train),
            "val_clips": len(layout.val),
        },
    )
    keys = stage_keys(sources, graph, parameters, data.fingerprint)

    def check_unchanged(notebook: str) -> None:
        # What one version computes must not be kept under another's key.
        now = stage_keys(
            read_sources(folder, graph), graph, parameters, data.fingerprint
        )
        if now[notebook] != keys[notebook]:
            raise ResultsError(
                f"the library or notebook '{notebook}' was edited while the run was"
                " made; call again to execute it as it is now"
            )

    unmet = find_unmet(parameters, _among(_stale(run_dir, keys), graph))
    with _locked(run_dir, wait):
        write_record(run_dir, record)
        report(
            f"run '{name}': {len(layout.train)} training and"
            f" {len(layout.val)} validation clips"
        )
        stale = _stale(run_dir, keys)
        not_run = {n: unmet[n] for n in stale if n in unmet}
        for line in needs.not_run_lines(not_run):
            report(f"  {line}")
        if len(stale) > len(not_run):
            _write_results(run_dir, record, sources, keys, not_run, finished=False)
        waiting = [n for n in stale if n not in not_run]
        with _kernels(progress_bar) if waiting else contextlib.nullcontext() as kernels:
            for notebook in sources:
                if notebook in not_run:
                    continue
                if notebook not in waiting:
                    report(f"  {notebook}: unchanged")
                    continue
                waiting.remove(notebook)
                target = run_dir / f"{notebook}.ipynb"
                with stage_lock(keys[notebook], paths):
                    if take_stage(keys[notebook], paths, target):
                        report(f"  {notebook}: as in an earlier run")
                        continue
                    # Another process may have been waited for, for long.
                    check_unchanged(notebook)
                    following = [
                        sources[n].path for n in waiting if not is_kept(keys[n], paths)
                    ]
                    if notebook in TIMED:
                        following = []
                    _execute(
                        sources[notebook],
                        run_dir,
                        record,
                        keys[notebook],
                        kernels.of(sources[notebook].path, *following[:1]),
                        progress_bar,
                    )
                    try:
                        check_unchanged(notebook)
                    except ResultsError:
                        target.unlink()
                        raise
                    keep_stage(keys[notebook], paths, target)
                scraps = read_scraps(target)
                validation_ledger.add_execution(
                    data.fingerprint, name, notebook, keys[notebook], scraps
                )
                report(f"  {notebook}: done in {wall_time(run_dir, notebook):.0f} s")
        return _write_results(run_dir, record, sources, keys, not_run, finished=True)


def _stale(run_dir: Path, keys: dict[str, str]) -> list[str]:
    """The notebooks that are not executed as their keys ask for."""
    return [n for n, key in keys.items() if executed_key(run_dir, n) != key]


def _among(names: list[str], graph: Graph) -> Graph:
    """The graph of some notebooks, the others left out as if they were done."""
    return {n: tuple(u for u in graph[n] if u in names) for n in names}


def _kernels(progress_bar: bool) -> Any:
    # Jupyter's packages take a moment to import, papermill, below, a second.
    from darkhar.pipeline.kernels import Kernels

    environment = {"TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3")}
    if progress_bar:
        # Where the notebooks' own bars go.
        environment[TERMINAL] = os.ttyname(sys.stderr.fileno())
    return Kernels(environment)


def _execute(
    source: Source,
    run_dir: Path,
    record: Record,
    key: str,
    kernel: Any,
    progress_bar: bool,
) -> None:
    from darkhar.pipeline.execute import execute

    values = record.parameters.as_dict()
    execute(
        source.path,
        run_dir / f"{source.name}.ipynb",
        {name: values[name] for name in source.declared},
        stage_key=key,
        kernel=kernel,
        progress_bar=progress_bar,
    )


def _write_results(
    run_dir: Path,
    record: Record,
    sources: dict[str, Source],
    keys: dict[str, str],
    not_run: dict[str, str],
    *,
    finished: bool,
) -> Path:
    current = [n for n in sources if executed_key(run_dir, n) == keys[n]]
    scraps = {n: read_scraps(run_dir / f"{n}.ipynb") for n in current}
    return write_manifest(
        run_dir,
        finished=finished,
        parameters=record.parameters,
        data=record.data,
        notebooks={
            n: {
                "stage_key": keys[n],
                "wall_time_s": wall_time(run_dir, n),
                "notebook_sha256": sources[n].sha256,
            }
            for n in current
        },
        scraps=scraps,
        validation=validation_ledger.summarize(record.data["fingerprint"], scraps),
        not_run=not_run,
    )


def _absolute(parameters: Parameters) -> Parameters:
    paths = {
        name: str(Path(value).expanduser().resolve())
        for name in PATH_NAMES
        if (value := getattr(parameters, name)) is not None
    }
    return dataclasses.replace(parameters, **paths)


def _resolve_data(parameters: Parameters, report: Callable[[str], None]) -> Data:
    from darkhar.data.source import resolve_data
    from darkhar.pipeline.feasibility import check_feasible

    data = resolve_data(parameters, report=report)
    check_feasible(parameters, data)
    return data


@contextlib.contextmanager
def _locked(run_dir: Path, wait: float) -> Iterator[None]:
    run_dir.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(run_dir / ".lock", timeout=wait):
            yield
    except filelock.Timeout:
        raise ResultsError(
            f"another process is making the run '{run_dir.name}'; wait for it, or"
            " name another with --run"
        ) from None

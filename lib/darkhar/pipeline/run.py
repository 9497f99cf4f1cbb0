"""Making a run: notebooks executed, those that are current left alone."""

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Protocol

import filelock

from darkhar.config import (
    NOTEBOOKS,
    PATH_NAMES,
    Parameters,
    ResultsError,
    project_root,
)
from darkhar.pipeline import needs, validation_ledger
from darkhar.pipeline.graph import Table, with_upstream
from darkhar.pipeline.notebook_sources import Source, read_sources
from darkhar.pipeline.record import Record, write_record
from darkhar.pipeline.run_models import models_at_hand, put_models
from darkhar.pipeline.run_paths import run_directory
from darkhar.pipeline.stage_keys import stage_keys
from darkhar.pipeline.stages import Stage, execute_stages
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
    names: Collection[str] = (),
    preset: str = "demo",
    notebooks: Path | None = None,
    runs: Path | None = None,
    table: Table = NOTEBOOKS,
    resolve: Callable[[Parameters], Data] | None = None,
    check_feasible: Callable[[Parameters, Data, Table], None] | None = None,
    find_unmet: Callable[[Parameters, Table, Collection[str]], dict[str, str]]
    | None = None,
    jobs: int | None = None,
    report: Callable[[str], None] = print,
    progress_bar: bool = False,
    wait: float = 0,
) -> Path:
    """Executes notebooks, but those whose stage key is unchanged, side by side.

    One that another run has executed with the same key is taken over from there. A
    notebook whose models are neither in the run's folder nor in the cache is executed
    again. One that needs what is out of reach is left out, and so is what builds
    on it; `results.json` says why. It holds the results of all notebooks that are
    current, whichever were asked for.

    Args:
        parameters: `Parameters`. The run's. Relative paths are relative to the
            working directory.
        name: str. The run's name.
        names: str. The notebooks that are asked for; what they build on is executed,
            too. None of them means all. Defaults to none.
        preset: str. The preset that the parameters started from.
        notebooks: Path. Folder of the notebooks. Defaults to the paper's.
        runs: Path. Folder of the runs. Defaults to `runs` in the checkout.
        table: mapping of name to `Notebook`: all that there are.
        resolve: callable that finds the data. Defaults to
            `darkhar.data.source.resolve_data`.
        check_feasible: callable that raises what can be known to fail. It is called if
            a notebook is not current. Defaults to
            `darkhar.pipeline.feasibility.check_feasible`.
        find_unmet: callable that says which notebooks cannot be executed, and
            why. It is asked about those that are not current. Defaults to
            `darkhar.pipeline.needs.find_unmet`, with the run's clips.
        jobs: int or None. How many notebooks are executed at once; results do not
            depend on it. None means as many as there are cores, and memory for.
            Defaults to None.
        report: callable that takes one line for each notebook, and one for those
            that are left out for the same reason.
        progress_bar: bool. Whether progress is shown on the terminal that is standard
            error.
        wait: float. Seconds for which another process that makes this run is waited
            for. Defaults to 0.

    Returns:
        The path of the finished `results.json`.

    Raises:
        UsageError: the parameters, a name or the data folder cannot be used;
            nothing has been written.
        DataError: the data cannot be used; nothing has been written.
        WeightsError: the extractor's weights cannot be had, or a file that the
            parameters name for others is not usable; nothing has been written.
        ResultsError: a notebook failed, or another process makes this run.
    """
    run_dir = run_directory(name, runs)
    asked = with_upstream(table, names or table)
    parameters = _absolute(parameters)
    folder = notebooks or project_root() / "notebooks"
    sources = read_sources(folder, table)
    data = resolve(parameters) if resolve else _resolve_data(parameters, report)
    record = _record(preset, parameters, data)
    made = _Run(run_dir, folder, table, sources, record, report)
    stale = made.stale(asked)
    if stale:
        (check_feasible or _check_feasible)(parameters, data, asked)
    if find_unmet is None:
        find_unmet = functools.partial(needs.find_unmet, layout=data.layout)
    unmet = find_unmet(parameters, table, stale)
    with _locked(run_dir, wait):
        write_record(run_dir, record)
        report(
            f"run '{name}': {record.data['train_clips']} training and"
            f" {record.data['val_clips']} validation clips"
        )
        stale = made.stale(asked)
        not_run = {n: unmet[n] for n in stale if n in unmet}
        for line in needs.not_run_lines(not_run):
            report(f"  {line}")
        if len(stale) > len(not_run):
            made.write_results(not_run, finished=False)
        stages = {}
        for notebook in sources:
            stage = made.stage(notebook)
            if notebook not in asked or notebook in not_run:
                continue
            if notebook not in stale:
                report(f"  {notebook}: unchanged")
            elif stage.take():
                made.ended(notebook, False)
            else:
                stages[notebook] = stage
        if stages:
            execute_stages(
                stages,
                table,
                jobs=jobs,
                check_unchanged=made.check_unchanged,
                ended=made.ended,
                failed=made.failed,
                progress_bar=progress_bar,
            )
        return made.write_results(not_run, finished=True)


@dataclasses.dataclass(frozen=True)
class _Run:
    """A run that is being made, and what it is made of."""

    run_dir: Path
    folder: Path
    table: Table
    sources: dict[str, Source]
    record: Record
    report: Callable[[str], None]

    @functools.cached_property
    def keys(self) -> dict[str, str]:
        return stage_keys(
            self.sources,
            self.table,
            self.record.parameters,
            self.record.data["fingerprint"],
        )

    def path(self, notebook: str) -> Path:
        return self.run_dir / f"{notebook}.ipynb"

    def is_current(self, notebook: str) -> bool:
        is_executed = executed_key(self.run_dir, notebook) == self.keys[notebook]
        return is_executed and models_at_hand(self.path(notebook))

    def stale(self, asked: Table) -> list[str]:
        """Those that are asked for and not executed as their keys ask for."""
        return [n for n in self.sources if n in asked and not self.is_current(n)]

    def stage(self, notebook: str) -> Stage:
        values = self.record.parameters.as_dict()
        return Stage(
            source=self.sources[notebook].path,
            target=self.path(notebook),
            key=self.keys[notebook],
            values={name: values[name] for name in self.table[notebook].parameters},
        )

    def check_unchanged(self, notebook: str) -> None:
        sources = read_sources(self.folder, self.table)
        now = dataclasses.replace(self, sources=sources)
        if now.keys[notebook] != self.keys[notebook]:
            raise ResultsError(
                f"the library or notebook '{notebook}' was edited while the run was"
                " made; call again to execute it as it is now"
            )

    def ended(self, notebook: str, was_executed: bool) -> None:
        if not was_executed:
            self.report(f"  {notebook}: as in an earlier run")
            return
        validation_ledger.add_execution(
            self.record.data["fingerprint"],
            self.run_dir.name,
            notebook,
            self.keys[notebook],
            read_scraps(self.path(notebook)),
        )
        seconds = wall_time(self.run_dir, notebook)
        self.report(f"  {notebook}: done in {seconds:.0f} s")

    def failed(self, notebook: str, running: list[str]) -> None:
        rest = f"; {', '.join(running)} will be finished first" if running else ""
        self.report(f"  {notebook}: failed{rest}")

    def write_results(self, not_run: dict[str, str], *, finished: bool) -> Path:
        """Writes `results.json`: what all notebooks found that are current."""
        current = [n for n in self.sources if self.is_current(n)]
        scraps = {n: read_scraps(self.path(n)) for n in current}
        return write_manifest(
            self.run_dir,
            finished=finished,
            parameters=self.record.parameters,
            data=self.record.data,
            notebooks={
                n: {
                    "stage_key": self.keys[n],
                    "wall_time_s": wall_time(self.run_dir, n),
                    "notebook_sha256": self.sources[n].sha256,
                }
                for n in current
            },
            scraps=scraps,
            validation=validation_ledger.summarize(
                self.record.data["fingerprint"], scraps
            ),
            not_run=not_run,
            models=put_models(self.run_dir, current),
        )


def _record(preset: str, parameters: Parameters, data: Data) -> Record:
    layout = data.layout
    return Record(
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


def _absolute(parameters: Parameters) -> Parameters:
    paths = {
        name: str(Path(value).expanduser().resolve())
        for name in PATH_NAMES
        if (value := getattr(parameters, name)) is not None
    }
    return dataclasses.replace(parameters, **paths)


def _resolve_data(parameters: Parameters, report: Callable[[str], None]) -> Data:
    from darkhar.data.source import resolve_data

    return resolve_data(parameters, report=report)


def _check_feasible(parameters: Parameters, data: Data, asked: Table) -> None:
    # scikit-learn takes a second to import.
    from darkhar.pipeline.feasibility import check_feasible

    check_feasible(parameters, data, asked)


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

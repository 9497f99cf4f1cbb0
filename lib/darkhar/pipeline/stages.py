"""Stages of a run: notebooks executed for a key, none of them twice.

Two runs that differ in a classifier's parameters have the notebooks before it in
common, with all their results: what one has executed the other takes over.
"""

import contextlib
import dataclasses
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkhar.config import PATH_NAMES
from darkhar.config.cores import cores, memory_gib
from darkhar.pipeline.graph import Table
from darkhar.pipeline.run_models import models_at_hand
from darkhar.pipeline.schedule import Schedule
from darkhar.pipeline.side_by_side import Turn, side_by_side
from darkhar.pipeline.status import wall_time
from darkhar.store.files import write_atomically
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf

if TYPE_CHECKING:
    from darkhar.pipeline.kernels import Kernels

_SHELF = Shelf("stages")
# What a notebook may take of the machine's memory.
_GIB_A_JOB = 3


@dataclasses.dataclass(frozen=True)
class Stage:
    """A notebook to be executed.

    Args:
        source: Path. The notebook.
        target: Path. Where the executed notebook is to lie.
        key: str. Its stage key: all that its results depend on.
        values: mapping of the parameters that it declares to their values. Paths stand
            in the executed notebook, though its results do not depend on them.
    """

    source: Path
    target: Path
    key: str
    values: Mapping[str, Any]

    @property
    def _kept_as(self) -> str:
        paths = {name: self.values[name] for name in PATH_NAMES if name in self.values}
        return key_of(self.key, paths)

    def take(self) -> bool:
        """Puts the notebook that was executed for this key in its place, if any was.

        Returns:
            Whether there was one, whose models are at hand.
        """
        kept = _SHELF.get(self._kept_as)
        if kept is None:
            return False
        write_atomically(self.target, kept)
        return models_at_hand(self.target)

    def execute(
        self,
        turn: Turn,
        kernels: "Kernels",
        *,
        check_unchanged: Callable[[], None],
        progress_bar: bool = False,
    ) -> bool:
        """Executes the notebook when its turn is up, and keeps it.

        Until then its kernel gets ready. Another process that executes it is waited
        for; then it is taken.

        Args:
            turn: `Turn`.
            kernels: `Kernels`. Where its kernel is found.
            check_unchanged: callable. Raises a `ResultsError` if the library or the
                notebook is no longer that of the key: what one version computes must
                not be kept under another's.
            progress_bar: bool. As in `darkhar.pipeline.execute.execute`.

        Returns:
            Whether it was executed, not taken.

        Raises:
            ResultsError: it failed, or something was edited.
            CalledOff: its turn does not come.
        """
        # Papermill takes a second to import.
        from darkhar.pipeline.execute import execute

        with contextlib.ExitStack() as stack:
            kernel = None
            if not turn.is_up():
                kernel = stack.enter_context(kernels.of(self.source, turn.cores))
                turn.wait()
            stack.enter_context(_SHELF.lock(self._kept_as))
            if self.take():
                return False
            check_unchanged()
            execute(
                self.source,
                self.target,
                self.values,
                stage_key=self.key,
                kernel=kernel
                or stack.enter_context(kernels.of(self.source, turn.cores)),
                progress_bar=progress_bar,
            )
            try:
                check_unchanged()
            except BaseException:
                self.target.unlink()
                raise
            _SHELF.put(self._kept_as, self.target.read_bytes())
            return True


def execute_stages(
    stages: Mapping[str, Stage],
    table: Table,
    *,
    jobs: int | None,
    check_unchanged: Callable[[str], None],
    ended: Callable[[str, bool], None],
    failed: Callable[[str, list[str]], None],
    progress_bar: bool,
) -> None:
    """Executes notebooks side by side, each after those that it builds on.

    The longest chain of them is first, by how long they took in the run's folder
    before, or in a published run.

    Args:
        stages: mapping of notebook name to `Stage`.
        table: mapping of name to `Notebook`.
        jobs: int or None. How many are executed at once. None means as many as there
            are cores, and memory for.
        check_unchanged: callable that takes a notebook's name; as in `Stage.execute`.
        ended: callable that takes a notebook's name and whether it was executed, not
            taken from another process.
        failed: callable that takes the name of one that failed, and of those that have
            begun and are finished all the same.
        progress_bar: bool. Whether progress is shown on the terminal that is standard
            error.

    Raises:
        ResultsError: a notebook failed. What builds on it, and what had not begun, was
            not executed.
    """
    # Jupyter's packages take a moment to import.
    from darkhar.pipeline.kernels import Kernels

    def work(name: str, turn: Turn) -> bool:
        return stages[name].execute(
            turn,
            kernels,
            check_unchanged=lambda: check_unchanged(name),
            progress_bar=progress_bar,
        )

    with contextlib.ExitStack() as stack:
        compiled = stack.enter_context(tempfile.TemporaryDirectory(prefix="darkhar-"))
        kernels = Kernels(Path(compiled))
        look = stack.enter_context(_shown(kernels)) if progress_bar else None
        side_by_side(
            Schedule(
                {name: table[name].after for name in stages},
                jobs=jobs or _default_jobs(),
                seconds=_seconds(stages, table),
            ),
            work,
            cores=cores(),
            ended=ended,
            failed=failed,
            stop=kernels.kill,
            look=look,
        )


def _seconds(stages: Mapping[str, Stage], table: Table) -> dict[str, float]:
    """How long notebooks took in this run's folder; else about how long they take."""
    took = {
        name: wall_time(stage.target.parent, name) for name, stage in stages.items()
    }
    known = {name: seconds for name, seconds in took.items() if seconds is not None}
    return known or {name: table[name].seconds for name in stages}


def _default_jobs() -> int:
    memory = memory_gib()
    fit = cores() if memory is None else int(memory / _GIB_A_JOB)
    return max(min(cores(), fit), 1)


@contextlib.contextmanager
def _shown(kernels: "Kernels") -> Iterator[Callable[[], None]]:
    """Gives a function that shows on standard error what kernels tell of progress."""
    from tqdm import tqdm

    bars: dict[str, tqdm] = {}

    def look() -> None:
        told = {name: text for name, text in kernels.progress().items() if text}
        for name in bars.keys() - told.keys():
            bars.pop(name).close()
        width = shutil.get_terminal_size().columns - 1
        for name, text in told.items():
            if name not in bars:
                bars[name] = tqdm(bar_format="{desc}", leave=False)
            bars[name].set_description_str(f"  {name}: {text}"[:width])

    try:
        yield look
    finally:
        for bar in bars.values():
            bar.close()

"""Kernels of notebooks.

Most of a kernel's first seconds are spent on importing TensorFlow: it imports what its
notebook will as soon as it is started, which may be before the notebook's turn.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelManager
from jupyter_client.client import KernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_core.utils import run_sync

from darkhar.config.cores import thread_settings
from darkhar.config.progress import PROGRESS_FILE, last_drawn
from darkhar.pipeline.notebook_sources import import_statements
from darkhar.pipeline.side_by_side import CalledOff

# The kernel's own log is no news: a notice about TCP at the start, the interrupt
# that ends it. What cells write comes through. No history is kept.
_ARGUMENTS = [
    "--IPKernelApp.log_level=50",
    "--HistoryManager.hist_file=:memory:",
    "--IPKernelApp.exec_PYTHONSTARTUP=False",
]

# What a user has set for other work must not change figures or numbers.
_ENVIRONMENT = {
    "MATPLOTLIBRC": os.devnull,  # Matplotlib's own defaults
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "XLA_FLAGS": "",
    "TF_XLA_FLAGS": "",
}

# What cannot be imported is the notebook's to say; names stay out of its namespace.
_IMPORT = """exec('''
import contextlib
for statement in {statements!r}:
    with contextlib.suppress(Exception):
        exec(statement, {{}})
''', {{}})"""


def environment(cores: int, compiled: Path | None = None) -> dict[str, str]:
    """Variables of the environment of a process that computes results.

    Args:
        cores: int. How many it may use.
        compiled: Path or None. As for `Kernels`. Defaults to None.
    """
    found = {
        **_ENVIRONMENT,
        **thread_settings(cores),
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
    }
    # TensorFlow takes what follows a blank for another flag.
    if compiled is not None and " " not in str(compiled):
        found["TF_XLA_FLAGS"] = f"--tf_xla_persistent_cache_directory={compiled}"
    return found


class _ThisInterpreter(AsyncKernelManager):
    """Starts the interpreter that is running, whatever kernels are installed.

    It has one client, however often it is asked for one.
    """

    _client: KernelClient | None = None

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel of `sys.executable`."""
        argv = ["-Xfrozen_modules=off", "-m", "ipykernel_launcher"]
        return KernelSpec(
            argv=[sys.executable, *argv, "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )

    def client(self, **options: Any) -> KernelClient:
        """The client, the first time with these options."""
        if self._client is None:
            self._client = super().client(**options)
        return self._client


class Kernel:
    """A kernel of the running interpreter, in the current working directory.

    It belongs to the thread that starts it.

    Args:
        notebook: Path. All that it imports is imported first, before any of its cells;
            what that writes is not shown. Cells may be sent at once.
        cores: int. How many it may use.
        compiled: Path or None. As for `Kernels`.

    Raises:
        ResultsError: the notebook cannot be read.
    """

    def __init__(self, notebook: Path, cores: int, compiled: Path | None):
        statements = import_statements(notebook)
        self.manager = _ThisInterpreter()
        self.was_killed = False
        self._folder = tempfile.TemporaryDirectory(prefix="darkhar-")
        folder = Path(self._folder.name)
        self._progress = folder / "progress"
        # Where the process writes what no notebook takes up.
        self._stderr = (folder / "stderr").open("w+b")
        own = {
            # No profile of the user's, and no code that it would run first.
            "IPYTHONDIR": str(folder),
            PROGRESS_FILE: str(self._progress),
        }
        try:
            run_sync(self.manager.start_kernel)(
                extra_arguments=_ARGUMENTS,
                stderr=self._stderr,
                env={**os.environ, **environment(cores, compiled), **own},
            )
            client = self.manager.client()
            # The heartbeat is started by who executes the notebook, and only once.
            client.start_channels(hb=False)
            client.execute(_IMPORT.format(statements=statements), silent=True)
        except BaseException:
            self.stop()
            raise

    def is_alive(self) -> bool:
        """Whether the process has not died."""
        return run_sync(self.manager.is_alive)()

    def last_words(self) -> str:
        """The last line that the process wrote to standard error, or nothing."""
        self._stderr.seek(0)
        said = self._stderr.read().decode(errors="replace").strip()
        return said.splitlines()[-1] if said else ""

    def progress(self) -> str:
        """What a cell that takes long says of its progress, or nothing."""
        return last_drawn(self._progress)

    def stop(self) -> None:
        """Ends the process."""
        try:
            run_sync(self._shut_down)()
        finally:
            self.manager.client().stop_channels()
            self._stderr.close()
            self._folder.cleanup()

    def kill(self) -> None:
        """Ends the process at once, from any thread; its own may then `stop` it."""
        self.was_killed = True
        process = self.manager.provisioner.process
        if process is not None:
            process.kill()

    async def _shut_down(self) -> None:
        # An execution that was broken off leaves a cell awaited.
        awaited = asyncio.all_tasks() - {asyncio.current_task()}
        for task in awaited:
            task.cancel()
        await asyncio.gather(*awaited, return_exceptions=True)
        await self.manager.shutdown_kernel(now=True)


class Kernels:
    """The kernels that are alive.

    Args:
        compiled: Path or None. Folder where they share what XLA compiles, which takes
            longer than most fits: for kernels of one machine and environment. None
            means that they don't. Defaults to None.
    """

    def __init__(self, compiled: Path | None = None):
        self._compiled = compiled
        self._alive: dict[str, Kernel] = {}
        self._lock = threading.Lock()
        self._is_off = False

    @contextlib.contextmanager
    def of(self, notebook: Path, cores: int) -> Iterator[Kernel]:
        """The kernel of a notebook, until the context ends.

        Args:
            notebook: Path.
            cores: int. How many it may use.

        Raises:
            CalledOff: all kernels have been killed.
            ResultsError: the notebook cannot be read.
        """
        # One after the other: each looks for ports that are free.
        with self._lock:
            if self._is_off:
                raise CalledOff
            kernel = Kernel(notebook, cores, self._compiled)
            self._alive[notebook.stem] = kernel
        try:
            yield kernel
        finally:
            del self._alive[notebook.stem]
            kernel.stop()

    def progress(self) -> dict[str, str]:
        """What each notebook that is being executed says of its progress."""
        return {name: kernel.progress() for name, kernel in dict(self._alive).items()}

    def kill(self) -> None:
        """Ends all kernels at once, from any thread; none is started any more."""
        with self._lock:
            self._is_off = True
            for kernel in dict(self._alive).values():
                kernel.kill()

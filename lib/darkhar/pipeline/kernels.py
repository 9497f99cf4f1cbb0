"""Kernels of notebooks that are executed one after the other.

Most of a kernel's first seconds are spent on importing TensorFlow. While one notebook
is executed, the next one's kernel starts and imports what its notebook will.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from jupyter_client import AsyncKernelManager
from jupyter_client.client import KernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_core.utils import run_sync

from darkhar.config import ResultsError
from darkhar.pipeline.notebooks import import_statements

# The kernel's own log is no news: a notice about TCP at the start, the interrupt
# that ends it. What cells write comes through. No history is kept.
_ARGUMENTS = ["--IPKernelApp.log_level=50", "--HistoryManager.hist_file=:memory:"]

# What cannot be imported is the notebook's to say; names stay out of its namespace.
_IMPORT = """exec('''
import contextlib
for statement in {statements!r}:
    with contextlib.suppress(Exception):
        exec(statement, {{}})
''', {{}})"""


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

    Args:
        notebook: Path. All that it imports is imported first, before any of its cells;
            what that writes is not shown. Cells may be sent at once.
        environment: mapping. Variables besides those of this process.

    Raises:
        ResultsError: the notebook cannot be read.
    """

    def __init__(self, notebook: Path, environment: Mapping[str, str]):
        statements = import_statements(notebook)
        self.notebook = notebook
        self.manager = _ThisInterpreter()
        # Where the process writes what no notebook takes up.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 -- `stop` closes it
        try:
            run_sync(self.manager.start_kernel)(
                extra_arguments=_ARGUMENTS,
                stderr=self._stderr,
                env={**os.environ, **environment},
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

    def stop(self) -> None:
        """Ends the process."""
        try:
            run_sync(self._shut_down)()
        finally:
            self.manager.client().stop_channels()
            self._stderr.close()

    async def _shut_down(self) -> None:
        # An interrupt leaves a cell awaited, which would say that its kernel died.
        awaited = asyncio.all_tasks() - {asyncio.current_task()}
        for task in awaited:
            task.cancel()
        await asyncio.gather(*awaited, return_exceptions=True)
        await self.manager.shutdown_kernel(now=True)


class Kernels:
    """Kernels of notebooks; as a context, none outlives it.

    Args:
        environment: mapping or None. Their variables besides those of this process.
            Defaults to None.
    """

    def __init__(self, environment: Mapping[str, str] | None = None):
        self._environment = environment or {}
        self._ahead: Kernel | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ahead is not None:
            self._ahead.stop()

    @contextlib.contextmanager
    def of(self, notebook: Path, following: Path | None = None) -> Iterator[Kernel]:
        """The kernel of a notebook, until the context ends.

        Args:
            notebook: Path.
            following: Path or None. The notebook whose turn is next, as far as is
                known; its kernel is started, too. Defaults to None.
        """
        ahead, self._ahead = self._ahead, None
        # One that died, for want of memory perhaps, may do better in its turn.
        if ahead is not None and not (ahead.notebook == notebook and ahead.is_alive()):
            ahead.stop()
            ahead = None
        kernel = ahead or Kernel(notebook, self._environment)
        try:
            if following is not None:
                with contextlib.suppress(ResultsError):  # said when its turn is up
                    self._ahead = Kernel(following, self._environment)
            yield kernel
        finally:
            kernel.stop()

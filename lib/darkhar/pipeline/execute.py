"""Executing one notebook with papermill, all of it or nothing."""

import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import nbformat
import papermill
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from darkhar.config import ResultsError
from darkhar.config.progress import TERMINAL
from darkhar.pipeline.clean import without_logs
from darkhar.pipeline.paths import shown

# The kernel's own log is no news: a notice about TCP at the start, the interrupt
# that ends it. What the notebook writes comes through.
_KERNEL_ARGUMENTS = ["--IPKernelApp.log_level=50"]


class ThisInterpreter(AsyncKernelManager):
    """Starts the interpreter that is running, whatever kernels are installed."""

    # Where the process writes what no notebook takes up.
    stderr: IO[bytes]

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel of `sys.executable`."""
        argv = ["-Xfrozen_modules=off", "-m", "ipykernel_launcher"]
        return KernelSpec(
            argv=[sys.executable, *argv, "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )

    async def start_kernel(self, **options: Any) -> None:
        """Starts the kernel with its standard error going to `stderr`."""
        await super().start_kernel(stderr=self.stderr, **options)


def execute(
    source: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    stage_key: str,
    progress_bar: bool = False,
) -> None:
    """Executes a notebook in the current working directory.

    Args:
        source: Path. The notebook.
        output: Path. The executed notebook; it appears when all went well. A
            failed one is left beside it as `<name>.failed.ipynb`.
        parameters: mapping. Injected after the cell tagged `parameters`.
        stage_key: str. Recorded in the executed notebook's metadata.
        progress_bar: bool. Whether the cells' progress, and what takes time in them, is
            shown on the terminal that is standard error.

    Raises:
        ResultsError: a cell failed, or the kernel died.
    """
    partial = output.with_name(f".{output.stem}.partial.ipynb")
    failed = failed_path(output)
    failed.unlink(missing_ok=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if progress_bar:
        # Where the notebook's own bars go.
        os.environ[TERMINAL] = os.ttyname(sys.stderr.fileno())
    # What goes wrong is raised below; the log would say it a second time.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    with tempfile.TemporaryFile() as stderr:
        kernel = type("Kernel", (ThisInterpreter,), {"stderr": stderr})
        try:
            node = papermill.execute_notebook(
                _literal(source),
                _literal(partial),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=progress_bar
                and {"desc": f"  {output.stem}", "leave": False},
                kernel_manager_class=kernel,
                extra_arguments=_KERNEL_ARGUMENTS,
            )
            node = without_logs(node)
            node.metadata["darkhar"] = {"stage_key": stage_key}
            nbformat.write(node, partial)
            partial.replace(output)
        except (PapermillExecutionError, RuntimeError) as error:
            partial.replace(failed)
            raise ResultsError(
                f"notebook '{output.stem}' failed: {_why(error, stderr)}\n"
                f"  The failed notebook: {shown(failed)}"
            ) from None
        finally:
            partial.unlink(missing_ok=True)


def failed_path(output: Path) -> Path:
    """Where a failed execution of a notebook is left."""
    return output.with_name(f"{output.stem}.failed.ipynb")


def _literal(path: Path) -> str:
    # papermill fills in {placeholders} in paths.
    return str(path.absolute()).replace("{", "{{").replace("}", "}}")


def _why(error: Exception, stderr: IO[bytes]) -> str:
    """One line: the cell's error, or what became of the kernel."""
    if isinstance(error, PapermillExecutionError):
        message = str(error.evalue).strip() or "no message"
        return f"{error.ename}: {message.splitlines()[0]} (In [{error.exec_count}])"
    if isinstance(error, DeadKernelError):
        why = "its kernel died, perhaps for want of memory"
    else:  # Jupyter's own: the kernel did not start
        why = str(error)
    stderr.seek(0)
    said = stderr.read().decode(errors="replace").strip()
    return f"{why} ({said.splitlines()[-1]})" if said else why

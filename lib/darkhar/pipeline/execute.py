"""Executing one notebook with papermill, all of it or nothing."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from darkhar.config import ResultsError
from darkhar.config.paths import shown
from darkhar.pipeline.clean import without_logs
from darkhar.pipeline.kernels import Kernel
from darkhar.pipeline.side_by_side import CalledOff

# In seconds. What the kernel imports first comes from a disk that may be slow.
_START_TIMEOUT = 600


def execute(
    source: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    stage_key: str,
    kernel: Kernel,
    progress_bar: bool = False,
) -> None:
    """Executes a notebook in the current working directory.

    Args:
        source: Path. The notebook.
        output: Path. The executed notebook; it appears when all went well. A
            failed one is left beside it as `<name>.failed.ipynb`.
        parameters: mapping. Injected after the cell tagged `parameters`.
        stage_key: str. Recorded in the executed notebook's metadata.
        kernel: `Kernel`. It has executed nothing before.
        progress_bar: bool. Whether the cells' progress is shown on the terminal that
            is standard error.

    Raises:
        ResultsError: a cell failed, or the kernel died.
        CalledOff: the kernel was killed.
    """
    partial = output.with_name(f".{output.stem}.partial.ipynb")
    failed = failed_path(output)
    failed.unlink(missing_ok=True)
    # What goes wrong is raised below; the log would say it a second time.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    try:
        node = papermill.execute_notebook(
            _literal(source),
            _literal(partial),
            parameters=dict(parameters),
            kernel_name="python3",
            language="python",
            progress_bar=progress_bar and {"desc": f"  {output.stem}", "leave": False},
            km=kernel.manager,
            start_timeout=_START_TIMEOUT,
        )
        node = without_logs(node)
        node.metadata["darkhar"] = {"stage_key": stage_key}
        nbformat.write(node, partial)
        partial.replace(output)
    except (PapermillExecutionError, RuntimeError) as error:
        if kernel.was_killed:
            raise CalledOff from None
        partial.replace(failed)
        raise ResultsError(
            f"notebook '{output.stem}' failed: {_why(error, kernel)}\n"
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


def _why(error: Exception, kernel: Kernel) -> str:
    """One line: the cell's error, or what became of the kernel."""
    if isinstance(error, PapermillExecutionError):
        message = str(error.evalue).strip() or "no message"
        return f"{error.ename}: {message.splitlines()[0]} (In [{error.exec_count}])"
    if isinstance(error, DeadKernelError):
        why = "its kernel died, perhaps for want of memory"
    else:  # Jupyter's own: the kernel did not start
        why = str(error)
    said = kernel.last_words()
    return f"{why} ({said})" if said else why

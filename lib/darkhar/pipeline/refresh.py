"""Bringing the outputs of the demo run into the committed notebooks."""

from pathlib import Path

import nbformat

from darkhar.config import NOTEBOOKS, Parameters, ResultsError, project_root
from darkhar.pipeline.clean import with_outputs, without_paths
from darkhar.pipeline.graph import Table
from darkhar.pipeline.needs import not_run_lines
from darkhar.pipeline.record import read_record
from darkhar.pipeline.status import check_current, not_run
from darkhar.results.scraps import read_notebook
from darkhar.store.files import write_atomically


def refresh_notebooks(
    name: str = "demo",
    *,
    notebooks: Path | None = None,
    runs: Path | None = None,
    table: Table = NOTEBOOKS,
) -> list[Path]:
    """Stores a run's outputs in the notebooks that it executed.

    Args:
        name: str. A run that is current and has the default parameters, so
            that the outputs are those of the notebooks as they stand.
        notebooks: Path. Folder of the notebooks. Defaults to the paper's.
        runs: Path. Folder of the runs.
        table: mapping of name to `Notebook`.

    Returns:
        The notebooks that were changed.

    Raises:
        ResultsError: the run is not current, left a notebook out, or has other
            parameters.
    """
    notebooks = notebooks or project_root() / "notebooks"
    run_dir = check_current(name, notebooks=notebooks, runs=runs, table=table)
    if read_record(run_dir).parameters != Parameters():
        raise ResultsError(
            f"run '{name}' has other parameters than the notebooks' defaults; their"
            " outputs come from a run with the defaults"
        )
    if left_out := not_run(run_dir):
        raise ResultsError(
            f"run '{name}' left notebooks out, and those that are committed are"
            f" executed ({'; '.join(not_run_lines(left_out))})"
        )
    changed = []
    for notebook in table:
        path = notebooks / f"{notebook}.ipynb"
        executed = read_notebook(run_dir / path.name)
        filled = without_paths(with_outputs(read_notebook(path), executed))
        text = nbformat.writes(filled)
        if write_atomically(path, text.rstrip("\n") + "\n"):
            changed.append(path)
    return changed

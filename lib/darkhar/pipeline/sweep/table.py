"""A sweep's results as one tidy table: a row for each number of each run."""

import fnmatch
import json
from pathlib import Path
from typing import Any

import pandas as pd

from darkhar.config import ResultsError, UsageError
from darkhar.pipeline.sweep.grid import shown
from darkhar.pipeline.sweep.make import STATE_FILE
from darkhar.results.manifest import read_manifest

TABLE_FILE = "results.csv"


def read_state(directory: Path) -> dict[str, Any]:
    """What `sweep.json` in a sweep's folder says.

    Raises:
        UsageError: there is no such sweep.
    """
    try:
        return json.loads((directory / STATE_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"there is no sweep '{directory.name}'") from None


def tidy_table(directory: Path) -> pd.DataFrame:
    """The results that a sweep tabulates, of its runs that are done.

    Args:
        directory: Path. The sweep's folder.

    Returns:
        One row for each result of each run, in the grid's order: `run`, a column for
        each parameter of the grid, `result` (its key) and `value`. Empty where no run
        is done.

    Raises:
        ResultsError: no run that is done has such a result.
    """
    state = read_state(directory)
    done = [run for run in state["runs"] if run["state"] == "done"]
    rows = [
        {"run": run["run"], **run["settings"], "result": key, "value": value}
        for run in done
        for key, value in _chosen(directory / run["run"], state["results"]).items()
    ]
    if done and not rows:
        raise ResultsError(
            f"no result is called {' or '.join(map(repr, state['results']))};"
            f" {directory / done[0]['run'] / 'results.json'} lists them all"
        )
    # Of settings, the very values: a column of 16 and 0.5, or with None, is not floats.
    settings = state["runs"][0]["settings"]
    table = pd.DataFrame(
        rows, columns=["run", *settings, "result", "value"], dtype=object
    )
    return table.astype({"value": float}) if rows else table


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Each result over the seeds of a setting.

    Args:
        table: As `tidy_table` returns it.

    Returns:
        One row for each result of each setting, in the table's order: the parameters
        but `seed`, `result`, `mean`, `sd` (of the sample; NaN for one seed), `min`,
        `max` and `seeds` (how many).
    """
    names = [n for n in table.columns if n not in ("run", "seed", "result", "value")]
    # As texts: None is a setting, too, and 1 is not 1.0.
    texts = table.assign(**{name: table[name].map(shown) for name in names})
    groups = texts.groupby([*names, "result"], sort=False)["value"]
    found = groups.agg(["mean", "std", "min", "max", "count"]).reset_index()
    return found.rename(columns={"std": "sd", "count": "seeds"})


def _chosen(run_dir: Path, patterns: list[str]) -> dict[str, float]:
    results = read_manifest(run_dir)["results"]
    return {
        key: value
        for key, value in results.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and any(fnmatch.fnmatchcase(key, pattern) for pattern in patterns)
    }

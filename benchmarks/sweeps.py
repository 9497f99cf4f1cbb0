"""A sweep of 24 runs by two workers of this machine against one."""

import os
import tempfile
import time
from pathlib import Path
from unittest import mock

from benchmarks.ratios import Ratio, ratio_of
from darkhar.data.source import resolve_data
from darkhar.pipeline.sweep.grid import read_grid
from darkhar.pipeline.sweep.make import make_sweep

_GRID = """
fixed: {train_clips_per_class: 4, val_clips_per_class: 2, epochs: 5, folds: 2}
grid:
  lstm_units: [8, 16, 32]
  learning_rate: [1e-3, 3e-3, 1e-2, 3e-2]
  dropout: [0, 0.5]
notebooks: [baseline]
"""


def measure() -> list[Ratio]:
    """From an empty cache both times, but for the clips."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "grid.yaml"
        file.write_text(_GRID)
        grid = read_grid(file)
        times = {n: _seconds(grid, n, Path(folder)) for n in (1, 2)}
    return [
        ratio_of(
            f"a sweep of {len(grid.points)} runs",
            ("one worker with all cores", [times[1]]),
            ("two workers", [times[2]]),
            unit="s",
            kind="at least",
            bar=1.6,
        )
    ]


def _seconds(grid, n_workers: int, folder: Path) -> float:
    cache = folder / f"cache-{n_workers}"
    with mock.patch.dict(os.environ, {"DARKHAR_CACHE": str(cache)}):
        resolve_data(grid.points[0].parameters)
        start = time.perf_counter()
        outcomes = make_sweep(
            grid,
            "sweep",
            n_workers=n_workers,
            root=folder / f"sweeps-{n_workers}",
            report=lambda line: None,
            progress=False,
        )
        seconds = time.perf_counter() - start
    assert all(outcome.state == "done" for outcome in outcomes), outcomes
    return seconds

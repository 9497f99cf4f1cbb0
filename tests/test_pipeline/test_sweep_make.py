"""Sweeps of tiny notebooks, executed for real by workers that are processes; where a
test puts something in the place of the library's own, workers are threads."""

import contextlib
import json
import os
from pathlib import Path

import distributed
import filelock
import numpy as np
import pytest

from darkhar.config import (
    DataError,
    ParameterError,
    ResultsError,
    UsageError,
    WeightsError,
)
from darkhar.data.source import resolve_data
from darkhar.data.video import encode_clip
from darkhar.features.weights import Weights
from darkhar.pipeline import needs
from darkhar.pipeline.sweep import cluster, make
from darkhar.pipeline.sweep.grid import read_grid
from darkhar.pipeline.sweep.make import make_sweep
from darkhar.results.manifest import read_manifest

CLIPS = {
    "train": ["Jump/Jump_1_1", "Jump/Jump_2_1", "Run/Run_1_1", "Run/Run_2_1"],
    "validate": ["1"],
}
LABELS = {"train": [0, 0, 1, 1], "validate": [1]}
GLUE = "from darkhar.results import glue"
SCORES = 'glue("validation", {"accuracy": 0.5, "correct": 1, "n": 2})'


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Four training clips and one for validation, of two classes."""
    directory = tmp_path_factory.mktemp("data") / "clips"
    for split, names in CLIPS.items():
        rows = []
        for i, name in enumerate(names):
            level = 20 + 10 * i
            frames = np.full((3, 32, 48, 3), level, np.uint8)
            encode_clip(frames, directory / split / f"{name}.mp4")
            rows.append(f"{i}\t{LABELS[split][i]}\t{name}.mp4\n")
        (directory / f"{split}.txt").write_text("".join(rows))
    (directory / "mapping_table_23.txt").write_text("0\tJump\n1\tRun\n")
    return directory


@dataclasses.dataclass
class Sweep:
    """A folder with a grid, notebooks and sweeps; `lines` is what was reported."""

    root: Path
    clips: Path
    lines: list[str] = dataclasses.field(default_factory=list)

    @property
    def directory(self):
        return self.root / "sweeps" / "tiny"

    def make(self, axes, graph, name="tiny", **options):
        path = self.root / "grid.yaml"
        path.write_text(f"fixed: {{folds: 2}}\ngrid: {{{axes}}}\n")
        self.lines.clear()
        return make_sweep(
            read_grid(path, str(self.clips), graph),
            name,
            root=self.root / "sweeps",
            notebooks=self.root / "notebooks",
            report=self.lines.append,
            **({"n_workers": 2} | options),
        )

    def state(self):
        return json.loads((self.directory / "sweep.json").read_text())


@pytest.fixture
def sweep(tmp_path, clips, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))
    return Sweep(tmp_path, clips)

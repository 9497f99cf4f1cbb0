"""Sweeps of tiny notebooks, which the kernels of workers execute.

Where a test puts something in the place of the library's own, workers are threads.
"""

import contextlib
import dataclasses
import functools
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import dask
import distributed
import filelock
import numpy as np
import pytest

from darkclips.video import encode_clip
from darkhar.backbones.weights import Weights
from darkhar.config import (
    Notebook,
    ParameterError,
    ResultsError,
    UsageError,
    WeightsError,
)
from darkhar.data.source import resolve_data
from darkhar.pipeline.parameter_cells import cell_text, write_cells
from darkhar.pipeline.sweep import cluster, make
from darkhar.pipeline.sweep.grid import read_grid
from darkhar.pipeline.sweep.make import make_sweep
from darkhar.pose import movenet_weights
from darkhar.results.manifest import read_manifest

CLIPS = {
    "train": ["Jump/Jump_1_1", "Jump/Jump_2_1", "Run/Run_1_1", "Run/Run_2_1"],
    "validate": ["Jump/1"],
}
FIRST = Notebook(("data", "folds"))
ONE = {"first": FIRST}
# `epochs` is a parameter of the second's alone.
TWO = {"second": Notebook(("data", "folds", "sequence"), after=("first",)), **ONE}
GLUE = "from darkhar.results import glue"
SCORES = 'glue("validation", {"accuracy": 0.5, "correct": 1, "n": 2})'


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A folder with five clips of two classes."""
    directory = tmp_path_factory.mktemp("data") / "clips"
    for split, names in CLIPS.items():
        for i, name in enumerate(names):
            # Clips of the same content would be one to the cache.
            level = 20 + 10 * i + 5 * (split == "validate")
            frames = np.full((3, 32, 48, 3), level, np.uint8)
            encode_clip(frames, directory / split / f"{name}.mp4")
        rows = [f"0\t{int(name[0] == 'R')}\t{name}.mp4\n" for name in names]
        (directory / f"{split}.txt").write_text("".join(rows))
    (directory / "mapping_table_23.txt").write_text("0\tJump\n1\tRun\n")
    return directory


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def scheduler(cache):
    """Address of a scheduler with one worker."""
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.ExitStack() as stack,
    ):
        patch.setenv("DARKHAR_CACHE", str(cache))
        one = distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
        )
        yield stack.enter_context(one).scheduler_address


@dataclasses.dataclass
class Sweep:
    """A folder for a grid, notebooks and sweeps.

    `lines` is what the last sweep reported.
    """

    root: Path
    data_dir: str
    lines: list[str] = dataclasses.field(default_factory=list)

    @property
    def directory(self):
        return self.root / "sweeps" / "tiny"

    @property
    def state(self):
        return json.loads((self.directory / "sweep.json").read_text())

    def make(self, axes, table=None, *, name="tiny", folds=2, **options):
        grid = self.root / "grid.yaml"
        grid.write_text(f"fixed: {{folds: {folds}}}\ngrid: {{{axes}}}\n")
        self.lines.clear()
        return make_sweep(
            read_grid(grid, self.data_dir, table or ONE),
            name,
            root=self.root / "sweeps",
            notebooks=self.root / "notebooks",
            report=self.lines.append,
            **{"n_workers": 2, **options},
        )


@pytest.fixture
def sweep(tmp_path, clips, cache, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(cache))
    return Sweep(tmp_path, str(clips))


@pytest.fixture
def notebook(notebook):
    """Writes a notebook with the parameters of `FIRST`."""
    cell = cell_text(FIRST.parameters)
    return functools.partial(notebook, declared=cell)


@pytest.fixture
def threads(sweep, project, monkeypatch):
    """The project, its notebooks executed by two workers without kernels."""
    with (
        dask.config.set(
            {
                # Would hide how runs are dealt out; does not always help.
                "distributed.scheduler.work-stealing": False,
            }
        ),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=False,
            dashboard_address="127.0.0.1:0",
        ) as local,
        distributed.Client(local) as client,
    ):

        @contextlib.contextmanager
        def workers(*_):
            yield client

        monkeypatch.setattr(make, "workers", workers)
        yield project


def forbid(monkeypatch, *names):
    def fail(*_, **__):
        raise AssertionError("nobody should have asked")

    for name in names:
        monkeypatch.setattr(f"darkhar.pipeline.sweep.{name}", fail)


def write(sweep, notebook, table, *code):
    """Notebooks with the cells of their rows."""
    for name in table:
        notebook(sweep.root / "notebooks" / f"{name}.ipynb", *code)
    write_cells(sweep.root / "notebooks", table)


def states(outcomes):
    return {outcome.point.settings["seed"]: outcome.state for outcome in outcomes}


@pytest.mark.kernels
def test_a_run_that_fails_keeps_no_other_from_being_made(
    sweep, scheduler, notebook, tmp_path, monkeypatch
):
    mended = tmp_path / "mended"
    notebook(
        tmp_path / "notebooks" / "first.ipynb",
        GLUE,
        SCORES,
        f"""
import os
from pathlib import Path
glue("cores", int(os.environ["DARKHAR_CORES"]))
assert seed != 1 or Path({str(mended)!r}).exists(), "seed 1 does not work"
""",
    )
    error = "notebook 'first' failed: AssertionError: seed 1 does not work (In [5])"

    outcomes = sweep.make("seed: [0, 1, 2]")

    assert states(outcomes) == {0: "done", 1: "failed", 2: "done"}
    assert [outcome.error for outcome in outcomes] == ["", error, ""]
    names = [outcome.point.name for outcome in outcomes]
    assert sweep.lines[0] == "sweep 'tiny': 3 runs, 0 done before, 3 to make"
    assert sorted(line.split(maxsplit=1)[1] for line in sweep.lines[1:]) == sorted(
        [
            f"{names[0]} (seed=0): done",
            f"{names[1]} (seed=1): failed: {error}",
            f"{names[2]} (seed=2): done",
        ]
    )
    assert sweep.state == {
        "preset": "demo",
        "fixed": {"folds": 2, "data_dir": "clips"},
        "notebooks": ["first"],
        "results": [
            "*#cross_validation.accuracy",
            "*#validation.accuracy",
            "*#validation.loss",
        ],
        "runs": [
            {"run": names[0], "settings": {"seed": 0}, "state": "done", "error": ""},
            {
                "run": names[1],
                "settings": {"seed": 1},
                "state": "failed",
                "error": error,
            },
            {"run": names[2], "settings": {"seed": 2}, "state": "done", "error": ""},
        ],
    }
    manifest = read_manifest(sweep.directory / names[2])
    assert manifest["finished"]
    assert manifest["parameters"]["seed"] == 2
    assert manifest["results"] == {
        "first#cores": max(len(os.sched_getaffinity(0)) // 2, 1),
        "first#validation.accuracy": 0.5,
        "first#validation.correct": 1,
        "first#validation.n": 2,
    }
    assert (sweep.directory / "workers.log").is_file()

    # The same call again, now on the workers of a scheduler.
    forbid(monkeypatch, "cluster._local")
    mended.touch()
    done = sweep.directory / names[0] / "first.ipynb"
    before = done.stat().st_mtime_ns

    outcomes = sweep.make("seed: [0, 1, 2]", scheduler=scheduler)

    assert states(outcomes) == {0: "done", 1: "done", 2: "done"}
    assert sweep.lines == [
        "sweep 'tiny': 3 runs, 2 done before, 1 to make",
        f"  3/3 {names[1]} (seed=1): done",
    ]
    assert done.stat().st_mtime_ns == before
    assert [run["state"] for run in sweep.state["runs"]] == ["done"] * 3
    assert read_manifest(sweep.directory / names[1])["parameters"]["seed"] == 1

    # Now there is nothing left to do.
    forbid(monkeypatch, "make.workers")
    assert states(sweep.make("seed: [2, 1]")) == {2: "done", 1: "done"}
    assert sweep.lines == ["sweep 'tiny': 2 runs, 2 done before, 0 to make"]
    assert [run["run"] for run in sweep.state["runs"]] == [names[2], names[1]]


@pytest.mark.kernels
def test_a_run_whose_worker_dies_is_made_by_another(
    sweep, scheduler, notebook, tmp_path
):
    parents = tmp_path / "parents"
    notebook(
        tmp_path / "notebooks" / "first.ipynb",
        f"""
import os, signal
from pathlib import Path
known = Path({str(parents)!r})
first = not known.exists()
with known.open("a") as file:
    print(os.getppid(), file=file)
if first:
    os.kill(os.getppid(), signal.SIGKILL)  # the worker
    os._exit(1)
""",
    )

    (outcome,) = sweep.make("seed: [0]", scheduler=scheduler)

    assert (outcome.state, outcome.error) == ("done", "")
    assert len(set(parents.read_text().split())) == 2
    assert read_manifest(sweep.directory / outcome.point.name)["finished"]


@pytest.mark.kernels
def test_workers_that_cannot_stand_in(sweep, scheduler, cache, tmp_path, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()

    def reason():
        with (
            pytest.raises(ResultsError) as caught,
            cluster.workers(scheduler, 1, shared),
        ):
            pass
        assert list(shared.iterdir()) == []
        return str(caught.value)

    with monkeypatch.context() as patch:
        patch.setattr("darkhar.results.provenance.library_sha256", lambda: "m" * 64)
        assert "runs another version of the library" in reason()
    with monkeypatch.context() as patch:
        patch.setenv("DARKHAR_CACHE", str(tmp_path / "mine"))
        assert f"has its cache in {cache}, not in {tmp_path / 'mine'}" in reason()
    with monkeypatch.context() as patch:
        # What a worker says that has another file system.
        patch.setattr(cluster, "_seen_by_worker", lambda mark: (False, "", "", {}))
        assert f"does not see {shared}" in reason()
    with monkeypatch.context() as patch:
        here = {"keras": "0.0"}
        patch.setattr("darkhar.results.provenance.packages", lambda: here)
        found = reason()
        assert "has another version of " in found and "keras, " in found
    with cluster.workers(scheduler, 1, shared) as client:
        assert client.submit(sum, [1, 2]).result() == 3


@pytest.mark.parametrize("others", [3, 11])
def test_no_run_waits_behind_another(sweep, threads, notebook, monkeypatch, others):
    notebook(sweep.root / "notebooks" / "first.ipynb")
    # The first run to begin ends when all others have: none may be behind it.
    monkeypatch.setattr(make, "first", threading.Lock(), raising=False)
    monkeypatch.setattr(make, "ended", threading.Semaphore(0), raising=False)

    def make_point(*_):
        if not make.first.acquire(blocking=False):
            make.ended.release()
        elif not all(make.ended.acquire(timeout=20) for _ in range(others)):
            raise TimeoutError("runs wait for a worker that is busy")

    monkeypatch.setattr(make, "make_point", make_point)
    outcomes = sweep.make(f"seed: {list(range(others + 1))}")
    assert {outcome.error for outcome in outcomes} == {make._NOT_OURS}


def test_a_run_that_another_version_made_is_not_done(
    sweep, threads, notebook, monkeypatch
):
    notebook(sweep.root / "notebooks" / "first.ipynb", SCORES)
    make_point = make.make_point

    def by_a_late_worker(*arguments):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("darkhar.results.provenance.library_sha256", lambda: "m" * 64)
            return make_point(*arguments)

    monkeypatch.setattr(make, "make_point", by_a_late_worker)
    (outcome,) = sweep.make("seed: [0]")
    assert outcome.state == "failed"
    assert "has another version of the library" in outcome.error
    monkeypatch.setattr(make, "make_point", make_point)
    (outcome,) = sweep.make("seed: [0]")
    assert outcome.state == "done"


def test_nobody_at_the_schedulers_address(tmp_path):
    # In a process of its own: Dask keeps threads for a client that did not connect.
    code = f"""
from pathlib import Path
from darkhar.config import UsageError
from darkhar.pipeline.sweep import cluster
cluster._CONNECT_SECONDS = 0.1
try:
    with cluster.workers("tcp://127.0.0.1:1", 1, Path({str(tmp_path)!r})):
        print("somebody")
except UsageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout == (
        "no Dask scheduler answers at 'tcp://127.0.0.1:1' (Timed out trying to connect"
        " to tcp://127.0.0.1:1 after 0.1 s)\n"
    )
    assert done.stderr == ""


def test_a_scheduler_without_workers(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_WORKERS_SECONDS", 0.1)
    with (
        distributed.LocalCluster(
            n_workers=0, dashboard_address="127.0.0.1:0", silence_logs=50
        ) as empty,
        pytest.raises(
            UsageError, match=r"scheduler at 'tcp://.*' has had no workers for 0\.1 s"
        ),
        cluster.workers(empty.scheduler_address, 1, tmp_path),
    ):
        pass


def test_two_processes_do_not_make_the_same_sweep(sweep, notebook, monkeypatch):
    forbid(monkeypatch, "make.workers")
    notebook(sweep.root / "notebooks" / "first.ipynb")
    sweep.directory.mkdir(parents=True)

    with (
        filelock.FileLock(sweep.directory / ".lock"),
        pytest.raises(ResultsError, match="another process makes the sweep 'tiny'"),
    ):
        sweep.make("seed: [0]")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"name": "../x"}, UsageError, "is letters, digits"),
        ({"folds": 3}, ParameterError, "choose folds <= 2"),
        ({"data_dir": "none"}, UsageError, "none is missing"),
    ],
)
def test_nothing_is_made_when_inputs_are_wrong(
    sweep, notebook, monkeypatch, changes, error, message
):
    forbid(monkeypatch, "make.workers")
    notebook(sweep.root / "notebooks" / "first.ipynb")
    sweep.data_dir = changes.pop("data_dir", sweep.data_dir)

    with pytest.raises(error, match=message):
        sweep.make("seed: [0]", **changes)

    assert not (sweep.root / "sweeps").exists()


def test_the_run_that_cannot_be_made_is_named(sweep, notebook, monkeypatch):
    forbid(monkeypatch, "make.workers")
    notebook(sweep.root / "notebooks" / "first.ipynb")
    with pytest.raises(ParameterError, match=r"^the run with seed=0: .*folds <= 2"):
        sweep.make("seed: [0, 1]", folds=3)


def test_a_scheduler_that_goes_away(sweep, threads, notebook, monkeypatch):
    notebook(sweep.root / "notebooks" / "first.ipynb")
    submit = distributed.Client.submit

    def lost(client, function, *arguments, **options):
        future = submit(client, function, *arguments, **options)
        if function is make.make_point:
            # What becomes of a client's futures when its scheduler is gone.
            future.cancel(force=True)
        return future

    monkeypatch.setattr(distributed.Client, "submit", lost)
    with pytest.raises(ResultsError, match=r"scheduler is gone; .* call again"):
        sweep.make("seed: [0, 1]")


def test_what_is_done_and_what_is_not(sweep, threads, notebook):
    def make(axes="epochs: [3, 4]"):
        outcomes = sweep.make(axes, TWO)
        assert {outcome.state for outcome in outcomes} == {"done"}
        return [outcome.point.name for outcome in outcomes]

    def told():
        return sweep.lines[0].removeprefix("sweep 'tiny': ")

    write(sweep, notebook, TWO)
    (three,) = make("epochs: [3]")
    assert told() == "1 runs, 0 done before, 1 to make"
    # The run's name is the same in a grid that has grown.
    again, four = make()
    assert again == three
    assert told() == "2 runs, 1 done before, 1 to make"
    # The first notebook has no epochs, so the runs have it in common.
    assert [(name, found.get("epochs")) for name, found in threads.executed] == [
        ("first", None),
        ("second", 3),
        ("second", 4),
    ]

    (sweep.directory / four / "first.ipynb").unlink()
    make()
    assert told() == "2 runs, 1 done before, 1 to make"
    (sweep.directory / three / "results.json").write_text("{ not json")
    make()
    assert told() == "2 runs, 1 done before, 1 to make"
    path = sweep.directory / three / "results.json"
    path.write_text(path.read_text().replace('"finished": true', '"finished": false'))
    make()
    assert told() == "2 runs, 1 done before, 1 to make"
    assert read_manifest(sweep.directory / three)["finished"]
    assert len(threads.executed) == 3

    write(sweep, notebook, TWO, "print(seed + 1)")
    make()
    assert told() == "2 runs, 0 done before, 2 to make"


@pytest.mark.slow
def test_a_run_is_not_done_while_a_notebook_is_left_out(
    sweep, threads, notebook, monkeypatch
):
    def resolve_movenet(*_):
        raise WeightsError("no weights")

    pose = {"second": Notebook(("data", "pose"), after=("first",)), "first": FIRST}
    write(sweep, notebook, pose)
    monkeypatch.setattr(movenet_weights, "resolve_movenet", resolve_movenet)
    (outcome,) = sweep.make("seed: [0]", pose)
    assert outcome.state == "failed"
    assert outcome.error == "second: not run: no weights"
    assert [name for name, _ in threads.executed] == ["first"]

    monkeypatch.setattr(movenet_weights, "resolve_movenet", lambda *_: "at hand")
    (outcome,) = sweep.make("seed: [0]", pose)
    assert (outcome.state, outcome.error) == ("done", "")
    assert [name for name, _ in threads.executed] == ["first", "second"]


class StandIn:
    """In place of MoveNet: every joint at the frames' upper left."""

    def fitted(self, frames):
        return frames

    def detect_fitted(self, images, height, width):
        return np.zeros((len(images), 17, 3), np.float32)


def test_workers_extract_what_notebooks_look_for(sweep, threads, notebook, monkeypatch):
    from darkhar.features import clip_views, keypoint_network

    loaded = []

    def load(*_, **__):
        loaded.append(StandIn())
        return loaded[-1]

    def resolve(name, file):
        return Weights(None, "5" * 64, "a test")

    monkeypatch.setattr(movenet_weights, "resolve_movenet", resolve)
    monkeypatch.setattr(keypoint_network, "resolve_movenet", resolve)
    monkeypatch.setattr(keypoint_network, "get_movenet", load)
    pose = {"pose": Notebook(("data", "pose", "pose_classifier"))}
    write(sweep, notebook, pose)

    outcomes = sweep.make("pose_units: [4, 8], pose_samples: [2]", pose)

    assert [outcome.state for outcome in outcomes] == ["done", "done"]
    # Two and two clips for training, one for validation, once for both runs.
    assert len(loaded) == 3, sweep.lines
    for outcome in outcomes:
        parameters = outcome.point.parameters
        source = resolve_data(parameters)
        for split, n_clips in (("train", 4), ("val", 1)):
            (found,) = clip_views.keypoints(source, split, parameters)
            assert found.shape == (n_clips, 2, 17, 3)
    assert len(loaded) == 3


def test_a_failing_extraction_keeps_no_run_from_being_made(
    sweep, threads, notebook, monkeypatch
):
    asked = []

    def extract(source, split, rule, networks, *, clip_ids, progress):
        asked.append((split, rule.n_samples, clip_ids))
        if split == "val":
            raise WeightsError("no weights")

    monkeypatch.setattr("darkhar.features.extraction.extract", extract)
    extraction = {"extraction": Notebook(("data", "frames", "extractor"))}
    write(sweep, notebook, extraction)

    outcomes = sweep.make("seed: [0, 1], n_samples: [2]", extraction)

    assert states(outcomes) == {0: "done", 1: "done"}
    shards = [
        ("train", ("train/Jump/Jump_1_1", "train/Jump/Jump_2_1")),
        ("train", ("train/Run/Run_1_1", "train/Run/Run_2_1")),
        ("val", ("validate/Jump/1",)),
    ]
    assert sorted(asked) == [(split, 2, clip_ids) for split, clip_ids in shards]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ResultsError("notebook 'a' failed\n  it is there"), "notebook 'a' failed"),
        (ValueError("too\nlong"), "ValueError: too"),
        (ZeroDivisionError(), "ZeroDivisionError: no message"),
        (
            distributed.scheduler.KilledWorker("a", None, 3),
            "its worker died, again and again; perhaps for want of memory",
        ),
    ],
)
def test_a_line_about_each_error(error, text):
    assert make._why(error) == text

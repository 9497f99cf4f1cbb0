"""Notebooks side by side, in real kernels: a few seconds each.

They meet through pipes, so that nothing depends on who is faster.
"""

import functools
import os
import select
import signal
import subprocess
import sys
import types

import pytest

from darkhar.config import Notebook, Parameters, ResultsError
from darkhar.pipeline.run import run
from darkhar.results import Run

pytestmark = pytest.mark.kernels

DATA = ("data",)
LAYOUT = types.SimpleNamespace(class_names=(), train=(), val=())
SOURCE = types.SimpleNamespace(layout=LAYOUT, fingerprint="f", embedded=True)
# Writes into one pipe and reads from another; both ends have to be at work.
MEET = """
import os, select
def meet(mine, other):
    os.write(os.open(mine, os.O_RDWR), b"here")
    pipe = os.open(other, os.O_RDWR)
    assert select.select([pipe], [], [], 60)[0], "nobody came"
"""
# What a call of `darkhar run` does with notebooks of a test.
SCRIPT = """
import types
from pathlib import Path
import darkhar.pipeline.run as pipeline
from darkhar.cli.main import main
from darkhar.config import Notebook
make = pipeline.run
table = {{name: Notebook(("data",), after=after) for name, after in {after!r}.items()}}
layout = types.SimpleNamespace(class_names=(), train=(), val=())
data = types.SimpleNamespace(layout=layout, fingerprint="f", embedded=True)
pipeline.run = lambda parameters, name, **options: make(
    parameters, name, table=table, notebooks=Path("notebooks"), runs=Path("runs"),
    resolve=lambda _: data, check_feasible=lambda *_: None, **options
)
main(["run", "--jobs", "3"])
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(pipe):
    assert select.select([pipe], [], [], 60)[0], "nothing is heard"
    return os.read(pipe, 99)


def make(folder, after, **options):
    lines = []
    run(
        Parameters(),
        "demo",
        table={name: Notebook(DATA, after=up) for name, up in after.items()},
        notebooks=folder / "notebooks",
        runs=folder / "runs",
        resolve=lambda _: SOURCE,
        check_feasible=lambda *_: None,
        report=lines.append,
        **options,
    )
    return lines


def test_notebooks_that_build_on_nothing_common_are_at_work_at_once(
    folder, notebook, monkeypatch
):
    monkeypatch.setenv("DARKHAR_CORES", "2")
    for name in ("one", "two"):
        os.mkfifo(name)
    glue = (
        "from darkhar.results import glue\n"
        "glue('cores', int(os.environ['DARKHAR_CORES']))"
    )
    for mine, other in (("one", "two"), ("two", "one")):
        notebook(
            folder / "notebooks" / f"{mine}.ipynb",
            f"{MEET}\nmeet({mine!r}, {other!r})",
            glue,
        )
    notebook(folder / "notebooks" / "last.ipynb", "import os", glue)
    pipes = [os.open(name, os.O_RDWR) for name in ("one", "two")]
    after = {"one": (), "two": (), "last": ("one", "two")}

    lines = make(folder, after, jobs=2)

    for pipe in pipes:
        os.close(pipe)
    assert sorted(line.split(":")[0] for line in lines[1:3]) == ["  one", "  two"]
    assert lines[3].startswith("  last: done in ")
    results = Run.open(folder / "runs" / "demo").results
    assert results == {"last#cores": 2, "one#cores": 1, "two#cores": 1}


def test_a_failure_lets_the_others_finish(folder, notebook):
    for name in ("bad", "good", "told"):
        os.mkfifo(name)
    pipes = [os.open(name, os.O_RDWR) for name in ("bad", "good", "told")]
    notebook(
        folder / "notebooks" / "bad.ipynb",
        f"{MEET}\nmeet('bad', 'good')\nassert False, 'no good'",
    )
    # It ends when it was reported that the other has failed.
    notebook(
        folder / "notebooks" / "good.ipynb",
        f"{MEET}\nmeet('good', 'bad')\nmeet('good', 'told')",
    )
    notebook(folder / "notebooks" / "next.ipynb", "1")
    after = {"bad": (), "good": (), "next": ("good",)}

    lines = []

    def report(line):
        lines.append(line)
        if "failed" in line:
            os.write(pipes[-1], b"told")

    with pytest.raises(ResultsError) as caught:
        run(
            Parameters(),
            "demo",
            table={name: Notebook(DATA, after=up) for name, up in after.items()},
            notebooks=folder / "notebooks",
            runs=folder / "runs",
            resolve=lambda _: SOURCE,
            check_feasible=lambda *_: None,
            jobs=2,
            report=report,
        )

    for pipe in pipes:
        os.close(pipe)
    assert lines[1] == "  bad: failed; good will be finished first"
    assert lines[2].startswith("  good: done in ")
    assert len(lines) == 3
    assert str(caught.value).splitlines()[0] == (
        "notebook 'bad' failed: AssertionError: no good (In [3])"
    )
    names = sorted(path.name for path in (folder / "runs" / "demo").glob("*.ipynb"))
    assert names == ["bad.failed.ipynb", "good.ipynb"]
    with pytest.raises(ResultsError, match="not finished"):
        Run.open(folder / "runs" / "demo")

    # The next call takes it up.
    notebook(folder / "notebooks" / "bad.ipynb", "1")
    lines = make(folder, after, jobs=2)
    assert "  good: unchanged" in lines
    assert sorted(line.split(":")[0] for line in lines[2:]) == ["  bad", "  next"]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_an_interruption_leaves_no_kernel(folder, notebook, number, code):
    # The pipe is at its end when no process that has opened it is left.
    os.mkfifo("pipe")
    pipe = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    (folder / "stay.py").write_text(
        "import os, select\n"
        "os.write(os.open('pipe', os.O_WRONLY), b'.')\n"
        "select.select([], [], [])\n"
    )
    child = "import subprocess, sys\nsubprocess.run([sys.executable, 'stay.py'])"
    notebook(folder / "notebooks" / "one.ipynb", child)
    notebook(folder / "notebooks" / "two.ipynb", "exec(open('stay.py').read())")
    # Its kernel gets ready while the first is executed.
    notebook(folder / "notebooks" / "three.ipynb", "import stay")
    after = {"one": (), "two": (), "three": ("one",)}
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(after=after)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A suite that was started in the background ignores interrupts.
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    try:
        heard = b""
        while len(heard) < 3:
            heard += read(pipe)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert read(pipe) == b""
    os.close(pipe)
    assert process.returncode == code, err
    assert err.strip() == ("interrupted" if number == signal.SIGINT else "")
    assert out == "run 'demo': 0 training and 0 validation clips\n"
    left = {path.name for path in (folder / "runs" / "demo").iterdir()}
    assert left == {".lock", "run.json", "results.json"}

"""With papermill and real kernels: a few seconds each."""

import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from darkhar.config import ResultsError
from darkhar.pipeline.execute import execute
from darkhar.pipeline.kernels import Kernels
from darkhar.pipeline.side_by_side import CalledOff

pytestmark = pytest.mark.kernels


def run(source, output, parameters):
    with Kernels().of(source, 1) as kernel:
        execute(source, output, parameters, stage_key="k", kernel=kernel)


def test_success(notebook, tmp_path, monkeypatch, capfd):
    folder = tmp_path / "with {braces}"
    notebook(
        folder / "a.ipynb",
        "import os, sys",
        "os.write(2, b'I0000 00:00:1.5 9 port.cc:3] oneDNN\\n') and None",
        "print(sys.executable, os.getcwd(), seed, sep='|')",
    )
    monkeypatch.chdir(tmp_path)

    run(folder / "a.ipynb", folder / "out.ipynb", {"seed": 7})

    node = nbformat.read(folder / "out.ipynb", as_version=4)
    printed = node.cells[-1].outputs[0].text.strip().split("|")
    assert printed == [sys.executable, str(Path.cwd()), "7"]
    assert node.cells[-2].outputs == []
    assert capfd.readouterr().err == ""
    assert node.metadata.darkhar.stage_key == "k"
    assert node.metadata.papermill.duration > 0
    assert sorted(p.name for p in folder.iterdir()) == ["a.ipynb", "out.ipynb"]


def test_failure_keeps_the_old_notebook_and_says_where(notebook, tmp_path, monkeypatch):
    notebook(tmp_path / "a.ipynb", "print('before')", "raise ValueError('bad\\nclip')")
    (tmp_path / "out.ipynb").write_text("old")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ResultsError) as caught:
        run(tmp_path / "a.ipynb", tmp_path / "out.ipynb", {})

    assert str(caught.value).splitlines() == [
        "notebook 'out' failed: ValueError: bad (In [3])",
        "  The failed notebook: out.failed.ipynb",
    ]
    assert (tmp_path / "out.ipynb").read_text() == "old"
    failed = nbformat.read(tmp_path / "out.failed.ipynb", as_version=4)
    assert any("before" in str(cell.get("outputs")) for cell in failed.cells)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a.ipynb",
        "out.failed.ipynb",
        "out.ipynb",
    ]


def test_death_of_the_kernel(notebook, tmp_path, capfd):
    notebook(
        tmp_path / "a.ipynb", "import os", "os.write(2, b'farewell\\n')\nos._exit(9)"
    )

    with pytest.raises(ResultsError, match="its kernel died"):
        run(tmp_path / "a.ipynb", tmp_path / "out.ipynb", {})

    assert capfd.readouterr().err == ""

    assert not (tmp_path / "out.ipynb").exists()


def test_plain_papermill_fails_on_a_misspelt_parameter(notebook, tmp_path):
    notebook(
        tmp_path / "a.ipynb",
        "from darkhar.config import parameters_from\n"
        "parameters = parameters_from(globals())",
        declared="epochs = 30",
    )

    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(
            tmp_path / "a.ipynb",
            None,
            parameters={"epoch": 3},
            kernel_name="python3",
            language="python",
            progress_bar=False,
        )

    assert caught.value.traceback == [
        "ParameterError: unknown parameter 'epoch'; did you mean 'epochs'?"
    ]


def test_a_kernel_that_was_killed_leaves_nothing(notebook, tmp_path):
    source = notebook(tmp_path / "a.ipynb", "import select; select.select([], [], [])")
    kernels = Kernels()
    with kernels.of(source, 1) as kernel:
        kernels.kill()
        with pytest.raises(CalledOff):
            execute(source, tmp_path / "out.ipynb", {}, stage_key="k", kernel=kernel)
        assert not kernel.is_alive()
    assert [path.name for path in tmp_path.iterdir()] == ["a.ipynb"]
    with pytest.raises(CalledOff), kernels.of(source, 1):
        pass

"""Real kernels: a few seconds each."""

import os

import nbformat
import pytest

from darkhar.config import ResultsError
from darkhar.pipeline.execute import execute
from darkhar.pipeline.kernels import Kernels
from darkhar.pipeline.notebooks import import_statements


def printed(path):
    return nbformat.read(path, as_version=4).cells[-1].outputs[0].text.strip()


def test_the_next_kernel_imports_while_a_notebook_is_executed(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    # Imported by the second notebook only.
    (tmp_path / "slow.py").write_text(
        "import os\nos.write(os.open('pipe', os.O_RDWR), b'imported')\n"
    )
    first = notebook(
        tmp_path / "first.ipynb",
        "import os, select\n"
        "pipe = os.open('pipe', os.O_RDONLY | os.O_NONBLOCK)\n"
        "select.select([pipe], [], [], 60)\n"
        "print(os.read(pipe, 99).decode())",
    )
    second = notebook(
        tmp_path / "second.ipynb",
        "import slow",
        "import os\n"
        "names = {'slow', 'statement', 'contextlib'} & {*globals()}\n"
        "print(*names, os.environ['TOLD'])",
    )
    with Kernels({"TOLD": "so"}) as kernels:
        for source, *following in ((first, second), (second,)):
            output = tmp_path / f"{source.stem}.out.ipynb"
            kernel = kernels.of(source, *following)
            execute(source, output, {}, stage_key="k", kernel=kernel)
    assert printed(tmp_path / "first.out.ipynb") == "imported"
    # What was imported ahead is not in the notebook's namespace but by its own cell.
    assert printed(tmp_path / "second.out.ipynb") == "slow so"


def test_what_cannot_be_imported_is_the_cell_s_to_say(notebook, tmp_path):
    source = notebook(tmp_path / "a.ipynb", "print('before')", "import no_such_module")
    kernel = Kernels().of(source)
    with pytest.raises(ResultsError, match=r"'no_such_module' \(In \[3\]\)"):
        execute(source, tmp_path / "out.ipynb", {}, stage_key="k", kernel=kernel)


def test_no_kernel_outlives_its_turn(notebook, tmp_path):
    names = ("first", "second", "third")
    first, second, third = (notebook(tmp_path / f"{name}.ipynb", "1") for name in names)
    with Kernels() as kernels:
        with kernels.of(first, second) as kernel:
            assert kernel.notebook == first
            ahead = kernels._ahead
            assert ahead.notebook == second
            assert kernel.is_alive() and ahead.is_alive()
        assert not kernel.is_alive() and ahead.is_alive()
        # The second was executed by another run meanwhile.
        with kernels.of(third) as last:
            assert last.notebook == third
            assert last.is_alive() and not ahead.is_alive()
        assert not last.is_alive()
        with kernels.of(first, second):
            left = kernels._ahead
    assert not left.is_alive()


def test_a_kernel_that_died_ahead_is_started_again(notebook, tmp_path):
    first, second = (
        notebook(tmp_path / f"{name}.ipynb", "print('alive')")
        for name in ("first", "second")
    )
    with Kernels() as kernels:
        with kernels.of(first, second):
            ahead = kernels._ahead
            ahead.manager.provisioner.process.kill()
            ahead.manager.provisioner.process.wait()
        output = tmp_path / "out.ipynb"
        execute(second, output, {}, stage_key="k", kernel=kernels.of(second))
    assert printed(output) == "alive"


def test_a_notebook_that_cannot_be_read_stops_no_other(notebook, tmp_path):
    first = notebook(tmp_path / "first.ipynb", "1")
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{ half of i")
    with Kernels() as kernels:
        with kernels.of(first, broken) as kernel:
            assert kernel.is_alive()
        with pytest.raises(ResultsError, match=r"broken\.ipynb"), kernels.of(broken):
            pass
    assert not kernel.is_alive()


def test_import_statements(notebook, tmp_path):
    path = notebook(
        tmp_path / "a.ipynb",
        "import a.b as c, d\nfrom e import (f,\n  g)\nx = 1",
        "%magic\nimport h",
        "def inner():\n    import i\nimport j",
    )
    assert import_statements(path) == [
        "import a.b as c, d",
        "from e import f, g",
        "import j",
    ]

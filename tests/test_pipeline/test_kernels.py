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


def is_running(kernel):
    return kernel.manager.provisioner is not None and kernel.manager.has_kernel


def test_the_next_kernel_imports_while_a_notebook_is_executed(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    # Imported by the second notebook only. Once: a second import would wait for ever.
    (tmp_path / "slow.py").write_text("open('pipe', 'w').write('imported')\n")
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
            assert is_running(kernel) and is_running(ahead)
        assert not is_running(kernel) and is_running(ahead)
        # The second was executed by another run meanwhile.
        with kernels.of(third) as last:
            assert last.notebook == third
            assert is_running(last) and not is_running(ahead)
        assert not is_running(last)
        with kernels.of(first, second):
            left = kernels._ahead
    assert not is_running(left)


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

"""Real kernels: a few seconds each."""

import os
import select

import nbformat
import pytest

from darkhar.config import ResultsError
from darkhar.config.cores import thread_settings
from darkhar.config.progress import last_drawn
from darkhar.pipeline.execute import execute
from darkhar.pipeline.kernels import Kernels
from darkhar.pipeline.notebook_sources import import_statements

pytestmark = pytest.mark.kernels


def printed(source, tmp_path, cores=1):
    """What the last cell of a notebook prints."""
    output = tmp_path / "out.ipynb"
    with Kernels().of(source, cores) as kernel:
        execute(source, output, {}, stage_key="k", kernel=kernel)
    return nbformat.read(output, as_version=4).cells[-1].outputs[0].text.strip()


def test_what_a_notebook_imports_is_imported_before_its_turn(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    (tmp_path / "slow.py").write_text(
        "import os\nos.write(os.open('pipe', os.O_WRONLY), b'imported')\n"
    )
    source = notebook(
        tmp_path / "a.ipynb",
        "names = {'slow', 'statement', 'contextlib'} & {*globals()}",
        "import slow",
        "print(names)",
    )
    pipe = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    with Kernels().of(source, 1) as kernel:
        select.select([pipe], [], [], 60)
        assert os.read(pipe, 99) == b"imported"
        output = tmp_path / "out.ipynb"
        execute(source, output, {}, stage_key="k", kernel=kernel)
    # What was imported first is not in the notebook's namespace but by its own cell.
    (cell,) = nbformat.read(output, as_version=4).cells[-1:]
    assert cell.outputs[0].text == "set()\n"


def test_what_cannot_be_imported_is_the_cell_s_to_say(notebook, tmp_path):
    source = notebook(tmp_path / "a.ipynb", "print('before')", "import no_such_module")
    with pytest.raises(ResultsError, match=r"'no_such_module' \(In \[3\]\)"):
        printed(source, tmp_path)


def test_no_kernel_outlives_its_context(notebook, tmp_path):
    first, second = (notebook(tmp_path / f"{n}.ipynb", "1") for n in ("a", "b"))
    kernels = Kernels()
    with kernels.of(first, 1) as one, kernels.of(second, 1) as other:
        assert one.is_alive() and other.is_alive()
        assert kernels.progress() == {"a": "", "b": ""}
        folder = one._folder.name
    assert not one.is_alive() and not other.is_alive()
    assert kernels.progress() == {}
    assert not os.path.exists(folder)  # noqa: PTH110


def test_a_notebook_that_cannot_be_read_stops_no_other(notebook, tmp_path):
    first = notebook(tmp_path / "first.ipynb", "1")
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{ half of i")
    kernels = Kernels()
    with kernels.of(first, 1) as kernel:
        with pytest.raises(ResultsError, match=r"broken\.ipynb"), kernels.of(broken, 1):
            pass
        assert kernel.is_alive()


def test_a_share_of_the_cores_and_none_of_the_users_settings(
    notebook, tmp_path, monkeypatch
):
    profile = tmp_path / "ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup" / "own.py").write_text("mine = True\n")
    (profile / "ipython_config.py").write_text(
        "c.InteractiveShellApp.exec_lines = ['mine = True']\n"
    )
    (tmp_path / "startup.py").write_text("mine = True\n")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 7\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("IPYTHONDIR", str(profile.parent))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path))
    monkeypatch.setenv("MPLBACKEND", "svg")
    monkeypatch.setenv("OMP_NUM_THREADS", "9")
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=true")
    source = notebook(
        tmp_path / "a.ipynb",
        "import os, matplotlib",
        "names = ['DARKHAR_CORES', 'OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS']\n"
        "assert not os.environ['XLA_FLAGS']",
        "print('mine' in globals(), matplotlib.rcParams['lines.linewidth'],"
        " matplotlib.get_backend(), *(os.environ[name] for name in names))",
    )
    found = printed(source, tmp_path, cores=3).split()
    inline = "module://matplotlib_inline.backend_inline"
    assert found == ["False", "1.5", inline, "3", "1", "3"]


def test_kernels_find_what_was_compiled_for_others(notebook, tmp_path):
    source = notebook(
        tmp_path / "a.ipynb",
        "import tensorflow as tf",
        "tf.function(lambda x: tf.reduce_sum(tf.sin(x) * x), jit_compile=True)"
        "(tf.ones([64, 64]))",
        "print('done')",
    )
    compiled = tmp_path / "compiled"
    compiled.mkdir()
    for _ in range(2):
        with Kernels(compiled).of(source, 1) as kernel:
            output = tmp_path / "out.ipynb"
            execute(source, output, {}, stage_key="k", kernel=kernel)
    # The second kernel compiled nothing anew.
    assert len(list(compiled.iterdir())) == 1


def test_progress_of_a_cell_is_told_and_not_kept(notebook, tmp_path):
    told = tmp_path / "told"
    source = notebook(
        tmp_path / "a.ipynb",
        "import os\nfrom pathlib import Path\n"
        "from darkhar.config import progress\nprogress._DELAY = 0",
        "with progress.progress_bar('decoding', total=4, unit='clip') as bar:\n"
        "    bar.update(3)\n    bar.refresh()\n"
        f"    file = Path(os.environ[progress.PROGRESS_FILE])\n"
        f"    Path({str(told)!r}).write_bytes(file.read_bytes())",
        "print(len(Out))",
    )
    output = tmp_path / "out.ipynb"
    kernels = Kernels()
    with kernels.of(source, 1) as kernel:
        execute(source, output, {}, stage_key="k", kernel=kernel)
        assert kernels.progress() == {"a": ""}
    assert last_drawn(told).startswith("decoding:  75%")
    assert nbformat.read(output, as_version=4).cells[-2].outputs == []


def test_one_thread_for_blas_two_at_least_for_tensorflow():
    assert thread_settings(1) == {
        "DARKHAR_CORES": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "2",
        "TF_NUM_INTEROP_THREADS": "2",
    }
    assert thread_settings(6)["OMP_NUM_THREADS"] == "1"
    assert thread_settings(6)["TF_NUM_INTRAOP_THREADS"] == "6"


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

"""nbval passes over notebooks whose needs are not on this machine."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from darkhar.config import project_root


@pytest.mark.notebooks
def test_notebooks_that_need_movenet_are_skipped_without_it(tmp_path):
    root = tmp_path / "project"
    (root / "notebooks").mkdir(parents=True)
    shutil.copy(project_root() / "conftest.py", root)
    for name in ("eda", "pose", "fusion"):
        node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
        nbformat.write(node, root / "notebooks" / f"{name}.ipynb")

    options = ["--nbval", "--nbval-current-env", "-v", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(root), str(root)],
        cwd=root,
        env=os.environ
        | {
            "DARKHAR_CACHE": str(tmp_path / "cache"),
            "PATH": "",
            "PYTHONPATH": str(project_root() / "tests" / "shared"),
        },
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    outcomes = re.findall(r"(\w+)::ipynb::Cell 0 (PASSED|SKIPPED)", done.stdout)
    assert sorted(outcomes) == [
        ("eda", "PASSED"),
        ("fusion", "SKIPPED"),
        ("pose", "SKIPPED"),
    ]
    assert (
        "MoveNet's weights are not in the cache; `darkhar weights fetch"
        " movenet_lightning` brings them there"
    ) in done.stdout

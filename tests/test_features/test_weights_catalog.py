import hashlib
from types import MappingProxyType

import pytest

from darkhar.config import UsageError, WeightsError
from darkhar.features import extractors, movenet_weights, weights
from darkhar.features.weights_catalog import fetch, names, status, verify

GRAPH, NUMBERS = b"the graph", b"numbers"


@pytest.fixture(autouse=True)
def published(monkeypatch, tmp_path):
    """Makes two short files the published ones of MoveNet Lightning."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    digests = {
        f"movenet-lightning.{suffix}": hashlib.sha256(content).hexdigest()
        for suffix, content in (("json", GRAPH), ("bin", NUMBERS))
    }
    graph = movenet_weights.PublishedGraph(
        "movenet_lightning", "movenet-package@1.0.0", MappingProxyType(digests)
    )
    monkeypatch.setitem(movenet_weights.PUBLISHED, graph.name, graph)


@pytest.fixture
def stored(feature_cache_root):
    folder = feature_cache_root / "weights"
    folder.mkdir(parents=True)
    (folder / "movenet-lightning.json").write_bytes(GRAPH)
    (folder / "movenet-lightning.bin").write_bytes(NUMBERS)
    return folder


def test_every_extractor_is_listed():
    assert names() == (*extractors.names(), "movenet_lightning", "movenet_thunder")


def test_states_of_movenet(stored):
    row = status("movenet_lightning")
    assert (row.state, row.n_bytes) == ("here", len(GRAPH) + len(NUMBERS))
    assert row.source == "movenet-package@1.0.0 (npm)"
    (stored / "movenet-lightning.bin").write_bytes(b"")
    assert status("movenet_lightning").state == "damaged"
    (stored / "movenet-lightning.bin").unlink()
    assert status("movenet_lightning").state == "damaged"
    (stored / "movenet-lightning.json").unlink()
    row = status("movenet_lightning")
    assert (row.state, row.n_bytes, row.paths) == ("missing", None, ())


def test_states_of_image_backbones(stored):
    row = status("efficientnet_lite0")
    assert row.state == "here"
    assert row.n_bytes == row.paths[0].stat().st_size > 1e7
    assert status("convnext_tiny").state == "missing"
    (stored / "convnext_tiny_notop.h5").write_bytes(b"another file")
    row = status("convnext_tiny")
    assert (row.state, row.n_bytes) == ("damaged", 12)
    assert row.source == weights.PUBLISHED["convnext_tiny"].source


def test_verify(stored):
    assert [row.name for row in verify()] == ["efficientnet_lite0", "movenet_lightning"]
    assert [row.name for row in verify("movenet_lightning")] == ["movenet_lightning"]
    with pytest.raises(WeightsError, match="run `darkhar weights fetch movenet_thun"):
        verify("movenet_thunder")
    (stored / "movenet-lightning.bin").write_bytes(b"")
    for name in (None, "movenet_lightning"):
        with pytest.raises(WeightsError, match="'movenet_lightning' are damaged"):
            verify(name)


def test_fetch_gives_what_is_here(stored):
    assert fetch("movenet_lightning") == stored / "movenet-lightning.json"
    assert fetch("efficientnet_lite0") == weights.find_weights("efficientnet_lite0")
    with pytest.raises(UsageError, match="takes no --file"):
        fetch("efficientnet_lite0", "package.tgz")


def test_unknown_names():
    for call in (status, fetch, verify):
        with pytest.raises(UsageError, match="did you mean 'movenet_lightning'"):
            call("movenet_lightnin")

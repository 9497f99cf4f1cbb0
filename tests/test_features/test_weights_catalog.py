import pytest
from fake_movenet import GRAPH, NUMBERS, PACKAGE, publish

from darkhar.backbones import weights
from darkhar.config import EXTRACTORS, POSE_MODELS, UsageError, WeightsError
from darkhar.features.weights_catalog import fetch, names, status, verify


@pytest.fixture(autouse=True)
def contents(monkeypatch, tmp_path):
    """What the published files of a tiny MoveNet Lightning hold."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return publish(monkeypatch, tmp_path / "published")


@pytest.fixture
def stored(contents, own_cache):
    folder = own_cache / "weights"
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def test_every_extractor_is_listed():
    assert names() == (*EXTRACTORS, *POSE_MODELS)


def test_states_of_movenet(stored, contents):
    row = status("movenet_lightning")
    assert (row.state, row.n_bytes) == ("here", sum(map(len, contents.values())))
    assert row.source == f"{PACKAGE} (npm)"
    (stored / NUMBERS).write_bytes(b"")
    assert status("movenet_lightning").state == "damaged"
    (stored / NUMBERS).unlink()
    assert status("movenet_lightning").state == "damaged"
    (stored / GRAPH).unlink()
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
    assert row.source == EXTRACTORS["convnext_tiny"].source


def test_verify(stored):
    assert [row.name for row in verify()] == [
        "efficientnet_lite0",
        "efficientnet_lite1",
        "efficientnet_lite2",
        "movenet_lightning",
    ]
    assert [row.name for row in verify("movenet_lightning")] == ["movenet_lightning"]
    with pytest.raises(WeightsError, match="run `darkhar weights fetch movenet_thun"):
        verify("movenet_thunder")
    (stored / NUMBERS).write_bytes(b"")
    for name in (None, "movenet_lightning"):
        with pytest.raises(WeightsError, match="'movenet_lightning' are damaged"):
            verify(name)


def test_fetch_gives_what_is_here(stored):
    assert fetch("movenet_lightning") == stored / GRAPH
    assert fetch("efficientnet_lite0") == weights.find_weights("efficientnet_lite0")
    with pytest.raises(UsageError, match="takes no --file"):
        fetch("efficientnet_lite0", "package.tgz")


def test_unknown_names():
    for call in (status, fetch, verify):
        with pytest.raises(UsageError, match="did you mean 'movenet_lightning'"):
            call("movenet_lightnin")

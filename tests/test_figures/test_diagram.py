import xml.etree.ElementTree as ET

import keras
import pytest

from darkhar.figures import model_diagram as diagram
from darkhar.figures.model_diagram import model_summary, model_svg
from darkhar.models.sequence import build_classifier

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def classifier():
    return build_classifier(n_classes=6, feature_dim=10, n_frames=4, lstm_units=3)


def test_summary(classifier):
    assert model_summary(classifier) == [
        {
            "layer": "features",
            "type": "InputLayer",
            "output": "clips, 4, 10",
            "parameters": 0,
            "trainable": 0,
        },
        {
            # Two directions of four gates: 3 * (10 + 3 + 1) parameters each.
            "layer": "bilstm",
            "type": "Bidirectional",
            "output": "clips, 6",
            "parameters": 336,
            "trainable": 336,
        },
        {
            "layer": "logits",
            "type": "Dense",
            "output": "clips, 6",
            "parameters": 42,
            "trainable": 42,
        },
    ]


def test_summary_of_a_frozen_layer():
    inputs = keras.Input((None, 3))
    layer = keras.layers.Dense(2, trainable=False, name="frozen")
    rows = model_summary(keras.Model(inputs, layer(inputs)))
    assert rows[1] == {
        "layer": "frozen",
        "type": "Dense",
        "output": "clips, any, 2",
        "parameters": 8,
        "trainable": 0,
    }


def edges_and_texts(svg):
    root = ET.fromstring(svg)
    titles = [
        group.find(f"{SVG}title").text
        for group in root.iter(f"{SVG}g")
        if group.get("class") == "edge"
    ]
    return titles, [text.text.strip() for text in root.iter(f"{SVG}text")]


def test_diagram(classifier):
    edges, texts = edges_and_texts(model_svg(classifier))
    assert edges == ["features->bilstm", "bilstm->logits", "logits->logits output"]
    assert "Bidirectional, 336 parameters" in texts
    assert texts.count("clips, 6") == 2
    assert texts.count("clips, 4, 10") == 1


def test_diagram_of_branches_and_frozen_layers():
    left, right = keras.Input((3,), name="left"), keras.Input((3,), name="right")
    shared = keras.layers.Dense(2, trainable=False, name="shared")
    joined = keras.layers.Add(name="sum")([shared(left), shared(right)])
    edges, texts = edges_and_texts(model_svg(keras.Model([left, right], joined)))
    assert sorted(edges) == [
        "left->shared",
        "right->shared",
        "shared->sum",
        "shared->sum",
        "sum->sum output",
    ]
    assert "Dense, 8 parameters (frozen)" in texts


def test_graphviz_is_found_beside_python(classifier, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert model_svg(classifier).startswith("<?xml")


def test_graphviz_is_missing(classifier, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(diagram.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(diagram.sysconfig, "get_path", lambda name: str(tmp_path))
    with pytest.raises(RuntimeError, match="pip install graphviz-pure"):
        model_svg(classifier)

import dataclasses
import hashlib
import importlib.util
from pathlib import Path

import keras
import numpy as np
import pytest

from darkhar.backbones import extractors, weights
from darkhar.backbones.backbone import Backbone
from darkhar.backbones.convnext import load_keras_weights
from darkhar.backbones.efficientnet_lite import (
    build_efficientnet_lite,
    load_torch_weights,
)
from darkhar.backbones.extractors import build_backbone, get_extractor
from darkhar.backbones.torch_pickle import read_state_dict
from darkhar.config import EXTRACTORS, ParameterError, WeightsError

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def take_photographs():
    """From a size to photographs, float32."""
    spec = importlib.util.spec_from_file_location(
        "make_logits", DATA / "make_efficientnet_lite_logits.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return lambda size: script.photographs(size).astype(np.float32)


@pytest.fixture(scope="module")
def photographs(take_photographs):
    return take_photographs(224)


@pytest.fixture(scope="module")
def state():
    return read_state_dict(weights.resolve_weights("efficientnet_lite0").path)


@pytest.mark.parametrize(
    ("name", "size", "blocks", "parameters"),
    # Liu (2020) counts 4.7, 5.4 and 6.1 million parameters.
    [
        ("efficientnet_lite0", 224, 16, 4.7),
        ("efficientnet_lite1", 240, 21, 5.4),
        ("efficientnet_lite2", 260, 21, 6.1),
    ],
)
def test_efficientnet_lite_logits_equal_the_reference(
    name, size, blocks, parameters, take_photographs
):
    model = build_efficientnet_lite(name, include_top=True)
    load_torch_weights(model, read_state_dict(weights.resolve_weights(name).path))
    logits = keras.ops.convert_to_numpy(model(take_photographs(size)))
    expected = np.load(DATA / f"{name}_logits.npz")["logits"]
    np.testing.assert_allclose(logits, expected, atol=1e-4)
    assert 698 in logits.argmax(1)[:2]  # a palace
    depthwise = [layer for layer in model.layers if "depthwise_conv" in layer.name]
    assert len(depthwise) == blocks
    assert model.count_params() == pytest.approx(parameters * 1e6, rel=0.02)


def test_efficientnet_lite0_extractor(photographs, state):
    extractor = get_extractor("efficientnet_lite0")
    assert extractor.image_size == 224
    assert extractor.feature_dim == 1280
    assert extractor.weights_sha256.startswith("579344248a93e230")
    # Liu (2020) counts 4.65 million, the classifier's 1281 * 1000 among them.
    assert extractor.facts["parameters"] == pytest.approx(3.37e6, rel=0.01)
    assert extractor.model.trainable_weights == []
    features = keras.ops.convert_to_numpy(extractor.model(photographs))
    assert features.shape == (4, 1280)
    # The features are what the reference's last layer makes its logits of.
    logits = features @ state["_fc.weight"].T + state["_fc.bias"]
    expected = np.load(DATA / "efficientnet_lite0_logits.npz")["logits"]
    np.testing.assert_allclose(logits, expected, atol=1e-4)


def test_efficientnet_lite0_wrong_weights(state):
    model = build_efficientnet_lite()
    missing = {k: v for k, v in state.items() if k != "_blocks.3._bn1.running_var"}
    with pytest.raises(WeightsError, match=r"block3_depthwise_conv.*running_var"):
        load_torch_weights(model, missing)
    wrong = state | {"_conv_stem.weight": np.zeros((32, 3, 5, 5), np.float32)}
    with pytest.raises(WeightsError, match="'_conv_stem' does not fit"):
        load_torch_weights(model, wrong)


@pytest.fixture(scope="module")
def tiny_convnext(tmp_path_factory):
    """ConvNeXt-Tiny, its random weights, and a file of them."""
    model = build_backbone("convnext_tiny")
    path = tmp_path_factory.mktemp("weights") / "convnext_tiny.weights.h5"
    model.save_weights(path)
    return model, model.get_weights(), path


def test_convnext_from_a_file(tiny_convnext):
    _, weights, path = tiny_convnext
    extractor = get_extractor("convnext_tiny", path)
    assert extractor.image_size == 224
    assert extractor.feature_dim == 768
    assert extractor.weights_source == str(path)
    assert extractor.model.trainable_weights == []
    for loaded, saved in zip(extractor.model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(loaded, saved)


def test_convnext_from_another_network_is_an_error(tiny_convnext, tmp_path):
    model, *_ = tiny_convnext
    path = tmp_path / "other.weights.h5"
    build_efficientnet_lite().save_weights(path)
    with pytest.raises(WeightsError, match=r"other.weights.h5 does not hold") as error:
        load_keras_weights(model, path)
    assert len(str(error.value).splitlines()) == 1
    # Weights of half a network.
    half = keras.Model(model.inputs, model.layers[len(model.layers) // 2].output)
    path = tmp_path / "half.weights.h5"
    half.save_weights(path)
    with pytest.raises(WeightsError, match=r"half.weights.h5 does not hold"):
        load_keras_weights(model, path)
    not_hdf5 = tmp_path / "text.h5"
    not_hdf5.write_text("no weights")
    with pytest.raises(WeightsError, match=r"text.h5 does not hold"):
        load_keras_weights(model, not_hdf5)


def test_weights_are_never_random(monkeypatch):
    def unavailable(name, file):
        raise WeightsError("no internet")

    monkeypatch.setattr(extractors, "resolve_weights", unavailable)
    with pytest.raises(WeightsError, match="no internet"):
        get_extractor("convnext_small")


def pixels():
    inputs = keras.Input((8, 8, 3))
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(inputs / 255))


def load_nothing(model, path):
    assert path.read_bytes() == b"weights"


TINY = Backbone(pixels, load_nothing)


def test_a_module_and_a_row_make_one_more(monkeypatch, tmp_path):
    row = dataclasses.replace(
        EXTRACTORS["convnext_tiny"], target=f"{__name__}:TINY", words="mean colours"
    )
    monkeypatch.setitem(EXTRACTORS, "tiny", row)
    file = tmp_path / "weights"
    file.write_bytes(b"weights")
    tiny = get_extractor("tiny", file)
    assert tiny.facts == {
        "name": "tiny",
        "image_size": 8,
        "feature_dim": 3,
        "parameters": 0,
    }
    assert tiny.weights_facts == {
        "extractor": "tiny",
        "source": str(file),
        "sha256": hashlib.sha256(b"weights").hexdigest(),
    }
    np.testing.assert_allclose(tiny.model(np.full((2, 8, 8, 3), 51.0)), 0.2, rtol=1e-5)


def test_unknown_names():
    for call in (get_extractor, build_backbone):
        with pytest.raises(ParameterError, match="did you mean 'convnext_base'"):
            call("convnext_bas")

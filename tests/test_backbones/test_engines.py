import importlib.metadata
import importlib.util
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from darkhar.backbones import engines
from darkhar.backbones.engines import (
    compiled,
    engine_for,
    engine_version,
    resolve_engine,
)
from darkhar.config import ParameterError, make_parameters
from darkhar.features.frame_network import FrameNetwork
from darkhar.pose.movenet import get_movenet

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="OpenVINO is not installed"
)


@pytest.fixture
def without_openvino(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        engines.importlib.util,
        "find_spec",
        lambda name: None if name == "openvino" else find(name),
    )


def test_tensorflow_where_there_is_nothing_else(without_openvino):
    assert resolve_engine("auto") == "tensorflow"
    assert resolve_engine("tensorflow") == "tensorflow"


@pytest.mark.parametrize("name", ["openvino", "openvino_bfloat16"])
def test_missing_engine(without_openvino, name):
    with pytest.raises(ParameterError, match=r"'engine'.*not installed.*pip install"):
        resolve_engine(name)


@needs_openvino
def test_openvino_where_it_is_installed():
    assert resolve_engine("auto") == "openvino"


@needs_openvino
def test_bfloat16_needs_the_processor(monkeypatch):
    monkeypatch.setattr(engines, "_has_bfloat16", lambda: False)
    assert resolve_engine("openvino") == "openvino"
    with pytest.raises(ParameterError, match="bfloat16; take 'openvino'"):
        resolve_engine("openvino_bfloat16")
    monkeypatch.setattr(engines, "_has_bfloat16", lambda: True)
    assert resolve_engine("openvino_bfloat16") == "openvino_bfloat16"


def test_versions():
    version = importlib.metadata.version("tensorflow")
    assert engine_version("tensorflow") == f"tensorflow {version}"


@needs_openvino
def test_precision_is_part_of_the_version():
    version = importlib.metadata.version("openvino")
    assert engine_version("openvino") == f"openvino {version}"
    assert engine_version("openvino_bfloat16") == f"openvino_bfloat16 {version}"


@needs_openvino
def test_bfloat16_is_for_convnext(monkeypatch):
    monkeypatch.setattr(engines, "_has_bfloat16", lambda: True)
    name = "openvino_bfloat16"
    assert engine_for("convnext_small", name) == name
    assert engine_for("efficientnet_lite0", name) == "openvino"
    assert engine_for("movenet_thunder", name) == "openvino"
    assert engine_for("movenet_thunder", "tensorflow") == "tensorflow"


@pytest.fixture
def scaled_sum():
    """(x + y) * 3: six is right for one and one, whatever computes it."""

    @tf.function(input_signature=[tf.TensorSpec([None, 2]), tf.TensorSpec([None, 2])])
    def function(x, y):
        return (x + y) * 3

    return function


@pytest.mark.parametrize(
    "engine", ["tensorflow", pytest.param("openvino", marks=needs_openvino)]
)
def test_results_are_ones_own(scaled_sum, engine):
    network = compiled(scaled_sum, engine)
    ones = np.ones([4, 2], np.float32)
    first = network(ones, tf.constant(ones))
    assert isinstance(first, np.ndarray) and first.dtype == np.float32
    # Another call, of another length, leaves the first result alone.
    np.testing.assert_array_equal(network(5 * ones[:3], ones[:3]), np.full([3, 2], 18))
    np.testing.assert_array_equal(first, np.full([4, 2], 6))


@pytest.mark.parametrize(("n_images", "expected"), [(7, [3, 3, 1]), (6, [3, 3])])
def test_tensorflow_takes_a_few_images_at_once(monkeypatch, n_images, expected):
    monkeypatch.setattr(engines, "_IMAGES_AT_ONCE", 3)
    seen = []

    def function(images):
        seen.append(len(images))
        return tf.constant(2 * images)

    images = np.arange(n_images, dtype=np.float32)
    np.testing.assert_array_equal(compiled(function, "tensorflow")(images), 2 * images)
    assert seen == expected


@needs_openvino
def test_openvino_gives_an_image_the_same_features_whatever_is_beside_it():
    @tf.function(input_signature=[tf.TensorSpec([None, 64, 64, 3])])
    def convolved(images):
        return tf.nn.conv2d(images, kernel, 1, "VALID")

    random = np.random.default_rng(0)
    kernel = random.normal(size=[5, 5, 3, 8]).astype(np.float32)
    images = random.normal(size=[9, 64, 64, 3]).astype(np.float32)
    network = compiled(convolved, "openvino")
    together = network(images)
    np.testing.assert_allclose(together, convolved(images), atol=1e-4)
    np.testing.assert_array_equal(network(images[4:5]), together[4:5])
    np.testing.assert_array_equal(network(images[::-1])[::-1], together)


def difference(ours, reference):
    return np.abs(ours - reference).max() / np.abs(reference).max()


def random_frames(n_frames):
    random = np.random.default_rng(0)
    # Smooth and dark, as frames are.
    coarse = random.gamma(2, 8, [n_frames, 12, 16, 3]).clip(0, 255)
    return tf.cast(tf.image.resize(coarse, [120, 160]), tf.uint8)


@needs_openvino
def test_features_of_both_engines():
    def features(engine):
        network = FrameNetwork.of(make_parameters({"engine": engine}), "gamma")
        function = network.start()
        return function.compute(*function.prepare(random_frames(3), tf.constant("a")))

    reference = features("tensorflow")
    assert reference.shape == (3, 1280) and reference.std() > 0.1
    assert 0 < difference(features("openvino"), reference) < 1e-4


@needs_openvino
def test_keypoints_of_both_engines(movenet_files):
    file = movenet_files("movenet_lightning")
    frames = random_frames(9)
    reference = get_movenet("movenet_lightning", file).detect(frames)
    found = get_movenet("movenet_lightning", file, engine="openvino").detect(frames)
    assert difference(found, reference) < 1e-4


@needs_openvino
def test_nothing_is_told_over_the_network():
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('a connection')\n"
        "socket.socket.connect = refuse\n"
        "from darkhar.backbones import engines\n"
        "engines._core()\n"
        "import openvino.tools.ovc.telemetry_utils as utils\n"
        "print(utils.tm.__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["openvino.tools.ovc.telemetry_stub"]

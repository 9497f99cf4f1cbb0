import json

import numpy as np
import pytest
import tensorflow as tf
from tiny_graph import convolution, node, write_graph

from darkhar.config import WeightsError
from darkhar.pose.tfjs_graph import read_graph_model


@pytest.fixture
def path(tmp_path):
    """relu6(2 x + 1) of an image, by a 1x1 convolution; and its argmax over rows."""
    nodes = [
        node("out", "Identity", "scaled", "^input"),
        node("first", "Identity", "parts"),
        node("second", "Identity", "parts:1"),
        node("parts", "Unpack", "scaled", axis={"i": "0"}),
        node("top", "ArgMax", "scaled", "axis", output_type={"type": "DT_INT32"}),
        convolution(
            "scaled", "_FusedConv2D", "input", "kernel", "bias",
            fused=("BiasAdd", "Relu6"),
        ),
        node("input", "Placeholder"),
    ]  # fmt: skip
    constants = {
        "kernel": ("float16", np.full([1, 1, 1, 1], 2)),
        "axis": ("int32", 1),
        "bias": ("float32", [1]),
    }
    return write_graph(tmp_path, nodes, constants)


def test_computes_from_any_node_to_any_others(path):
    graph = read_graph_model(path)
    images = tf.reshape(tf.constant([0.0, 1, 2, 3, 4, -5]), [2, 3, 1, 1])
    out, top, second, first = graph.compute(
        {"input": images}, ["out", "top", "second", "first"]
    )
    np.testing.assert_array_equal(out[..., 0, 0], [[1, 3, 5], [6, 6, 0]])
    assert top.numpy().ravel().tolist() == [2, 0]
    np.testing.assert_array_equal(first[:, 0, 0], [1, 3, 5])
    np.testing.assert_array_equal(second[:, 0, 0], [6, 6, 0])
    # A node within may be given: what is before it is not computed.
    (out,) = graph.compute({"scaled": images}, ["out"])
    np.testing.assert_array_equal(out, images)


def test_constants_and_attributes(path):
    graph = read_graph_model(path)
    assert {k: v.dtype.name for k, v in graph.constants.items()} == {
        "kernel": "float32",
        "axis": "int32",
        "bias": "float32",
    }
    assert graph.nodes["out"].inputs == ("scaled",)
    assert graph.nodes["scaled"].padding() == "SAME"
    assert graph.nodes["scaled"].fused() == ["BiasAdd", "Relu6"]
    assert graph.nodes["scaled"].integers("strides") == [1, 1, 1, 1]
    assert graph.nodes["top"].dtype("output_type") == tf.int32


def test_depthwise_convolution_and_upsampling(tmp_path):
    nodes = [
        node("input", "Placeholder"),
        convolution(
            "thinned", "FusedDepthwiseConv2dNative", "input", "kernel", "bias",
            strides=(1, 2, 2, 1), padding="VALID", fused=("BiasAdd", "Relu"),
        ),
        node(
            "up", "ResizeBilinear", "thinned", "size",
            half_pixel_centers={"b": True}, align_corners={"b": False},
        ),
    ]  # fmt: skip
    constants = {
        "kernel": ("float32", np.full([1, 1, 2, 1], 10)),
        "bias": ("float32", [0, -100]),
        "size": ("int32", [1, 4]),
    }
    graph = read_graph_model(write_graph(tmp_path, nodes, constants))
    images = np.zeros([1, 1, 4, 2], np.float32)
    images[0, 0, :, 0] = [1, 9, 5, 9]
    images[0, 0, :, 1] = [1, 9, 30, 9]
    thinned, up = graph.compute({"input": tf.constant(images)}, ["thinned", "up"])
    np.testing.assert_array_equal(thinned[0, 0], [[10, 0], [50, 200]])
    np.testing.assert_array_equal(up[0, 0, :, 0], [10, 20, 40, 50])


def test_what_is_not_known_is_named(tmp_path):
    nodes = [node("input", "Placeholder"), node("out", "Softmax", "input")]
    graph = read_graph_model(write_graph(tmp_path, nodes, {}))
    with pytest.raises(WeightsError, match="operation Softmax of 'out' is not known"):
        graph.compute({"input": tf.zeros([1])}, ["out"])
    with pytest.raises(WeightsError, match="no node 'other'"):
        graph.compute({"input": tf.zeros([1])}, ["other"])


def test_damaged_files(path):
    folder = path.parent
    whole = (folder / "model.bin2").read_bytes()
    (folder / "model.bin2").write_bytes(whole[:-1])
    with pytest.raises(WeightsError, match=r"model\.json is not a TensorFlow\.js"):
        read_graph_model(path)
    (folder / "model.bin2").write_bytes(whole + b"0")
    with pytest.raises(WeightsError, match="take 10 bytes, the files hold 11"):
        read_graph_model(path)
    (folder / "model.bin2").unlink()
    with pytest.raises(WeightsError, match=r"model\.bin2: No such file"):
        read_graph_model(path)
    for text in ("{", json.dumps({"format": "graph-model"}), "[]"):
        path.write_text(text)
        with pytest.raises(WeightsError, match=r"is not a TensorFlow\.js") as error:
            read_graph_model(path)
        assert len(str(error.value).splitlines()) == 1

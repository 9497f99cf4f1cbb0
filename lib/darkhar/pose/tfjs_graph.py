"""Reads a TensorFlow.js graph model and computes it with TensorFlow.

Of the format, see `tfjs_files`. Constants that were quantized to float16 are float32
in the graph.

Only the operations that MoveNet is made of are known here.
"""

import base64
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from darkhar.config import WeightsError
from darkhar.pose.tfjs_files import no_graph_model, read_graph_files

_STORED_DTYPES = {"float16": "<f2", "float32": "<f4", "int32": "<i4"}


@dataclasses.dataclass(frozen=True)
class Node:
    """An operation of the graph.

    Args:
        name: str. Its name.
        op: str. The operation, by TensorFlow's name.
        inputs: tuple of str. Tensors that it takes: `node`, or `node:i` for the
            i-th of several outputs.
        attributes: mapping. TensorFlow's attributes, as the JSON has them.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def integers(self, attribute: str) -> list[int]:
        """A list of integers; empty where there is none."""
        values = self.attributes.get(attribute, {}).get("list", {})
        return [int(value) for value in values.get("i", [])]

    def integer(self, attribute: str) -> int:
        """An integer, 0 unless given."""
        return int(self.attributes.get(attribute, {}).get("i", 0))

    def flag(self, attribute: str) -> bool:
        """A truth value, False unless given."""
        return bool(self.attributes.get(attribute, {}).get("b", False))

    def dtype(self, attribute: str) -> tf.DType:
        """A data type."""
        return tf.as_dtype(self.attributes[attribute]["type"][3:].lower())

    def padding(self) -> str:
        """`"SAME"` or `"VALID"`."""
        return _text(self.attributes["padding"]["s"])

    def fused(self) -> list[str]:
        """Names of the operations fused into a convolution, in order."""
        return [_text(name) for name in self.attributes["fused_ops"]["list"]["s"]]


@dataclasses.dataclass(frozen=True)
class GraphModel:
    """A frozen graph with its constants.

    Args:
        nodes: mapping of name to `Node`.
        constants: mapping of name to array, float32 or int32.
    """

    nodes: Mapping[str, Node]
    constants: Mapping[str, np.ndarray]

    def compute(
        self, feeds: Mapping[str, tf.Tensor], fetches: Sequence[str]
    ) -> list[tf.Tensor]:
        """Computes tensors of the graph from others.

        Within a `tf.function` this builds the TensorFlow graph.

        Args:
            feeds: mapping of node name to the tensor that stands for its output.
            fetches: names of the nodes whose output is wanted.

        Returns:
            A tensor for each name in `fetches`.

        Raises:
            WeightsError: the graph has no such node, or holds an operation that
                is not known here.
        """
        values: dict[str, Any] = dict(feeds)

        def tensor(reference: str) -> tf.Tensor:
            name, _, index = reference.partition(":")
            value = values[name]
            return value[int(index or 0)] if isinstance(value, list) else value

        pending = list(reversed(fetches))
        while pending:  # depth first, without recursion
            name = pending[-1]
            if name in values:
                pending.pop()
                continue
            node = self._node(name)
            sources = [source.partition(":")[0] for source in node.inputs]
            missing = [source for source in sources if source not in values]
            if missing:
                pending += missing
                continue
            values[name] = self._output(node, [tensor(i) for i in node.inputs])
            pending.pop()
        return [tensor(name) for name in fetches]

    def _node(self, name: str) -> Node:
        if name not in self.nodes:
            raise WeightsError(f"the graph has no node '{name}'")
        return self.nodes[name]

    def _output(self, node: Node, inputs: list[tf.Tensor]):
        if node.op == "Const":
            return tf.constant(self.constants[node.name])
        if node.op not in _OPERATIONS:
            raise WeightsError(f"operation {node.op} of '{node.name}' is not known")
        return _OPERATIONS[node.op](node, *inputs)


def read_graph_model(path: Path) -> GraphModel:
    """Reads a graph model.

    Args:
        path: Path. The JSON file; the binary files lie beside it.

    Raises:
        WeightsError: a file is missing, cut short, or not a graph model.
    """
    with no_graph_model(path):
        files = read_graph_files(path)
        nodes = [
            Node(
                node["name"],
                node["op"],
                tuple(i for i in node.get("input", []) if not i.startswith("^")),
                node.get("attr", {}),
            )
            for node in files.nodes
        ]
        constants = _constants(files.entries, files.raw)
    return GraphModel({node.name: node for node in nodes}, constants)


def _constants(entries: Sequence[Mapping], raw: bytes) -> dict[str, np.ndarray]:
    """The arrays that the manifest lists."""
    arrays = {}
    start = 0
    for entry in entries:
        stored = entry.get("quantization", entry)["dtype"]
        dtype = np.dtype(_STORED_DTYPES[stored])
        size = int(np.prod(entry["shape"]))
        array = np.frombuffer(raw, dtype, size, start).reshape(entry["shape"])
        arrays[entry["name"]] = array.astype(entry["dtype"])
        start += size * dtype.itemsize
    if start != len(raw):
        raise ValueError(f"the constants take {start} bytes, the files hold {len(raw)}")
    return arrays


def _text(encoded: str) -> str:
    return base64.b64decode(encoded).decode()


def _convolution(function: Callable) -> Callable:
    """A convolution with the bias and the activation that are fused into it."""

    def output(node: Node, images, kernel, bias):
        _, *activation = node.fused()
        result = function(images, kernel, node.integers("strides"), node.padding())
        result = tf.nn.bias_add(result, bias)
        for name in activation:
            result = {"Relu": tf.nn.relu, "Relu6": tf.nn.relu6}[name](result)
        return result

    return output


def _static(tensor: tf.Tensor) -> Any:
    """The value of a constant, which an axis must be."""
    return tf.get_static_value(tensor).item()


# From the node and its inputs to its output, a list where it has several.
_OPERATIONS: dict[str, Callable] = {
    "_FusedConv2D": _convolution(tf.nn.conv2d),
    "FusedDepthwiseConv2dNative": _convolution(tf.nn.depthwise_conv2d),
    "DepthwiseConv2dNative": lambda node, images, kernel: tf.nn.depthwise_conv2d(
        images, kernel, node.integers("strides"), node.padding()
    ),
    "ResizeBilinear": lambda node, images, size: tf.raw_ops.ResizeBilinear(
        images=images,
        size=size,
        align_corners=node.flag("align_corners"),
        half_pixel_centers=node.flag("half_pixel_centers"),
    ),
    "AddV2": lambda node, a, b: a + b,
    "Sub": lambda node, a, b: a - b,
    "Mul": lambda node, a, b: a * b,
    "RealDiv": lambda node, a, b: a / b,
    "FloorDiv": lambda node, a, b: a // b,
    "SquaredDifference": lambda node, a, b: tf.math.squared_difference(a, b),
    "Sqrt": lambda node, a: tf.sqrt(a),
    "Sigmoid": lambda node, a: tf.sigmoid(a),
    "Cast": lambda node, a: tf.cast(a, node.dtype("DstT")),
    "ArgMax": lambda node, a, axis: tf.argmax(
        a, _static(axis), node.dtype("output_type")
    ),
    "GatherNd": lambda node, a, indices: tf.gather_nd(a, indices),
    "ConcatV2": lambda node, *inputs: tf.concat(inputs[:-1], _static(inputs[-1])),
    "Pack": lambda node, *inputs: tf.stack(inputs, node.integer("axis")),
    "Unpack": lambda node, a: tf.unstack(a, axis=node.integer("axis")),
    "ExpandDims": lambda node, a, axis: tf.expand_dims(a, _static(axis)),
    "Squeeze": lambda node, a: tf.squeeze(a, node.integers("squeeze_dims") or None),
    "Reshape": lambda node, a, shape: tf.reshape(a, shape),
    "Identity": lambda node, a: a,
}

"""Graph convolution over the joints of the skeleton."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from darkhar.config.keras_settings import keras
from darkhar.pose.joints import BONES, JOINTS


def normalized_adjacency(n_nodes: int, edges: Iterable[tuple[int, int]]) -> np.ndarray:
    """The matrix by which a graph convolution mixes neighbours.

    `D^-1/2 (A + I) D^-1/2`, with `A` the adjacency, the identity `I` for a loop from
    each node to itself, and `D` the diagonal of the row sums of `A + I` (Kipf &
    Welling 2017, equation 2).

    Args:
        n_nodes: int. Number of nodes.
        edges: pairs of int in `[0, n_nodes)`. Undirected, in either order.

    Returns:
        float32 `[n_nodes, n_nodes]`, symmetric, in 0..1.

    Example:

    >>> normalized_adjacency(2, [(0, 1)])
    array([[0.5, 0.5],
           [0.5, 0.5]], dtype=float32)
    """
    adjacency = np.eye(n_nodes)
    for first, second in edges:
        adjacency[first, second] = adjacency[second, first] = 1
    scale = adjacency.sum(axis=1) ** -0.5
    return (scale[:, np.newaxis] * adjacency * scale).astype(np.float32)


def skeleton_adjacency() -> np.ndarray:
    """`normalized_adjacency` of the skeleton, float32 `[17, 17]`."""
    edges = [(JOINTS.index(first), JOINTS.index(second)) for first, second in BONES]
    return normalized_adjacency(len(JOINTS), edges)


@keras.saving.register_keras_serializable(package="darkhar")
class SkeletonGraphConvolution(keras.layers.Layer):
    """Mixes each joint with those that a bone joins to it, in every frame.

    From the channels `X`, `[17, channels]`, of a frame's joints to

        D^-1/2 (A + I) D^-1/2 X W + B,

    linear, with `A` the adjacency of `darkhar.pose.joints.BONES`. It is the graph
    convolution of Kipf & Welling (2017) and the spatial part of ST-GCN with one
    weight matrix for a joint and its neighbours (Yan, Xiong & Lin 2018, section 3.3,
    "uni-labeling"). `W` is shared by all joints; `B`, `[17, units]`, is not, so that
    a mean over joints can still depend on which joint moved.

    Args:
        units: int, 1 at least. Channels of the output.
        **kwargs: Passed to `keras.layers.Layer`.

    Input:
        float32 `[..., 17, channels]`, joints in the order of `JOINTS`.

    Output:
        float32 `[..., 17, units]`.

    Raises:
        ValueError: an input without 17 joints, or units below 1.
    """

    def __init__(self, units: int, **kwargs: Any):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"`units` must be 1 at least. Received: units={units}")
        self.units = units

    def build(self, input_shape):
        if input_shape[-2] != len(JOINTS):
            raise ValueError(
                f"The skeleton has {len(JOINTS)} joints."
                f" Received: input shape={tuple(input_shape)}"
            )
        self.adjacency = skeleton_adjacency()
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units),
            initializer="glorot_uniform",
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(len(JOINTS), self.units), initializer="zeros", name="bias"
        )

    def call(self, joints):
        mixed = keras.ops.matmul(self.adjacency, joints)
        return keras.ops.matmul(mixed, self.kernel) + self.bias

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {**super().get_config(), "units": self.units}

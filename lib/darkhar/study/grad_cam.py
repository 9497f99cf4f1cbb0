"""Where in the frames the appearance model's evidence lies: Grad-CAM."""

import functools
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from darkhar.backbones.images import resize_images
from darkhar.config.keras_settings import keras

_FRAMES_AT_ONCE = 16


def evidence_maps(
    backbone: keras.Model, classifier: keras.Model, frames: np.ndarray, target: int
) -> np.ndarray:
    """Grad-CAM of one class for each frame of a clip.

    The backbone takes the mean over its last feature map A, and perhaps scales it. The
    gradient of the class's logit with respect to a frame's mean, through the sequence
    classifier, weighs the map's channels: ReLU(sum over d of dy/df_d A_d) (Selvaraju et
    al. 2017, equations 1 and 2).

    Args:
        backbone: `keras.Model` from images, float32 `[images, size, size, 3]` in
            0..255, to features `[images, dim]`, with one global mean.
        classifier: `keras.Model` from features `[clips, frames, dim]` to logits.
        frames: uint8 `[frames, height, width, 3]`. As many as the classifier reads.
        target: int. The class.

    Returns:
        float32 `[frames, h, w]`, at least 0, not scaled: the evidence for the class.

    Raises:
        ValueError: the backbone has no global mean.
    """
    maps = feature_maps(backbone, frames)
    gradient = _traced_gradient(backbone, classifier)
    weights = gradient(tf.constant(maps.mean(axis=(1, 2))), tf.constant(int(target)))
    return np.maximum(np.einsum("td,thwd->thw", weights.numpy(), maps), 0)


def feature_maps(backbone: keras.Model, frames: np.ndarray) -> np.ndarray:
    """The backbone's last feature maps of frames.

    Args:
        backbone, frames: as in `evidence_maps`.

    Returns:
        float32 `[frames, h, w, dim]`.
    """
    to_maps = _traced_maps(backbone)
    return np.concatenate(
        [
            to_maps(tf.constant(part)).numpy()
            for part in np.array_split(frames, -(-len(frames) // _FRAMES_AT_ONCE))
        ]
    )


def share_inside(maps: np.ndarray, boxes: np.ndarray) -> tuple[float, float]:
    """How much of a clip's evidence, and of the picture, lies in the person's box.

    A cell of the map counts by the share of it that the box covers.

    Args:
        maps: float `[frames, h, w]`, at least 0.
        boxes: float `[frames, 4]`: top, left, bottom, right in 0..1.

    Returns:
        Share of the evidence (0 where there is none), and of the picture, in 0..1.
    """
    height, width = maps.shape[1:]
    covered = (
        _overlap(boxes[:, 0], boxes[:, 2], height)[:, :, np.newaxis]
        * _overlap(boxes[:, 1], boxes[:, 3], width)[:, np.newaxis, :]
    )
    total = maps.sum()
    evidence = float((maps * covered).sum() / total) if total > 0 else 0.0
    return evidence, float(covered.mean())


def _overlap(low: np.ndarray, high: np.ndarray, cells: int) -> np.ndarray:
    """Share of each of `cells` equal parts of 0..1 between two limits, `[n, cells]`."""
    starts = np.arange(cells) / cells
    covered = np.minimum(high[:, np.newaxis], starts + 1 / cells) - np.maximum(
        low[:, np.newaxis], starts
    )
    return np.clip(covered * cells, 0, 1)


@functools.lru_cache(maxsize=2)
def _traced_maps(backbone: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """From frames to the backbone's last feature maps."""
    model, _ = _around_pooling(backbone)
    size = backbone.input_shape[1]
    return tf.function(
        lambda frames: model(resize_images(frames, size), training=False),
        # Of any size: traced once.
        input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)],
    )


@functools.lru_cache(maxsize=2)
def _traced_gradient(
    backbone: keras.Model, classifier: keras.Model
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """From the maps' means and a class to the gradient of its logit."""
    _, after = _around_pooling(backbone)

    @tf.function(reduce_retracing=True)
    def gradient(means, target):
        with tf.GradientTape() as tape:
            tape.watch(means)
            features = means if after is None else after(means, training=False)
            logit = classifier(features[tf.newaxis], training=False)[0, target]
        return tape.gradient(logit, means)

    return gradient


@functools.lru_cache(maxsize=2)
def _around_pooling(
    backbone: keras.Model,
) -> tuple[keras.Model, keras.Model | None]:
    """The backbone up to its last feature map, and from that map's mean on, if more."""
    for layer in reversed(backbone.layers):
        if isinstance(layer, keras.layers.GlobalAveragePooling2D):
            is_last = layer.output is backbone.output
            after = None if is_last else keras.Model(layer.output, backbone.output)
            return keras.Model(backbone.input, layer.input), after
    raise ValueError(f"'{backbone.name}' has no global mean over a feature map")

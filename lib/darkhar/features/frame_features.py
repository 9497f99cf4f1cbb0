"""Features of every clip of a split, from the cache or from the backbone."""

from collections.abc import Callable, Collection
from typing import Literal

import tensorflow as tf

from darkhar.backbones.engines import compiled, engine_for
from darkhar.backbones.extractors import get_extractor
from darkhar.backbones.images import resize_images
from darkhar.backbones.weights import resolve_weights
from darkhar.config import Parameters
from darkhar.data.source import DataSource
from darkhar.enhancement.registry import get_enhancement
from darkhar.features.clip_features import (
    ClipFeatureSet,
    ClipFunction,
    extract_clips,
    in_batches,
)

# Frames that pass the backbone at once. A clip's features must not depend on the
# clips beside it, and floats differ in the last digits between batch sizes: a
# batch holds frames of one clip only.
_FRAMES_AT_ONCE = 32


def extract_features(
    source: DataSource,
    split: Literal["train", "val"],
    *,
    parameters: Parameters,
    enhancement: str = "none",
    clip_ids: Collection[str] | None = None,
    progress: bool | None = None,
) -> ClipFeatureSet:
    """Features of a split's clips: sampled, enhanced, resized, extracted, kept.

    Frames are chosen by `parameters.sampler`, `n_samples` and `seed`, enhanced at
    their own size, resized and passed through `parameters.extractor`. Features
    of clips that are in the cache are read from it; only the others are decoded.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        parameters: `Parameters`. The run's.
        enhancement: str. Name of the image enhancement, with parameters if need
            be. Defaults to `"none"`: `parameters.enhancement` is for the caller to
            pass.
        clip_ids: collection of str or None. Only these clips. None means all of the
            split. Defaults to None.
        progress: bool or None. Whether a progress bar is drawn. None means on a
            terminal only. Defaults to None.

    Raises:
        WeightsError: the extractor's weights cannot be had.
        DataError: a clip does not decode.
    """
    weights = resolve_weights(parameters.extractor, parameters.extractor_weights)

    return extract_clips(
        source,
        split,
        sampler=parameters.sampler,
        n_samples=parameters.n_samples,
        seed=parameters.seed,
        enhancement=enhancement,
        extractor=parameters.extractor,
        weights_sha256=weights.sha256,
        engine=engine_for(parameters.extractor, parameters.engine),
        module=__name__,
        build=lambda: backbone_function(parameters, enhancement),
        clip_ids=clip_ids,
        progress=progress,
    )


def backbone_function(
    parameters: Parameters,
    enhancement: str,
    masked: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] | None = None,
) -> ClipFunction:
    """From a clip's frames to features: enhanced and resized, then the backbone.

    Args:
        parameters: `Parameters`. The run's: `extractor`, `extractor_weights`, `engine`.
        enhancement: str. Name of the enhancement.
        masked: TensorFlow function from frames, uint8, and the clip's id to frames in
            which something is hidden. Defaults to None: nothing is.
    """
    backbone = get_extractor(parameters.extractor, parameters.extractor_weights)
    enhance = get_enhancement(enhancement)
    size = backbone.image_size

    def prepare(frames, clip_id):
        shown = frames if masked is None else masked(frames, clip_id)
        return (resize_images(enhance(shown), size),)

    @tf.function(input_signature=[tf.TensorSpec([None, size, size, 3], tf.float32)])
    def features_of(images):
        return backbone.model(images, training=False)

    engine = engine_for(parameters.extractor, parameters.engine)
    network = compiled(features_of, engine)
    return ClipFunction(prepare, in_batches(network, _FRAMES_AT_ONCE))

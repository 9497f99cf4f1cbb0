"""Features of every clip of a split, from the cache or from the backbone."""

from typing import Literal

import tensorflow as tf

from darkhar.config import Parameters
from darkhar.data.source import DataSource
from darkhar.enhancement.registry import get_enhancement
from darkhar.features.clip_features import ClipFeatureSet, extract_clips, in_batches
from darkhar.features.clip_layers import resize_images
from darkhar.features.extractors import get_extractor
from darkhar.features.weights import resolve_weights

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
        progress: bool or None. Whether a progress bar is drawn. None means on a
            terminal only. Defaults to None.

    Raises:
        WeightsError: the extractor's weights cannot be had.
        DataError: a clip does not decode.
    """
    weights = resolve_weights(parameters.extractor, parameters.extractor_weights)

    def build():
        function = frame_feature_function(
            parameters.extractor, parameters.extractor_weights, enhancement
        )
        return in_batches(function, _FRAMES_AT_ONCE)

    return extract_clips(
        source,
        split,
        sampler=parameters.sampler,
        n_samples=parameters.n_samples,
        seed=parameters.seed,
        enhancement=enhancement,
        extractor=parameters.extractor,
        weights_sha256=weights.sha256,
        module=__name__,
        build=build,
        progress=progress,
    )


def frame_feature_function(
    extractor: str, extractor_weights: str | None, enhancement: str
) -> tf.types.experimental.PolymorphicFunction:
    """A TensorFlow function from frames to features.

    Args:
        extractor: str. Name of the extractor.
        extractor_weights: str or None. File with its weights.
        enhancement: str. Name of the enhancement.

    Returns:
        A function from uint8 `[frames, height, width, 3]` to float32
        `[frames, dim]`.
    """
    backbone = get_extractor(extractor, extractor_weights)
    enhance = get_enhancement(enhancement)

    # One trace for all clips, so that no clip depends on those before it.
    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)])
    def features_of(frames):
        images = resize_images(enhance(frames), backbone.image_size)
        return backbone.model(images, training=False)

    return features_of

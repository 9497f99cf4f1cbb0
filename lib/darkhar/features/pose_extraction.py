"""Keypoints of every clip of a split, from the cache or from MoveNet."""

from pathlib import Path
from typing import Literal

import tensorflow as tf

from darkhar.data.source import DataSource
from darkhar.enhancement.registry import get_enhancement
from darkhar.features.extraction import (
    ClipFeatureSet,
    ClipFunction,
    extract_clips,
    in_batches,
)
from darkhar.features.movenet import MoveNet, get_movenet
from darkhar.features.movenet_weights import resolve_movenet
from darkhar.features.tracking import track_clip

# Frames that pass MoveNet at once: more are slower on a CPU, whose cache the
# features of a small batch still fit.
_FRAMES_AT_ONCE = 8


def extract_keypoints(
    source: DataSource,
    split: Literal["train", "val"],
    *,
    sampler: str = "uniform",
    n_samples: int | float = 16,
    seed: int = 0,
    enhancement: str = "none",
    model: str = "movenet_lightning",
    weights: str | Path | None = None,
    tracking: bool = False,
    progress: bool | None = None,
) -> ClipFeatureSet:
    """Keypoints of a split's clips: sampled, enhanced, detected, kept.

    As `darkhar.features.extraction.extract_features`, with MoveNet in place of the
    image backbone.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        sampler: str. Which frames of a clip are looked at: `"uniform"` or
            `"random"`. Defaults to `"uniform"`.
        n_samples: int or float. How many, or which fraction in (0, 1]. Defaults to
            16.
        seed: int. Seed of random sampling. Defaults to 0.
        enhancement: str. Name of the image enhancement, which applies to whole
            frames at their own size. Defaults to `"none"`.
        model: str. `"movenet_lightning"` or `"movenet_thunder"`. Defaults to
            `"movenet_lightning"`.
        weights: str, Path or None. See `resolve_movenet`. Defaults to None.
        tracking: bool. Whether each sampled frame but the first is looked at in the
            crop region of the sampled frame before it. Defaults to False.
        progress: bool or None. Whether a progress bar is drawn. None means on a
            terminal only. Defaults to None.

    Returns:
        `ClipFeatureSet` whose `features` are keypoints, float32
        `[clips, frames, 17, 3]`, joints in the order of `JOINTS`: y and x in units
        of the frame's height and width, and score in 0..1.

    Raises:
        WeightsError: no such model, or its weights cannot be had.
        DataError: a clip does not decode.
        UsageError: no such enhancement or sampler.
    """
    file = resolve_movenet(model, weights)
    return extract_clips(
        source,
        split,
        sampler=sampler,
        n_samples=n_samples,
        seed=seed,
        enhancement=enhancement,
        extractor=f"{model}, tracking" if tracking else model,
        weights_sha256=file.sha256,
        build=lambda: _clip_function(
            get_movenet(model, weights), enhancement, tracking
        ),
        progress=progress,
    )


def _clip_function(movenet: MoveNet, enhancement: str, tracking: bool) -> ClipFunction:
    layer = get_enhancement(enhancement)

    # One trace for all clips, so that no clip depends on those before it.
    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)])
    def enhance(frames):
        return tf.cast(layer(frames), tf.float32)

    if tracking:
        return lambda frames: track_clip(movenet, enhance(frames))
    return in_batches(lambda frames: movenet.detect(enhance(frames)), _FRAMES_AT_ONCE)

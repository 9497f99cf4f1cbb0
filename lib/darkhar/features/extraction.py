"""Features of every clip of a split, from the cache or from the backbone."""

import dataclasses
import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import tensorflow as tf
from tqdm import tqdm

import darkhar
from darkhar.config import Parameters, cache_root
from darkhar.data.datasets import frames_dataset, load_examples, prepare
from darkhar.data.source import DataSource
from darkhar.enhancement.registry import get_enhancement, specification
from darkhar.features.cache import FeatureCache, feature_key
from darkhar.features.clip_layers import resize_images
from darkhar.features.extractors import get_extractor
from darkhar.features.weights import resolve_weights
from darkhar.sampling.rules import get_rule

# Frames that pass the backbone at once. A clip's features must not depend on the
# clips beside it, and floats differ in the last digits between batch sizes: a
# batch holds frames of one clip only.
_FRAMES_AT_ONCE = 32

# Frames per second of the EE6222 clips, assumed where a file does not say.
_FPS = 30

# From a clip's frames, uint8 `[frames, height, width, 3]`, to float32 `[frames, ...]`.
ClipFunction = Callable[[tf.Tensor], np.ndarray]


@dataclasses.dataclass(frozen=True)
class ClipFeatureSet:
    """Features of the clips of a split, in the list's order.

    Args:
        features: float32 `[clips, frames, dim]`, of keypoints
            `[clips, frames, 17, 3]`; a list of one array per clip, without the axis
            of clips, when `n_samples` is a fraction and clips differ in length.
        labels: int64 `[clips]`.
        clip_ids: str per clip.
        scenes: str per clip; empty where unknown.
        n_frames: int64 `[clips]`. Frames of each clip before sampling.
        frame_sizes: int64 `[clips, 2]`. Height and width of its frames in pixels.
        seconds: float64 `[clips]`. How long it lasts; at 30 frames per second where
            its file does not say.
    """

    features: np.ndarray | list[np.ndarray]
    labels: np.ndarray
    clip_ids: tuple[str, ...]
    scenes: tuple[str, ...]
    n_frames: np.ndarray
    frame_sizes: np.ndarray
    seconds: np.ndarray


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
        build=build,
        progress=progress,
    )


def extract_clips(
    source: DataSource,
    split: Literal["train", "val"],
    *,
    sampler: str,
    n_samples: int | float,
    seed: int,
    enhancement: str,
    extractor: str,
    weights_sha256: str,
    build: Callable[[], ClipFunction],
    progress: bool | None = None,
) -> ClipFeatureSet:
    """What a function makes of each clip of a split, computed once and kept.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        sampler: str. Which frames of a clip are looked at.
        n_samples: int or float. How many, or which fraction.
        seed: int. Seed of random sampling.
        enhancement: str. Name of the enhancement that the function applies.
        extractor: str. Name of all else that the function does.
        weights_sha256: str. SHA-256 of the weights that it uses.
        build: callable. Returns the function, from a clip's sampled frames, uint8
            `[frames, height, width, 3]`, to float32 `[frames, ...]`. Called only
            when a clip is not in the cache.
        progress: bool or None. As `extract_features`.

    Raises:
        DataError: a clip does not decode.
    """
    rule = get_rule(sampler, n_samples, seed)
    builder = prepare(source)
    examples = load_examples(builder, split)
    keys = {
        example["clip_id"]: feature_key(
            clip_sha256=example["sha256"],
            indices=rule(example["n_frames"]),
            enhancement=specification(enhancement),
            extractor=extractor,
            weights_sha256=weights_sha256,
            code=_code_version(),
        )
        for example in examples
    }
    cache = FeatureCache(cache_root() / "features")
    known = {clip_id: cache.get(key) for clip_id, key in keys.items()}
    missing = [clip_id for clip_id, features in known.items() if features is None]
    if missing:
        function = build()
        for clip in tqdm(
            frames_dataset(builder, split, rule, clip_ids=missing),
            desc=f"{split}: {extractor}, enhancement {enhancement}",
            total=len(missing),
            unit="clip",
            disable=None if progress is None else not progress,
            leave=False,
        ):
            clip_id = clip["clip_id"].numpy().decode()
            known[clip_id] = function(clip["frames"])
            cache.put(keys[clip_id], known[clip_id])
    features = [known[example["clip_id"]] for example in examples]
    return ClipFeatureSet(
        features=np.stack(features) if isinstance(n_samples, int) else features,
        labels=np.array([example["label"] for example in examples], np.int64),
        clip_ids=tuple(example["clip_id"] for example in examples),
        scenes=tuple(example["scene"] for example in examples),
        n_frames=np.array([example["n_frames"] for example in examples], np.int64),
        frame_sizes=np.array(
            [[example["height"], example["width"]] for example in examples], np.int64
        ),
        seconds=np.array(
            [example["n_frames"] / (example["fps"] or _FPS) for example in examples]
        ),
    )


def in_batches(
    function: Callable[[tf.Tensor], tf.Tensor], n_frames: int
) -> ClipFunction:
    """A function over batches of frames as a function over a clip of any length.

    Args:
        function: callable. From `[frames, ...]` to a tensor `[frames, ...]`.
        n_frames: int. Frames of a batch, at most.

    Returns:
        `ClipFunction`.
    """

    def of_clip(frames):
        batches = [
            function(frames[start : start + n_frames]).numpy()
            for start in range(0, frames.shape[0], n_frames)
        ]
        return np.concatenate(batches)

    return of_clip


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


@functools.cache
def _code_version() -> str:
    """Hash over the source that computes features, TensorFlow's and OpenCV's version.

    A changed line may change every feature, so none kept before it is used.
    """
    package = Path(darkhar.__file__).parent
    digest = hashlib.sha256(f"{tf.__version__} {cv2.__version__}".encode())
    for path in (
        *sorted((package / "enhancement").glob("*.py")),
        *sorted((package / "features").glob("*.py")),
        package / "data" / "video.py",
    ):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

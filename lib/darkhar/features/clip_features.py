"""What a function makes of each clip of a split, computed once and kept."""

import dataclasses
from collections.abc import Callable
from typing import Literal

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from darkhar.config import cache_root
from darkhar.data.datasets import frames_dataset, load_examples, prepare
from darkhar.data.source import DataSource
from darkhar.enhancement.registry import specification
from darkhar.features.cache import FeatureCache, feature_key
from darkhar.features.code_version import code_version
from darkhar.sampling.rules import get_rule

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
    module: str,
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
        module: str. Name of the module whose code, with all that it imports, computes
            the function.
        build: callable. Returns the function, from a clip's sampled frames, uint8
            `[frames, height, width, 3]`, to float32 `[frames, ...]`. Called only
            when a clip is not in the cache.
        progress: bool or None. As `extract_features`.

    Raises:
        DataError: a clip does not decode.
    """
    rule = get_rule(sampler, n_samples, seed)
    code = code_version(module)
    builder = prepare(source)
    examples = load_examples(builder, split)
    keys = {
        example["clip_id"]: feature_key(
            clip_sha256=example["sha256"],
            indices=rule(example["n_frames"]),
            enhancement=specification(enhancement),
            extractor=extractor,
            weights_sha256=weights_sha256,
            code=code,
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

"""What a function makes of each clip of a split, computed once and kept."""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import Literal

import numpy as np
import tensorflow as tf

from darkhar.backbones.engines import Network, engine_version
from darkhar.config import cache_root
from darkhar.config.progress import progress_bar
from darkhar.data.builder import EE6222
from darkhar.data.datasets import IndexRule, frames_dataset, load_examples, prepare
from darkhar.data.source import DataSource
from darkhar.enhancement.registry import specification
from darkhar.sampling.rules import get_rule
from darkhar.store.arrays import FeatureCache, feature_key
from darkhar.store.code import code_version

# Frames per second of the EE6222 clips, assumed where a file does not say.
_FPS = 30
# Clips that are prepared side by side, ahead of the network.
_PREPARED_CLIPS = 2


@dataclasses.dataclass(frozen=True)
class ClipFunction:
    """What is made of a clip's frames, in two steps that run side by side.

    Args:
        prepare: TensorFlow function from frames, uint8 `[frames, height, width, 3]`,
            and the clip's id, a scalar `tf.string`, to a tuple of tensors. It is traced
            once and runs ahead of `compute`, for the clips to come.
        compute: callable from those tensors to features, float32 `[frames, ...]`.
    """

    prepare: Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, ...]]
    compute: Callable[..., np.ndarray]


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
    engine: str,
    module: str,
    build: Callable[[], ClipFunction],
    clip_ids: Collection[str] | None = None,
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
        engine: str. What computes the network, as of
            `darkhar.backbones.engines.engine_for`.
        module: str. Name of the module whose code, with all that it imports, computes
            the function.
        build: callable. Returns the `ClipFunction` of a clip's sampled frames. Called
            only when a clip is not in the cache.
        clip_ids, progress: As `extract_features`.

    Raises:
        DataError: a clip does not decode.
    """
    rule = get_rule(sampler, n_samples, seed)
    code = code_version(module)
    builder = prepare(source)
    examples = [
        example
        for example in load_examples(builder, split)
        if clip_ids is None or example["clip_id"] in clip_ids
    ]
    keys = {
        example["clip_id"]: feature_key(
            clip_sha256=example["sha256"],
            indices=rule(example["n_frames"]),
            enhancement=specification(enhancement),
            extractor=extractor,
            weights_sha256=weights_sha256,
            engine=engine_version(engine),
            code=code,
        )
        for example in examples
    }
    known = kept_or_computed(
        builder,
        split,
        rule,
        keys,
        build,
        description=f"{split}: {extractor}, enhancement {enhancement}",
        progress=progress,
    )
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


def kept_or_computed(
    builder: EE6222,
    split: Literal["train", "val"],
    rule: IndexRule,
    keys: Mapping[str, str],
    build: Callable[[], ClipFunction],
    *,
    description: str,
    progress: bool | None = None,
) -> dict[str, np.ndarray]:
    """Features of clips by their keys, from the cache or from their frames.

    Clips are decoded and prepared while the network is busy with those before them.
    A clip's features are stored as soon as they are there.

    Args:
        builder: `EE6222`. Prepared.
        split: str. `"train"` or `"val"`.
        rule: callable. Which frames of a clip are looked at, from how many it has.
        keys: mapping of clip id to the key of its features.
        build: As `extract_clips`.
        description: str. What is computed, for the progress bar.
        progress: bool or None. As `extract_clips`.

    Returns:
        Features by clip id.

    Raises:
        DataError: a clip does not decode.
    """
    cache = FeatureCache(cache_root() / "features")
    known = {clip_id: cache.get(key) for clip_id, key in keys.items()}
    missing = [clip_id for clip_id, features in known.items() if features is None]
    if not missing:
        return known
    function = build()
    frames = frames_dataset(builder, split, rule, clip_ids=missing)
    prepared = frames.map(
        lambda clip: (
            clip["clip_id"],
            function.prepare(clip["frames"], clip["clip_id"]),
        ),
        num_parallel_calls=_PREPARED_CLIPS,
        deterministic=True,
    ).prefetch(1)
    with progress_bar(
        description, total=len(missing), unit="clip", shown=progress
    ) as bar:
        for clip_id, tensors in prepared:
            name = clip_id.numpy().decode()
            known[name] = function.compute(*tensors)
            cache.put(keys[name], known[name])
            bar.update()
    return known


def in_batches(network: Network, n_frames: int) -> Network:
    """A network over batches of images as one over a clip of any length.

    Args:
        network: `Network`.
        n_frames: int. Images of a batch, at most.
    """

    def of_clip(images):
        batches = [
            network(images[start : start + n_frames])
            for start in range(0, images.shape[0], n_frames)
        ]
        return np.concatenate(batches)

    return of_clip

"""Prepared data sets and the `tf.data` pipelines that decode them."""

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Literal

import absl.logging
import filelock
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from darkhar.config import DataError, UsageError, cache_root
from darkhar.config.cores import cores
from darkhar.data.builder import EE6222, EE6222Config
from darkhar.data.pipeline_options import pipeline_options
from darkhar.data.source import DataSource
from darkhar.data.video import decode_frames

SplitName = Literal["train", "val"]
IndexRule = Callable[[int], np.ndarray]

_METADATA = (
    "label",
    "clip_id",
    "scene",
    "n_frames",
    "height",
    "width",
    "fps",
    "sha256",
)

# What `load_examples` has read: reading it takes longer than all else that a notebook
# does with features that are in the cache.
_KNOWN: dict[tuple[str, SplitName], list[dict[str, Any]]] = {}

# Clips decoded side by side, and so the bound on decoded clips in memory; all
# frames of a clip of 105 are 24 MB.
_PARALLEL_CLIPS = cores()


def prepare(source: DataSource) -> EE6222:
    """Builds the TFDS data set of a source, once for each content.

    It lies in the cache under the source's fingerprint. It appears whole or
    not at all; two processes may ask at the same time.

    Args:
        source: `DataSource`.

    Returns:
        The prepared builder. Its label names are
        `builder.info.features["label"].names`.

    Raises:
        DataError: a clip does not decode.
    """
    root = cache_root() / "tfds"
    root.mkdir(exist_ok=True)
    directory = root / source.fingerprint
    with filelock.FileLock(root / f".{source.fingerprint}.lock"), _quiet():
        config = EE6222Config(source=source)
        builder = EE6222(config=config, data_dir=directory)
        if not _is_whole(builder):
            # Left over from a process that was killed, or damaged since.
            shutil.rmtree(directory, ignore_errors=True)
            builder = EE6222(config=config, data_dir=directory)
            try:
                builder.download_and_prepare(
                    download_dir=directory / "downloads",
                    download_config=tfds.download.DownloadConfig(
                        try_download_gcs=False,
                        register_checksums=False,
                        compute_stats=tfds.download.ComputeStatsMode.SKIP,
                    ),
                )
            except BaseException:
                shutil.rmtree(directory, ignore_errors=True)
                raise
        with contextlib.suppress(OSError):  # not one's own
            os.utime(directory)  # used now
    return builder


def _is_whole(builder: EE6222) -> bool:
    """Whether a data set is prepared and all its files are there, none cut."""
    if not builder.is_prepared():
        return False
    for split in builder.info.splits.values():
        files = [Path(path) for path in split.filepaths]
        if not all(file.is_file() for file in files):
            return False
        if sum(file.stat().st_size for file in files) < split.num_bytes:
            return False
    return True


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps TFDS from drawing bars and warning of configurations of our own."""
    tfds.disable_progress_bar()  # else it draws where there is no terminal, too
    verbosity = absl.logging.get_verbosity()
    absl.logging.set_verbosity(absl.logging.ERROR)
    try:
        yield
    finally:
        absl.logging.set_verbosity(verbosity)


def load_examples(builder: EE6222, split: SplitName) -> list[dict[str, Any]]:
    """What is known of each clip of a split, without the clip.

    Args:
        builder: `EE6222`. Prepared.
        split: str. `"train"` or `"val"`.

    Returns:
        One dict a clip, in the list's order: `label` (int), `clip_id`,
        `scene` (str, empty when unknown), `n_frames`, `height`, `width` (int),
        `fps` (float; 0 where the file does not say), `sha256` (str).
    """
    # Its folder is named after the clips' content, so what is known stays true.
    key = (str(builder.data_path), split)
    if key not in _KNOWN:
        only = tfds.decode.PartialDecoding(dict.fromkeys(_METADATA, True))
        dataset = _stored(builder, split, decoders=only)
        _KNOWN[key] = [
            {
                name: value.decode() if isinstance(value, bytes) else value.item()
                for name, value in example.items()
            }
            for example in dataset.as_numpy_iterator()
        ]
    return [dict(example) for example in _KNOWN[key]]


def frames_dataset(
    builder: EE6222,
    split: SplitName,
    index_rule: IndexRule,
    clip_ids: Collection[str] | None = None,
) -> tf.data.Dataset:
    """Decodes of each clip the frames that a rule asks for.

    Clips are decoded side by side, a few ahead of the consumer, so memory does
    not grow with the number of clips.

    Args:
        builder: `EE6222`. Prepared.
        split: str. `"train"` or `"val"`.
        index_rule: callable. From a clip's number of frames to the indices of
            the frames to decode, int `[n]`. It is called once a clip, from
            several threads; a rule that draws at random derives its draw from
            a seed, or the frames depend on the order of the threads.
        clip_ids: collection of str or None. Clips to decode. None means all.
            Defaults to None.

    Returns:
        `tf.data.Dataset` of one dict a clip, in the list's order: `frames`
        (uint8 `[n, height, width, 3]`, RGB), `indices` (int64 `[n]`), and what
        `load_examples` gives as scalar tensors (integers of int64 or int32,
        texts of `tf.string`).

    Raises:
        UsageError: `clip_ids` names a clip that is not in the split.
    """

    def decode(clip: bytes, clip_id: bytes, n_frames: int) -> tuple[np.ndarray, ...]:
        indices = np.asarray(index_rule(int(n_frames)), np.int64)
        return decode_frames(clip, indices, name=clip_id.decode()), indices

    def with_frames(example: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        example = dict(example)
        frames, indices = tf.numpy_function(
            decode,
            [example.pop("clip"), example["clip_id"], example["n_frames"]],
            [tf.uint8, tf.int64],
        )
        frames.set_shape([None, *size, 3])
        indices.set_shape([None])
        return {"frames": frames, "indices": indices, **example}

    examples = load_examples(builder, split)
    size = _common_size(examples) or (None, None)
    dataset = _stored(builder, split)
    if clip_ids is not None:
        wanted = set(clip_ids)
        unknown = wanted - {example["clip_id"] for example in examples}
        if unknown:
            raise UsageError(
                f"clip '{min(unknown)}' is not in split '{split}'; clip ids look like"
                f" '{examples[0]['clip_id']}'"
            )
        listed = tf.constant(sorted(wanted), tf.string)
        dataset = dataset.filter(
            lambda example: tf.reduce_any(tf.equal(listed, example["clip_id"]))
        )
    return dataset.map(
        with_frames, num_parallel_calls=_PARALLEL_CLIPS, deterministic=True
    ).prefetch(1)


def clips_dataset(
    builder: EE6222, split: SplitName, batch_size: int
) -> tf.data.Dataset:
    """Full frame sequences in ragged batches.

    Args:
        builder: `EE6222`. Prepared.
        split: str. `"train"` or `"val"`.
        batch_size: int. Clips in a batch; the last one may hold fewer.

    Returns:
        `tf.data.Dataset` of pairs, in the list's order: clips, a
        `tf.RaggedTensor` uint8 `[batch, (frames), height, width, 3]` whose only
        ragged axis is the frames, and labels, int64 `[batch]`.

    Raises:
        DataError: the clips of the split are not all of one size.
    """
    examples = load_examples(builder, split)
    if _common_size(examples) is None:
        sizes = sorted({(e["width"], e["height"]) for e in examples})
        raise DataError(
            f"clips of split '{split}' differ in size"
            f" ({', '.join(f'{w}x{h}' for w, h in sizes)}), so they make no batch;"
            " `darkhar data check` names the odd ones"
        )
    dataset = frames_dataset(builder, split, np.arange)
    return dataset.map(lambda e: (e["frames"], e["label"])).ragged_batch(
        batch_size, row_splits_dtype=tf.int64
    )


def _stored(builder: EE6222, split: SplitName, decoders: Any = None) -> tf.data.Dataset:
    """A split as it lies on disk, in order, read one shard after the other."""
    with _quiet():
        return builder.as_dataset(
            split=split,
            decoders=decoders,
            shuffle_files=False,
            read_config=tfds.ReadConfig(
                # Caching would keep every encoded clip in memory.
                try_autocache=False,
                interleave_cycle_length=1,
                options=pipeline_options(),
            ),
        )


def _common_size(examples: list[dict[str, Any]]) -> tuple[int, int] | None:
    """Height and width if all clips have the same, else None."""
    sizes = {(example["height"], example["width"]) for example in examples}
    return sizes.pop() if len(sizes) == 1 else None

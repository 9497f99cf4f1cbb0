"""Prepared data sets and the `tf.data` pipelines that decode them."""

import contextlib
import io
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import absl.logging
import filelock
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from darkhar.config import DataError, UsageError, cache_root
from darkhar.config.cores import cores
from darkhar.data.builder import EE6222, EE6222Config
from darkhar.data.layout import SplitName
from darkhar.data.measurement import MeasuredClip, read_content
from darkhar.data.pipeline_options import pipeline_options
from darkhar.data.source import DataSource
from darkhar.data.video import decode_frames

IndexRule = Callable[[int], np.ndarray]

# Clips decoded side by side. With those that networks are busy with, and those prepared
# for them, it bounds the clips in memory; all frames of a clip of 105 are 24 MB.
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
    """Keeps TFDS from printing, drawing and warning of configurations of our own."""
    tfds.disable_progress_bar()  # else it draws where there is no terminal, too
    verbosity = absl.logging.get_verbosity()
    absl.logging.set_verbosity(absl.logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        absl.logging.set_verbosity(verbosity)


def load_examples(builder: EE6222, split: SplitName) -> list[dict[str, Any]]:
    """What is known of each clip of a split, without its frames.

    Args:
        builder: `EE6222`. Prepared.
        split: str. `"train"` or `"val"`.

    Returns:
        One dict a clip, in the list's order: `label` (int), `clip_id`,
        `scene` (str, empty when unknown), `n_frames`, `height`, `width` (int),
        `fps` (float; 0 where the file does not say), `brightness` (float in 0..255),
        `sha256` (str).
    """
    names = [name for name in builder.info.features if name != "clip"]
    return [
        {name: getattr(clip, name) for name in names} for clip in _clips(builder, split)
    ]


@contextlib.contextmanager
def data_errors() -> Iterator[None]:
    """Lets the `DataError` of a clip through that TensorFlow has wrapped.

    To go through a data set of frames in, as a clip's file may have changed.
    """
    try:
        yield
    except tf.errors.UnknownError as error:
        wrapped = re.search(f"{DataError.__name__}: (.*)", error.message)
        if wrapped is None:
            raise
        raise DataError(wrapped[1]) from None


def frames_dataset(
    builder: EE6222,
    split: SplitName,
    index_rule: IndexRule,
    clip_ids: Collection[str] | None = None,
) -> tf.data.Dataset:
    """Decodes of each clip the frames that a rule asks for.

    Clips are decoded side by side, a few ahead of the consumer, so memory does
    not grow with the number of clips. One whose file has changed since it was measured
    ends the pass: see `data_errors`.

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
    clips = {clip.clip_id: clip for clip in _clips(builder, split)}

    def decode(clip_id: bytes) -> tuple[np.ndarray, np.ndarray]:
        clip = clips[clip_id.decode()]
        indices = np.asarray(index_rule(clip.n_frames), np.int64)
        content = read_content(clip.path, clip.sha256)
        return decode_frames(content, indices, name=str(clip.path)), indices

    def with_frames(example: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        frames, indices = tf.numpy_function(
            decode, [example["clip_id"]], [tf.uint8, tf.int64]
        )
        frames.set_shape([None, *size, 3])
        indices.set_shape([None])
        return {"frames": frames, "indices": indices, **example}

    size = _common_size(clips.values()) or (None, None)
    dataset = _stored(builder, split)
    if clip_ids is not None:
        wanted = set(clip_ids)
        unknown = wanted - clips.keys()
        if unknown:
            raise UsageError(
                f"clip '{min(unknown)}' is not in split '{split}'; clip ids look like"
                f" '{next(iter(clips))}'"
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

    Frames of one batch have one size: where clips differ in it, a batch is one clip.

    Args:
        builder: `EE6222`. Prepared.
        split: str. `"train"` or `"val"`.
        batch_size: int. Clips in a batch; the last one may hold fewer.

    Returns:
        `tf.data.Dataset` of pairs, in the list's order: clips, a
        `tf.RaggedTensor` uint8 `[batch, (frames), height, width, 3]` whose only
        ragged axis is the frames, and labels, int64 `[batch]`.
    """
    dataset = frames_dataset(builder, split, np.arange)
    pairs = dataset.map(lambda e: (e["frames"], e["label"]))
    if _common_size(_clips(builder, split)) is None:
        return pairs.map(
            lambda frames, label: (
                tf.RaggedTensor.from_tensor(frames[tf.newaxis], ragged_rank=1),
                label[tf.newaxis],
            )
        )
    return pairs.ragged_batch(batch_size, row_splits_dtype=tf.int64)


def _clips(builder: EE6222, split: SplitName) -> tuple[MeasuredClip, ...]:
    return getattr(builder.builder_config.source.layout, split)


def _stored(builder: EE6222, split: SplitName) -> tf.data.Dataset:
    """A split as it lies on disk, in order, without the clips."""
    known = dict.fromkeys(builder.info.features, True) | {"clip": False}
    with _quiet():
        return builder.as_dataset(
            split=split,
            decoders=tfds.decode.PartialDecoding(known),
            read_config=tfds.ReadConfig(
                try_autocache=False,  # it warns of a pass that ends early
                options=pipeline_options(),
            ),
        )


def _common_size(clips: Iterable[MeasuredClip]) -> tuple[int, int] | None:
    """Height and width if all clips have the same, else None."""
    sizes = {(clip.height, clip.width) for clip in clips}
    return sizes.pop() if len(sizes) == 1 else None

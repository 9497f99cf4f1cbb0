"""Networks over the frames of clips; what they give is kept, clip by clip.

A clip is decoded once for all networks that look at the same frames.
"""

import dataclasses
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from darkhar.config.cores import cores
from darkhar.config.progress import progress_bar
from darkhar.data.datasets import data_errors, frames_dataset, prepare
from darkhar.data.layout import SplitName
from darkhar.data.source import DataSource
from darkhar.data.video import decode_frames
from darkhar.sampling.rules import FrameRule
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf

# Clips that are prepared side by side, ahead of the network.
_PREPARED_CLIPS = 2


@dataclasses.dataclass(frozen=True)
class ClipFunction:
    """What is made of a clip's frames, in two steps that run side by side.

    Args:
        prepare: TensorFlow function from frames, uint8 `[frames, height, width, 3]`,
            and the clip's id, a scalar `tf.string`, to a tuple of tensors. It is traced
            once and runs ahead of `compute`, for the clips to come.
        compute: callable from those tensors to features, float32 `[frames, ...]`;
            called for several clips at a time.
    """

    prepare: Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, ...]]
    compute: Callable[..., np.ndarray]


class ClipNetwork(Protocol):
    """What is computed of a clip's frames: a dataclass whose fields are the key."""

    title: str

    def of_clip(self, clip_id: str) -> Any:
        """All that the features of one clip depend on, beside its frames."""

    def start(self) -> ClipFunction:
        """The function; loads weights and compiles, so call it only to compute."""


def extract(
    source: DataSource,
    split: SplitName,
    rule: FrameRule,
    networks: Sequence[ClipNetwork],
    *,
    clip_ids: Collection[str] | None = None,
    progress: bool | None = None,
) -> list[list[np.ndarray]]:
    """What networks make of the same frames of each clip, computed once and kept.

    Features of clips that are in the cache are read from it; only the others are
    decoded, prepared while the networks are busy with those before them, and stored
    as soon as their features are there.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        rule: `FrameRule`. Which frames of a clip are looked at.
        networks: `ClipNetwork`s.
        clip_ids: collection of str or None. Only these clips. None means all of the
            split. Defaults to None.
        progress: bool or None. Whether a progress bar is drawn. None means on a
            terminal only. Defaults to None.

    Returns:
        For each network a list of one array a clip, in the list's order.

    Raises:
        WeightsError: a network's weights cannot be had.
        DataError: a clip's file has changed since the source was resolved.
    """
    clips = {
        clip.clip_id: clip
        for clip in getattr(source.layout, split)
        if clip_ids is None or clip.clip_id in clip_ids
    }
    shelf = Shelf("features")
    keys = [
        {
            clip_id: key_of(
                network.of_clip(clip_id),
                decode_frames,
                clip.sha256,
                rule(clip.n_frames),
            )
            for clip_id, clip in clips.items()
        }
        for network in networks
    ]
    # Two names may mean the same.
    first = [keys.index(of_network) for of_network in keys]
    known = [
        {clip_id: shelf.get_array(key) for clip_id, key in of_network.items()}
        if first[number] == number
        else {}
        for number, of_network in enumerate(keys)
    ]
    for missing, numbers in _by_missing(known):
        frames = frames_dataset(prepare(source), split, rule, clip_ids=missing)
        title = f"{split}: {', '.join(networks[number].title for number in numbers)}"
        with (
            progress_bar(title, total=len(missing), unit="clip", shown=progress) as bar,
            data_errors(),
        ):
            for clip_id, features in _computed(
                frames, [networks[number] for number in numbers]
            ):
                for number, array in zip(numbers, features, strict=True):
                    known[number][clip_id] = array
                    shelf.put_array(keys[number][clip_id], array)
                bar.update()
    return [[known[number][clip_id] for clip_id in clips] for number in first]


def _by_missing(
    known: Sequence[dict[str, np.ndarray | None]],
) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """Clips with the numbers of the networks whose features they lack."""
    groups: dict[tuple[int, ...], list[str]] = {}
    for clip_id in known[0] if known else ():
        numbers = tuple(
            number
            for number, found in enumerate(known)
            if clip_id in found and found[clip_id] is None
        )
        groups.setdefault(numbers, []).append(clip_id)
    yield from ((clips, numbers) for numbers, clips in groups.items() if numbers)


def _computed(
    frames: tf.data.Dataset, networks: Sequence[ClipNetwork]
) -> Iterator[tuple[str, list[np.ndarray]]]:
    """A clip's id and what each network makes of its frames, clip by clip.

    As many clips are computed side by side as there are cores: frames of which each
    waits for the one before keep one of these busy.
    """
    functions = [network.start() for network in networks]
    prepared = frames.map(
        lambda clip: (
            clip["clip_id"],
            tuple(f.prepare(clip["frames"], clip["clip_id"]) for f in functions),
        ),
        num_parallel_calls=_PREPARED_CLIPS,
        deterministic=True,
    ).prefetch(1)

    def compute(of_each) -> list[np.ndarray]:
        return [
            f.compute(*tensors) for f, tensors in zip(functions, of_each, strict=True)
        ]

    at_once, begun = cores(), deque()
    threads = ThreadPoolExecutor(at_once)
    try:
        clips = iter(prepared)
        while True:
            try:
                clip_id, of_each = next(clips)
            except StopIteration:
                break
            except tf.errors.OpError:  # clips before one that cannot be read are kept
                yield from (_ended(*clip) for clip in begun)
                raise
            begun.append((clip_id, threads.submit(compute, of_each)))
            if len(begun) > at_once:
                yield _ended(*begun.popleft())
        yield from (_ended(*clip) for clip in begun)
    finally:  # what has not begun when all is called off does not begin
        threads.shutdown(cancel_futures=True)


def _ended(clip_id: tf.Tensor, features: Future) -> tuple[str, list[np.ndarray]]:
    return clip_id.numpy().decode(), features.result()

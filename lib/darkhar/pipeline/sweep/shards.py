"""Extraction in shards: what notebooks will look for in the cache, put there before.

The heavy part of a run, frames through frozen networks, does not depend on what is
fitted afterwards. For all runs of a sweep together each feature is computed once, a
part of the clips by each worker; caches are shared through the file system.
"""

import dataclasses
import hashlib
import math
from collections.abc import Callable, Iterable
from typing import Any, Literal

from darkhar.config import ENHANCEMENTS, Parameters
from darkhar.pipeline.graph import Graph

# Parameters of the data, and those that frame features and keypoints depend on.
DATA_NAMES = ("data_dir", "train_clips_per_class", "val_clips_per_class", "seed")
_FRAMES = ("engine", "sampler", "n_samples", "extractor", "extractor_weights")
_KEYPOINTS = ("engine", "pose_model", "pose_weights", "pose_samples", "pose_tracking")
# Shards for each worker: more even the load, and fewer load the network less often.
_SHARDS_EACH = 2


@dataclasses.dataclass(frozen=True)
class Extraction:
    """Features of all clips of some data.

    Args:
        kind: str. `"frames"` or `"keypoints"`.
        enhancement: str. Name of the enhancement.
        parameters: `Parameters`. What matters as in the run, all else by default.
    """

    kind: Literal["frames", "keypoints"]
    enhancement: str
    parameters: Parameters


@dataclasses.dataclass(frozen=True)
class Shard:
    """Part of an extraction, for one worker.

    Args:
        extraction: `Extraction`.
        split: str. `"train"` or `"val"`.
        clip_ids: str. The clips.
    """

    extraction: Extraction
    split: Literal["train", "val"]
    clip_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        """A name that follows from what is extracted, for the scheduler."""
        text = repr((self.extraction, self.split, self.clip_ids))
        return f"extract-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


# By notebook: the kind of features, and the enhancements, that it extracts first.
_OF_NOTEBOOK: dict[str, tuple[str, Callable[[Parameters], Iterable[str]]]] = {
    "extraction": ("frames", lambda parameters: ["none"]),
    "equalized": ("frames", lambda parameters: [parameters.enhancement]),
    "pose": ("keypoints", lambda parameters: [parameters.pose_enhancement]),
    "enhancement": ("keypoints", lambda parameters: ENHANCEMENTS),
}


def extractions(graph: Graph, parameters: Parameters) -> list[Extraction]:
    """What a run extracts before anything is fitted.

    Args:
        graph: mapping of the names of the notebooks that it executes.
        parameters: `Parameters`. The run's.
    """
    return [
        Extraction(kind, enhancement, _that_matter(kind, parameters))
        for notebook, (kind, enhancements) in _OF_NOTEBOOK.items()
        if notebook in graph
        for enhancement in enhancements(parameters)
    ]


def shards(
    extraction: Extraction, clip_ids: dict[str, list[str]], workers: int
) -> list[Shard]:
    """An extraction in parts of about the same number of clips.

    Args:
        extraction: `Extraction`.
        clip_ids: dict of `"train"` and `"val"` to the clips of the split.
        workers: int. How many workers there are.
    """
    total = sum(len(ids) for ids in clip_ids.values())
    size = max(math.ceil(total / (workers * _SHARDS_EACH)), 1)
    return [
        Shard(extraction, split, tuple(ids[start : start + size]))
        for split, ids in clip_ids.items()
        for start in range(0, len(ids), size)
    ]


def extract(shard: Shard) -> int:
    """Brings a shard's features into the cache.

    Args:
        shard: `Shard`.

    Returns:
        How many clips they are of.
    """
    from darkhar.data.source import resolve_data
    from darkhar.features.frame_features import extract_features
    from darkhar.features.keypoints import extract_keypoints

    extraction = shard.extraction
    function = extract_features if extraction.kind == "frames" else extract_keypoints
    function(
        resolve_data(extraction.parameters, report=lambda line: None),
        shard.split,
        parameters=extraction.parameters,
        enhancement=extraction.enhancement,
        clip_ids=shard.clip_ids,
        progress=False,
    )
    return len(shard.clip_ids)


def _that_matter(kind: str, parameters: Parameters) -> Parameters:
    values = parameters.as_dict()
    names = (*DATA_NAMES, *(_FRAMES if kind == "frames" else _KEYPOINTS))
    kept: dict[str, Any] = {name: values[name] for name in names}
    frames_are_drawn = kind == "frames" and values["sampler"] == "random"
    if values["data_dir"] is not None and not frames_are_drawn:
        del kept["seed"]
    return Parameters(**kept)

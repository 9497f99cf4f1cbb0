"""Extraction in shards: what notebooks will look for in the cache, put there before.

The heavy part of a run, frames through frozen networks, does not depend on what is
fitted afterwards. For all runs of a sweep together each feature is computed once, a
part of the clips by each worker; caches are shared through the file system.
"""

import dataclasses
import math
from typing import Literal

from darkhar.config import SAMPLERS, Parameters
from darkhar.config.parameters import names_of
from darkhar.pipeline.graph import Table
from darkhar.store.keys import key_of

# Groups of parameters that features of a kind depend on.
_GROUPS = {
    "frames": ("data", "engine", "frames", "extractor"),
    "keypoints": ("data", "engine", "pose"),
}
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
        return f"extract-{key_of(self)[:16]}"


def extractions(table: Table, parameters: Parameters) -> list[Extraction]:
    """What a run extracts before anything is fitted.

    Args:
        table: mapping of name to `Notebook`: those that it executes.
        parameters: `Parameters`. The run's.
    """
    groups = {group for row in table.values() for group in row.groups}
    wanted = [
        ("extractor", "frames", "none"),
        ("enhancement", "frames", parameters.enhancement),
        ("pose", "keypoints", parameters.pose_enhancement),
    ]
    return [
        Extraction(kind, enhancement, _that_matter(kind, parameters))
        for group, kind, enhancement in wanted
        if group in groups
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
    from darkhar.features import clip_views
    from darkhar.features.extraction import extract as extract_features
    from darkhar.features.frame_network import FrameNetwork
    from darkhar.features.keypoint_network import KeypointNetwork

    parameters, name = shard.extraction.parameters, shard.extraction.enhancement
    if shard.extraction.kind == "frames":
        rule = clip_views.frame_rule(parameters)
        network = FrameNetwork.of(parameters, name)
    else:
        rule = clip_views.pose_rule(parameters)
        network = KeypointNetwork.of(parameters, enhancement=name)
    extract_features(
        resolve_data(parameters),
        shard.split,
        rule,
        [network],
        clip_ids=shard.clip_ids,
        progress=False,
    )
    return len(shard.clip_ids)


def _that_matter(kind: str, parameters: Parameters) -> Parameters:
    values = parameters.as_dict()
    kept = {name: values[name] for name in names_of(_GROUPS[kind])}
    # The extraction itself says which.
    kept.pop("pose_enhancement", None)
    frames_are_drawn = kind == "frames" and SAMPLERS[parameters.sampler].is_random
    if values["data_dir"] is not None and not frames_are_drawn:
        del kept["seed"]
    return Parameters(**kept)

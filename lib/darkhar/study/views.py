"""Opening a study: what its models see of the clips, by name."""

import dataclasses
from collections.abc import Collection
from typing import Self

import numpy as np

from darkhar.config import Parameters
from darkhar.data.clips import Clips
from darkhar.data.layout import SplitName
from darkhar.data.source import DataSource
from darkhar.features.clip_views import (
    frame_features,
    keypoints,
    masked_features,
    poses,
)
from darkhar.features.inputs import ClipVectors, FrameVectors
from darkhar.pose.person_masking import Region, always_covered, box_trace, person_boxes
from darkhar.study.study import Study

REGIONS: dict[str, Region] = {
    "person_removed": "person removed",
    "person_only": "person only",
    "still_background": "still background",
}
"""Views of parts of the frames, without enhancement."""

_OF_KEYPOINTS = ("poses", "boxes", "trace", *REGIONS)


@dataclasses.dataclass(frozen=True)
class Boxes:
    """The person's box in the frames in which keypoints were detected.

    Args:
        values: float64 `[clips, frames, 4]`, as of
            `darkhar.pose.person_masking.person_boxes`.
    """

    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def select(self, indices: np.ndarray) -> Self:
        """Some of the clips, in the order of `indices`."""
        return Boxes(self.values[indices])

    def covered(self) -> float:
        """Mean share of the picture that a clip's box always covers."""
        return float(np.mean([always_covered(boxes) for boxes in self.values]))


def open_study(
    source: DataSource, parameters: Parameters, views: Collection[str]
) -> Study:
    """The study of a run's clips: from the cache, as far as it was computed before.

    Args:
        source: `DataSource`. The run's clips.
        parameters: `Parameters`. The run's.
        views: str. What models see: `"frames"` (features of frames as recorded),
            `"enhanced"` (with `parameters.enhancement`), `"poses"`, `"boxes"` (of the
            person), `"trace"` (of the boxes, one vector a clip), and `REGIONS`.

    Raises:
        WeightsError: weights cannot be had.
        DataError: a clip's file has changed since the source was resolved.
    """
    train, val = (_with_views(source, s, parameters, views) for s in ("train", "val"))
    return Study(train, val, parameters)


def view_size(frames: FrameVectors) -> dict[str, int]:
    """How many clips and frames a view of frame features holds, of how many numbers."""
    return {
        "clips": len(frames),
        "frames": sum(len(clip) for clip in frames.values),
        "feature_dim": frames.dim,
    }


def _with_views(
    source: DataSource, split: SplitName, parameters: Parameters, views: Collection[str]
) -> Clips:
    clips = source.clips(split)
    of_frames = {"frames": "none"} if "frames" in views else {}
    if "enhanced" in views:
        of_frames["enhanced"] = parameters.enhancement
    if of_frames:
        features = frame_features(source, split, parameters, list(of_frames.values()))
        clips = clips.with_views(**dict(zip(of_frames, features, strict=True)))
    if not set(views) & set(_OF_KEYPOINTS):
        return clips
    (found,) = keypoints(source, split, parameters)
    boxes = Boxes(np.stack([person_boxes(clip) for clip in found]))
    trace = ClipVectors(np.stack([box_trace(clip) for clip in boxes.values]))
    regions = [name for name in REGIONS if name in views]
    clips = clips.with_views(boxes=boxes, trace=trace)
    if "poses" in views:
        (seen,) = poses(source, split, parameters)
        clips = clips.with_views(poses=seen)
    if not regions:
        return clips
    masked = masked_features(
        source, split, parameters, [REGIONS[name] for name in regions], found, clips
    )
    return clips.with_views(**dict(zip(regions, masked, strict=True)))

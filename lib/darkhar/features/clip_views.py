"""What a run's models look at: frame features, keypoints and masked frames of clips."""

from collections.abc import Sequence

import numpy as np

from darkhar.config import Parameters
from darkhar.data.clips import Clips
from darkhar.data.layout import SplitName
from darkhar.data.source import DataSource
from darkhar.data.video import decode_frames
from darkhar.enhancement.registry import get_enhancement
from darkhar.features.extraction import extract
from darkhar.features.frame_network import FrameNetwork
from darkhar.features.inputs import FrameVectors
from darkhar.features.keypoint_network import KeypointNetwork
from darkhar.features.masked_network import MaskedNetwork
from darkhar.pose.person_masking import Region, boxes_at, person_boxes
from darkhar.pose.pose_clips import PoseClips
from darkhar.sampling.rules import FrameRule


def frame_rule(parameters: Parameters) -> FrameRule:
    """Which frames of a clip appearance looks at."""
    return FrameRule(parameters.sampler, parameters.n_samples, parameters.seed)


def pose_rule(parameters: Parameters) -> FrameRule:
    """Which frames of a clip keypoints are detected in."""
    return FrameRule("uniform", parameters.pose_samples)


def frame_features(
    source: DataSource,
    split: SplitName,
    parameters: Parameters,
    enhancements: Sequence[str] = ("none",),
) -> list[FrameVectors]:
    """Features of the sampled frames of a split's clips, one for each enhancement.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        parameters: `Parameters`. The run's.
        enhancements: str. Names of image enhancements, with parameters if need be.
            Defaults to none of them alone: `parameters.enhancement` is for the caller
            to pass.

    Raises:
        WeightsError: the extractor's weights cannot be had.
        DataError: a clip's file has changed since the source was resolved.
    """
    rule = frame_rule(parameters)
    networks = [FrameNetwork.of(parameters, name) for name in enhancements]
    extracted = extract(source, split, rule, networks)
    return [_vectors(features, rule) for features in extracted]


def keypoints(
    source: DataSource,
    split: SplitName,
    parameters: Parameters,
    enhancements: Sequence[str] | None = None,
    *,
    tracking: bool | None = None,
) -> list[np.ndarray]:
    """Keypoints in the sampled frames of a split's clips, for each enhancement.

    Args:
        source, split, parameters: as in `frame_features`.
        enhancements: str or None. Names of image enhancements. None means the run's own
            alone. Defaults to None.
        tracking: bool or None. In place of `parameters.pose_tracking`. Defaults to
            None.

    Returns:
        float32 `[clips, frames, 17, 3]` for each, joints in the order of
        `darkhar.pose.joints.JOINTS`: y and x in units of the frame's height and width,
        and score in 0..1.

    Raises:
        WeightsError: MoveNet's weights cannot be had.
        DataError: a clip's file has changed since the source was resolved.
    """
    if enhancements is None:
        enhancements = [parameters.pose_enhancement]
    networks = [
        KeypointNetwork.of(parameters, enhancement=name, tracking=tracking)
        for name in enhancements
    ]
    extracted = extract(source, split, pose_rule(parameters), networks)
    return [np.stack(found) for found in extracted]


def pose_clips(found: np.ndarray, clips: Clips) -> PoseClips:
    """Keypoints with y and x in one unit, and their time.

    Args:
        found: float32 `[clips, frames, 17, 3]`. As of `keypoints`.
        clips: `Clips`. The same.
    """
    aspect = (clips.frame_sizes[:, 0] / clips.frame_sizes[:, 1]).astype(np.float32)
    scaled = found.astype(np.float32)
    scaled[..., 0] *= aspect[:, np.newaxis, np.newaxis]
    return PoseClips(scaled, clips.seconds)


def masked_features(
    source: DataSource,
    split: SplitName,
    parameters: Parameters,
    regions: Sequence[Region],
    found: np.ndarray,
    clips: Clips,
) -> list[FrameVectors]:
    """Features of the frames that `frame_features` sees, a part of each masked.

    Boxes of frames whose keypoints were not detected are interpolated in time.

    Args:
        source, split, parameters: as in `frame_features`.
        regions: str. What is left of the frames.
        found: float32 `[clips, frames, 17, 3]`. As of `keypoints`, of that split.
        clips: `Clips`. Of that split.

    Returns:
        For each region as `frame_features`; of a still background one frame a clip.

    Raises:
        WeightsError: the extractor's weights cannot be had.
        DataError: a clip's file has changed since the source was resolved.
    """
    rule, seen = frame_rule(parameters), pose_rule(parameters)
    boxes = {
        clip_id: boxes_at(
            person_boxes(of_clip), seen(int(n_frames)), rule(int(n_frames))
        ).round(4)
        for clip_id, n_frames, of_clip in zip(
            clips.clip_ids, clips.n_frames, found, strict=True
        )
    }
    network = FrameNetwork.of(parameters)
    networks = [MaskedNetwork(network, region, boxes) for region in regions]
    extracted = extract(source, split, rule, networks)
    return [_vectors(features, rule) for features in extracted]


def shown_frames(
    source: DataSource, split: SplitName, indices: dict[int, np.ndarray]
) -> list[np.ndarray]:
    """Some frames of some clips, as they were recorded.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        indices: mapping of a clip's number in the split to numbers of its frames.

    Returns:
        uint8 `[frames, height, width, 3]`, one array a clip.
    """
    records = getattr(source.layout, split)
    return [decode_frames(records[clip].path, i) for clip, i in indices.items()]


def middle_frame(source: DataSource, split: SplitName, clip: int) -> np.ndarray:
    """The middle frame of a clip as recorded, uint8 `[height, width, 3]`."""
    n_frames = int(source.clips(split).n_frames[clip])
    return shown_frames(source, split, {clip: np.array([n_frames // 2])})[0][0]


def example_frames(
    source: DataSource,
    clips: Clips,
    parameters: Parameters,
    *,
    n_frames: int,
    enhancement: str | None = None,
) -> tuple[list[np.ndarray], np.ndarray]:
    """Frames of each class's first training clip in which keypoints are detected.

    Args:
        source: `DataSource`. The clips.
        clips: `Clips`. Its training clips.
        parameters: `Parameters`. The run's.
        n_frames: int. Frames of each clip, at most.
        enhancement: str or None. In place of `parameters.pose_enhancement`. Defaults to
            None.

    Returns:
        Enhanced frames, one array a clip, uint8 `[frames, height, width, 3]`; and which
        of the clip's sampled frames they are, int64 `[frames]`, evenly spread.
    """
    n_frames = min(n_frames, parameters.pose_samples)
    shown = FrameRule("uniform", n_frames)(parameters.pose_samples)
    rule = pose_rule(parameters)
    frames = shown_frames(
        source,
        "train",
        {
            int(clip): rule(int(clips.n_frames[clip]))[shown]
            for clip in clips.first_of_each_class()
        },
    )
    name = enhancement or parameters.pose_enhancement
    return [enhanced(of_clip, name) for of_clip in frames], shown


def enhanced(frames: np.ndarray, enhancement: str) -> np.ndarray:
    """Frames after an enhancement, to be shown.

    Args:
        frames: uint8 `[frames, height, width, 3]`.
        enhancement: str. Its name, with parameters if need be.

    Returns:
        uint8, same shape.
    """
    levels = get_enhancement(enhancement)(frames).numpy()
    return np.clip(levels.round(), 0, 255).astype(np.uint8)


def _vectors(features: Sequence[np.ndarray], rule: FrameRule) -> FrameVectors:
    """As one array where all clips have as many sampled frames."""
    if isinstance(rule.n_samples, int):
        return FrameVectors(np.stack(features))
    return FrameVectors(tuple(features))

"""What a run's models look at: frame features, keypoints and masked frames of clips."""

from collections.abc import Collection, Sequence

import numpy as np

from darkhar.config import Parameters
from darkhar.data.clips import Clips
from darkhar.data.layout import SplitName
from darkhar.data.source import DataSource
from darkhar.data.video import decode_frames
from darkhar.enhancement.registry import get_enhancement
from darkhar.features.camera_network import CameraMotion
from darkhar.features.extraction import extract
from darkhar.features.frame_network import FrameNetwork
from darkhar.features.inputs import FrameVectors
from darkhar.features.keypoint_network import KeypointNetwork
from darkhar.features.masked_network import MaskedNetwork
from darkhar.pose.camera import held_still, is_supported
from darkhar.pose.person_masking import Region, boxes_at, person_boxes
from darkhar.pose.pose_clips import PoseClips, in_widths
from darkhar.pose.smoothing import at_equal_times
from darkhar.sampling.rules import FrameRule


def frame_rule(parameters: Parameters) -> FrameRule:
    """Which frames of a clip appearance looks at."""
    return FrameRule(parameters.sampler, parameters.n_samples, parameters.seed)


def pose_rule(parameters: Parameters) -> FrameRule:
    """The frames of a clip whose keypoints are shown, and looked at by default."""
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
        float32 `[clips, pose_samples, 17, 3]` for each, joints in the order of
        `darkhar.pose.joints.JOINTS`: y and x in units of the frame's height and width,
        and score in 0..1.

    Raises:
        WeightsError: MoveNet's weights cannot be had.
        DataError: a clip's file has changed since the source was resolved.
    """
    found = tracks(source, split, parameters, enhancements, tracking)
    if not parameters.pose_every_frame:
        return [np.stack(clips) for clips in found]
    rule = pose_rule(parameters)
    return [np.stack([clip[rule(len(clip))] for clip in clips]) for clips in found]


def poses(
    source: DataSource,
    split: SplitName,
    parameters: Parameters,
    enhancements: Sequence[str] | None = None,
    *,
    tracking: bool | None = None,
) -> list[PoseClips]:
    """What pose classifiers see of a split's clips, for each enhancement.

    Joints are put where a camera that is held still would have seen them, unless
    `pose_camera` says otherwise or too little of the background was seen
    (`darkhar.pose.camera.is_supported`).

    Args:
        source, split, parameters, enhancements, tracking: as in `keypoints`.

    Returns:
        `PoseClips` of `pose_samples` frames for each.

    Raises:
        WeightsError, DataError: as `keypoints`.
    """
    clips, rule = source.clips(split), _detected(parameters)
    still = parameters.pose_camera == "still"
    paths = camera_paths(source, split, parameters) if still else [None] * len(clips)

    def of_clip(track: np.ndarray, number: int) -> np.ndarray:
        seen = in_widths(track, *clips.frame_sizes[number])
        path = paths[number]
        if path is not None and is_supported(path):
            seen[..., :2] = held_still(seen[..., :2], path[rule(len(path))])
        if parameters.pose_every_frame:
            seen = at_equal_times(seen, parameters.pose_samples)
        return seen.astype(np.float32)

    return [
        PoseClips(
            np.stack([of_clip(track, number) for number, track in enumerate(found)]),
            clips.seconds,
        )
        for found in tracks(source, split, parameters, enhancements, tracking)
    ]


def camera_paths(
    source: DataSource, split: SplitName, parameters: Parameters
) -> list[np.ndarray]:
    """The camera's path through each clip of a split.

    Args:
        source, split, parameters: as in `frame_features`.

    Returns:
        float64 `[frames, 5]` a clip, as of `darkhar.pose.camera.camera_path`, of all
        its frames.

    Raises:
        WeightsError, DataError: as `keypoints`.
    """
    every_frame = FrameRule("uniform", 1.0)
    camera = CameraMotion(boxes_in_all_frames(source, split, parameters))
    (paths,) = extract(source, split, every_frame, [camera])
    return paths


def boxes_in_all_frames(
    source: DataSource, split: SplitName, parameters: Parameters
) -> dict[str, np.ndarray]:
    """The person's boxes, interpolated between frames whose keypoints are detected.

    Args:
        source, split, parameters: as in `frame_features`.

    Returns:
        By clip id, float64 `[frames, 4]`, as of
        `darkhar.pose.person_masking.person_boxes`.

    Raises:
        WeightsError, DataError: as `keypoints`.
    """
    clips, rule = source.clips(split), _detected(parameters)
    (found,) = tracks(source, split, parameters)
    return {
        clip_id: boxes_at(
            person_boxes(track), rule(int(n_frames)), np.arange(n_frames)
        ).round(4)
        for clip_id, n_frames, track in zip(
            clips.clip_ids, clips.n_frames, found, strict=True
        )
    }


def _detected(parameters: Parameters) -> FrameRule:
    """The frames in which keypoints are detected."""
    if parameters.pose_every_frame:
        return FrameRule("uniform", 1.0)
    return pose_rule(parameters)


def tracks(
    source: DataSource,
    split: SplitName,
    parameters: Parameters,
    enhancements: Sequence[str] | None = None,
    tracking: bool | None = None,
    clip_ids: Collection[str] | None = None,
) -> list[list[np.ndarray]]:
    """Keypoints in all frames in which they are detected, for each enhancement.

    Args:
        source, split, parameters, enhancements, tracking: as in `keypoints`.
        clip_ids: collection of str or None. Only these clips. None means all of the
            split. Defaults to None.

    Returns:
        For each a list of float32 `[frames, 17, 3]`, one a clip, as of `keypoints`.

    Raises:
        WeightsError, DataError: as `keypoints`.
    """
    if enhancements is None:
        enhancements = [parameters.pose_enhancement]
    networks = [
        KeypointNetwork.of(parameters, enhancement=name, tracking=tracking)
        for name in enhancements
    ]
    return extract(source, split, _detected(parameters), networks, clip_ids=clip_ids)


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

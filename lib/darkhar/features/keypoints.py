"""Keypoints of every clip of a split, from the cache or from MoveNet."""

from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np
import tensorflow as tf

from darkhar.backbones.engines import engine_for
from darkhar.config import Parameters
from darkhar.data.source import DataSource
from darkhar.data.video import decode_frames, probe
from darkhar.enhancement.registry import get_enhancement
from darkhar.features.clip_features import (
    ClipFeatureSet,
    ClipFunction,
    extract_clips,
    in_batches,
)
from darkhar.pose.movenet import MoveNet, get_movenet
from darkhar.pose.movenet_weights import resolve_movenet
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.tracking import track_clip
from darkhar.sampling.rules import get_rule

# Frames that pass MoveNet at once: more are slower on a CPU, whose cache the
# features of a small batch still fit.
_FRAMES_AT_ONCE = 8


def extract_keypoints(
    source: DataSource,
    split: Literal["train", "val"],
    *,
    parameters: Parameters,
    enhancement: str | None = None,
    tracking: bool | None = None,
    clip_ids: Collection[str] | None = None,
    progress: bool | None = None,
) -> ClipFeatureSet:
    """Keypoints of a split's clips: sampled, enhanced, detected, kept.

    As `darkhar.features.frame_features.extract_features`, with MoveNet in place of the
    image backbone. Which frames, and what is done with them, say the parameters
    whose names begin with `pose_`. Enhancement applies to whole frames at their own
    size.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        parameters: `Parameters`. The run's.
        enhancement: str or None. In place of `parameters.pose_enhancement`.
            Defaults to None.
        tracking: bool or None. In place of `parameters.pose_tracking`. Defaults to
            None.
        clip_ids: collection of str or None. Only these clips. None means all of the
            split. Defaults to None.
        progress: bool or None. Whether a progress bar is drawn. None means on a
            terminal only. Defaults to None.

    Returns:
        `ClipFeatureSet` whose `features` are keypoints, float32
        `[clips, frames, 17, 3]`, joints in the order of `JOINTS`: y and x in units
        of the frame's height and width, and score in 0..1.

    Raises:
        WeightsError: MoveNet's weights cannot be had.
        DataError: a clip does not decode.
    """
    if enhancement is None:
        enhancement = parameters.pose_enhancement
    if tracking is None:
        tracking = parameters.pose_tracking
    model, weights = parameters.pose_model, parameters.pose_weights
    file = resolve_movenet(model, weights)
    engine = engine_for(model, parameters.engine)
    return extract_clips(
        source,
        split,
        sampler="uniform",
        n_samples=parameters.pose_samples,
        seed=parameters.seed,
        enhancement=enhancement,
        extractor=f"{model}, tracking" if tracking else model,
        weights_sha256=file.sha256,
        engine=engine,
        module=__name__,
        build=lambda: clip_function(
            get_movenet(model, weights, engine=engine),
            enhancement,
            tracking=tracking,
        ),
        clip_ids=clip_ids,
        progress=progress,
    )


def pose_clips(clips: ClipFeatureSet) -> PoseClips:
    """Keypoints as `extract_keypoints` gives them, y and x in one unit.

    Args:
        clips: `ClipFeatureSet`. Its features are keypoints `[clips, frames, 17, 3]`
            with y in units of the frame's height and x of its width.
    """
    keypoints = clips.features.astype(np.float32)
    aspect = (clips.frame_sizes[:, 0] / clips.frame_sizes[:, 1]).astype(np.float32)
    keypoints[..., 0] *= aspect[:, np.newaxis, np.newaxis]
    return PoseClips(keypoints, clips.seconds)


def example_frames(
    source: DataSource,
    split: Literal["train", "val"],
    clips: Sequence[int],
    n_frames: int,
    *,
    parameters: Parameters,
    enhancement: str | None = None,
) -> tuple[list[np.ndarray], np.ndarray]:
    """Some of the frames in which keypoints are detected, enhanced, to be shown.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        clips: int. Which clips of the split.
        n_frames: int. Frames of each clip, at most.
        parameters: `Parameters`. The run's.
        enhancement: str or None. In place of `parameters.pose_enhancement`.
            Defaults to None.

    Returns:
        Frames, one array a clip, uint8 `[frames, height, width, 3]`; and which of
        the clip's sampled frames they are, int64 `[frames]`, evenly spread.
    """
    n_frames = min(n_frames, parameters.pose_samples)
    shown = get_rule("uniform", n_frames)(parameters.pose_samples)
    rule = get_rule("uniform", parameters.pose_samples)
    layer = get_enhancement(enhancement or parameters.pose_enhancement)
    frames = []
    for number in clips:
        path = getattr(source.layout, split)[number].path
        sampled = rule(probe(path).n_frames)[shown]
        enhanced = layer(decode_frames(path, sampled)).numpy()
        frames.append(np.clip(enhanced.round(), 0, 255).astype(np.uint8))
    return frames, shown


def clip_function(
    movenet: MoveNet, enhancement: str, *, tracking: bool
) -> ClipFunction:
    """From a clip's frames to keypoints: enhanced, then detected or tracked.

    Args:
        movenet: `MoveNet`.
        enhancement: str. Name of the enhancement.
        tracking: bool. Whether each frame but the first is looked at where the person
            was in the one before.
    """
    layer = get_enhancement(enhancement)
    if tracking:

        def enhanced(frames, clip_id):
            return (tf.cast(layer(frames), tf.float32),)

        return ClipFunction(enhanced, lambda frames: track_clip(movenet, frames))

    def fitted(frames, clip_id):
        return movenet.fitted(layer(frames)), tf.shape(frames)[1:3]

    def detect(images, frame_size):
        height, width = frame_size.numpy()
        return in_batches(
            lambda batch: movenet.detect_fitted(batch, height, width), _FRAMES_AT_ONCE
        )(images)

    return ClipFunction(fitted, detect)

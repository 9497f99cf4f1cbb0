"""A clip in, an action out."""

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np

from darkhar.config import Parameters
from darkhar.data.playback import decode_at_equal_times
from darkhar.enhancement.registry import get_enhancement
from darkhar.pose.camera import camera_path, held_still, is_supported
from darkhar.pose.joints import HIPS, MIN_SCORE, SHOULDERS
from darkhar.pose.movenet import MoveNet, get_movenet
from darkhar.pose.movenet_weights import resolve_movenet
from darkhar.pose.person_masking import person_boxes
from darkhar.pose.pose_clips import PoseClips, in_widths
from darkhar.pose.smoothing import at_equal_times
from darkhar.pose.tracking import track_clip
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.verdict import (
    CAMERA_LOST,
    NOBODY_SEEN,
    NONE_OF_THESE,
    NOT_SURE,
    TOO_SHORT,
    Verdict,
)

SHORTEST = 0.5
"""Seconds of the shortest clip that is judged."""
LONGEST = 60.0
"""Seconds of the longest file that is taken for one clip."""
# Of a file's frames, pixels; larger ones are made smaller.
_WIDEST = 640
# Frames that pass an enhancement at once.
_FRAMES_AT_ONCE = 32
FPS = 30.0
"""Frames a second that a file's clip is looked at with."""


@dataclasses.dataclass(frozen=True)
class Sighting:
    """What was seen in a clip.

    Args:
        keypoints: float64 `[frames, 17, 3]`. As the network found them: y and x in
            widths of the frame, and score.
        path: float64 `[frames, 5]`. The camera's, as of
            `darkhar.pose.camera.camera_path`.
        seconds: float. How long the clip lasts.
    """

    keypoints: np.ndarray
    path: np.ndarray
    seconds: float

    @property
    def is_somebody_seen(self) -> bool:
        """Whether the corners of the trunk are seen, in the mean over the clip."""
        return self.keypoints[:, SHOULDERS + HIPS, 2].mean() >= MIN_SCORE

    def poses(self, n_samples: int) -> PoseClips:
        """As a classifier sees them; the camera is held still if its path is known."""
        seen = self.keypoints.copy()
        if is_supported(self.path):
            seen[..., :2] = held_still(seen[..., :2], self.path)
        samples = at_equal_times(seen, n_samples).astype(np.float32)
        return PoseClips(samples[np.newaxis], np.array([self.seconds]))


@dataclasses.dataclass(frozen=True)
class Recognizer:
    """Names the action of a clip, or says why it does not.

    Args:
        parameters: `Parameters`. Which pose network looks at which enhanced frames, and
            how many samples a clip has; all frames are looked at, tracked.
        actions: str. In the order of the logits.
        classify: callable from `PoseClips` to logits, float64 `[clips, actions + 1]`,
            the last of none of these.
        confidence: `Confidence`.

    Example:

    >>> from darkhar.recognizer import load_recognizer
    >>> recognizer = load_recognizer()                        # doctest: +SKIP
    >>> recognizer.predict_file("clip.mp4").action            # doctest: +SKIP
    'Walk'
    """

    parameters: Parameters
    actions: tuple[str, ...]
    classify: Callable[[PoseClips], np.ndarray]
    confidence: Confidence

    def predict(self, frames: np.ndarray, fps: float = FPS) -> Verdict:
        """What is done in a clip.

        Args:
            frames: uint8 `[frames, height, width, 3]`, RGB, equally far apart in time.
            fps: float. Frames a second. Defaults to 30.

        Raises:
            ValueError: frames of another shape or type, or a rate that is not positive.
            WeightsError: MoveNet's weights cannot be had.
        """
        if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8:
            raise ValueError(
                "frames are uint8 [frames, height, width, 3]. Received:"
                f" {frames.dtype} {list(frames.shape)}"
            )
        if not fps > 0:
            raise ValueError(f"fps is positive. Received: {fps}")
        if len(frames) / fps < SHORTEST:
            return Verdict({}, TOO_SHORT)
        return self.judge(self.look(frames, fps))

    def predict_file(self, path: str | Path) -> Verdict:
        """What is done in a video file, looked at 30 times a second.

        Args:
            path: str or Path.

        Raises:
            DataError: it is missing, does not decode, or lasts longer than a minute.
            WeightsError: MoveNet's weights cannot be had.
        """
        frames = decode_at_equal_times(Path(path), FPS, width=_WIDEST, longest=LONGEST)
        return self.predict(frames, FPS)

    def look(self, frames: np.ndarray, fps: float) -> Sighting:
        """Where the joints are and what the camera does; arguments as of `predict`."""
        found = track_clip(self.movenet, self._brightened(frames))
        path = camera_path(frames, person_boxes(found))
        keypoints = in_widths(found, *frames.shape[1:3])
        return Sighting(keypoints, path, len(frames) / fps)

    def judge(self, sighting: Sighting) -> Verdict:
        """What a sighting amounts to."""
        if not sighting.is_somebody_seen:
            return Verdict({}, NOBODY_SEEN)
        logits = self.classify(sighting.poses(self.parameters.pose_samples))
        (found,) = self.confidence.probabilities(logits)
        probabilities = dict(zip(self.actions, found.tolist(), strict=True))
        if not is_supported(sighting.path):
            return Verdict(probabilities, CAMERA_LOST)
        if not self.confidence.answers(logits)[0]:
            is_none = 1 - found.sum() > found.max()
            return Verdict(probabilities, NONE_OF_THESE if is_none else NOT_SURE)
        return Verdict(probabilities)

    def _brightened(self, frames: np.ndarray) -> np.ndarray:
        """Frames after the enhancement, uint8; a few at a time pass it."""
        layer = get_enhancement(self.parameters.pose_enhancement)
        bright = np.empty_like(frames)
        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            some = layer(frames[start : start + _FRAMES_AT_ONCE]).numpy()
            bright[start : start + len(some)] = np.clip(some.round(), 0, 255)
        return bright

    @functools.cached_property
    def movenet(self) -> MoveNet:
        """The pose network; loaded on first use.

        Raises:
            WeightsError: its weights cannot be had.
            ParameterError: the engine is not here.
        """
        parameters = self.parameters
        weights = resolve_movenet(parameters.pose_model, parameters.pose_weights)
        return get_movenet(
            parameters.pose_model, weights.path, engine=parameters.engine
        )

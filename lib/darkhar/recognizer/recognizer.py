"""A clip in, an action out."""

import dataclasses
import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
import tensorflow as tf

from darkhar.config import DataError, Parameters
from darkhar.config.progress import progress_bar
from darkhar.data.playback import play, seconds_of
from darkhar.data.shots import shot_starts
from darkhar.enhancement.registry import get_enhancement
from darkhar.pose.camera import (
    camera_path,
    continued,
    from_own_first,
    held_still,
    is_supported,
)
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
    SEVERAL_SHOTS,
    TOO_SHORT,
    Verdict,
)
from darkhar.sampling.rules import uniform_indices

SHORTEST = 0.5
"""Seconds of the shortest clip that is judged."""
LONGEST = 60.0
"""Seconds of the longest file that is taken for one clip."""
WIDEST = 640
"""Of a file's frames, pixels; larger ones are made smaller."""
FPS = 30.0
"""Frames a second that a file is looked at with."""
# Frames that are in memory at once, and those that pass the enhancement at once.
_BLOCK, _ENHANCED = 128, 32


@dataclasses.dataclass(frozen=True)
class Sighting:
    """What was seen in a clip, or in a longer video.

    Args:
        keypoints: float64 `[frames, 17, 3]`. As the network found them: y and x in
            widths of the frame, and score.
        path: float64 `[frames, 5]`. The camera's, as of
            `darkhar.pose.camera.camera_path`.
        fps: float. Frames a second.
        shots: int. The first frame of each shot; the camera's path begins anew with
            each. Defaults to one shot.
    """

    keypoints: np.ndarray
    path: np.ndarray
    fps: float
    shots: tuple[int, ...] = (0,)

    def __len__(self) -> int:
        return len(self.keypoints)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self) / self.fps

    def part(self, start: int, stop: int) -> Self:
        """Some successive frames of a shot, as if the camera had been switched on with
        them."""
        path = from_own_first(self.path[start:stop])
        return Sighting(self.keypoints[start:stop], path, self.fps)

    @property
    def is_somebody_seen(self) -> bool:
        """Whether the corners of the trunk are seen, in the mean over the clip."""
        return self.keypoints[:, SHOULDERS + HIPS, 2].mean() >= MIN_SCORE

    @property
    def is_camera_known(self) -> bool:
        """Whether what the camera does is seen, from beginning to end."""
        return len(self.shots) == 1 and is_supported(self.path)

    def poses(self, parameters: Parameters) -> PoseClips:
        """As a classifier sees them.

        Args:
            parameters: `Parameters`. How many samples there are, whether these are made
                of all frames, and whether the camera is held still where its path is
                known.
        """
        seen = self.keypoints.copy()
        if parameters.pose_camera == "still" and self.is_camera_known:
            seen[..., :2] = held_still(seen[..., :2], self.path)
        if parameters.pose_every_frame:
            seen = at_equal_times(seen, parameters.pose_samples)
        else:
            seen = seen[uniform_indices(len(seen), parameters.pose_samples)]
        samples = seen.astype(np.float32)
        return PoseClips(samples[np.newaxis], np.array([self.seconds]))


@dataclasses.dataclass(frozen=True)
class Recognizer:
    """Names the action of a clip, or says why it does not.

    Args:
        parameters: `Parameters`. Which pose network looks at which enhanced frames,
            whether these are tracked, and what samples are made of; joints are looked
            for in all frames.
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

    def predict(self, frames: np.ndarray, fps: float = FPS) -> Verdict:
        """What is done in a clip.

        Args:
            frames: uint8 `[frames, height, width, 3]`, RGB, equally far apart in time.
            fps: float. Frames a second. Defaults to 30.

        Raises:
            ValueError: frames of another shape or type, or a rate that is not positive.
            WeightsError: MoveNet's weights cannot be had.
        """
        frames = np.asarray(frames)
        shape, dtype = frames.shape, frames.dtype
        if len(shape) != 4 or shape[-1] != 3 or dtype != np.uint8 or not frames.size:
            raise ValueError(
                "frames are uint8 [frames, height, width, 3], one or more. Received:"
                f" {dtype} {list(shape)}"
            )
        if not 0 < fps < np.inf:
            raise ValueError(f"fps is positive and finite. Received: {fps}")
        return self.judge(self.look([frames], fps))

    def predict_file(self, path: str | Path) -> Verdict:
        """What is done in a video file, taken for one clip.

        Args:
            path: str or Path.

        Raises:
            DataError: it is missing, does not decode, or lasts longer than a minute.
            WeightsError: MoveNet's weights cannot be had.
        """
        return self.judge(self.look_at(path, longest=LONGEST))

    def look_at(self, path: str | Path, *, longest: float = np.inf) -> Sighting:
        """Where the joints are in a video file, and what the camera does.

        It is looked at 30 times a second, a few frames at a time: of its length, memory
        holds the joints alone.

        Args:
            path: str or Path.
            longest: float. Seconds that it may last. Defaults to any length.

        Raises:
            DataError: it is missing, does not decode, or lasts longer.
            WeightsError: MoveNet's weights cannot be had.
        """
        path = Path(os.fsdecode(path))
        too_long = DataError(
            f"{path} lasts longer than {longest:g} s; look at it in windows"
            " (`--window 2`), or cut it into clips"
        )
        seconds = seconds_of(path)
        if seconds is not None and seconds > longest:
            raise too_long
        total = None if seconds is None else round(seconds * FPS)
        with progress_bar(path.name, total=total, unit="frame") as bar:

            def blocks() -> Iterator[np.ndarray]:
                frames, n_frames = play(path, FPS, width=WIDEST), 0
                while block := list(itertools.islice(frames, _BLOCK)):
                    yield np.stack(block)
                    bar.update(len(block))
                    n_frames += len(block)
                    if n_frames > longest * FPS:
                        raise too_long

            return self.look(blocks(), FPS)

    def look(self, blocks: Iterable[np.ndarray], fps: float) -> Sighting:
        """Where the joints are, and what the camera does.

        Joints of each frame are looked for where they were in the one before, if
        tracking is on, but for the first of each shot.

        Args:
            blocks: one or more uint8 `[frames, height, width, 3]`, RGB, one after the
                other in time, of one size.
            fps: float. Frames a second.
        """
        keypoints, paths, shots = [], [], [0]
        frame = joints = box = None
        for block, begins in _in_shots(blocks):
            if begins:
                shots.append(sum(map(len, paths)))
                frame = joints = box = None
            found = self._joints(block, joints)
            boxes = person_boxes(found)
            if frame is None:
                path = camera_path(block, boxes)
            else:
                on = camera_path(
                    np.concatenate([frame, block]), np.concatenate([box, boxes])
                )
                path = continued(on[1:], paths[-1][-1])
            keypoints.append(in_widths(found, *block.shape[1:3]))
            paths.append(path)
            frame, joints, box = block[-1:], found[-1], boxes[-1:]
        return Sighting(
            np.concatenate(keypoints), np.concatenate(paths), fps, tuple(shots)
        )

    def judge(self, sighting: Sighting) -> Verdict:
        """What a sighting amounts to."""
        return self.judge_all([sighting])[0]

    def judge_all(self, sightings: Sequence[Sighting]) -> list[Verdict]:
        """What each of several sightings amounts to."""
        blind = [_blindness(sighting) for sighting in sightings]
        seen = [
            sighting.poses(self.parameters)
            for sighting, reason in zip(sightings, blind, strict=True)
            if not reason
        ]
        logits = iter(self.classify(PoseClips.joined(seen)) if seen else ())
        return [
            Verdict({}, reason)
            if reason
            else self._verdict(next(logits)[np.newaxis], sighting)
            for sighting, reason in zip(sightings, blind, strict=True)
        ]

    def brightened(self, frames: np.ndarray) -> np.ndarray:
        """Frames as the pose network sees them, whole.

        Args:
            frames: uint8 `[frames, height, width, 3]`.

        Returns:
            uint8, same shape.
        """
        levels = self._enhance(frames).numpy()
        return np.clip(levels.round(), 0, 255).astype(np.uint8)

    def _verdict(self, logits: np.ndarray, sighting: Sighting) -> Verdict:
        (found,) = self.confidence.probabilities(logits)
        probabilities = dict(zip(self.actions, found.tolist(), strict=True))
        if len(sighting.shots) > 1:
            return Verdict(probabilities, SEVERAL_SHOTS)
        if not sighting.is_camera_known:
            return Verdict(probabilities, CAMERA_LOST)
        if not self.confidence.answers(logits)[0]:
            is_none = 1 - found.sum() > found.max()
            return Verdict(probabilities, NONE_OF_THESE if is_none else NOT_SURE)
        return Verdict(probabilities)

    def _joints(self, frames: np.ndarray, before: np.ndarray | None) -> np.ndarray:
        """In units of the frame, float32 `[frames, 17, 3]`."""
        found = []
        for start in range(0, len(frames), _ENHANCED):
            bright = self._enhance(frames[start : start + _ENHANCED]).numpy()
            if self.parameters.pose_tracking:
                found.append(track_clip(self.movenet, bright, before))
            else:
                found.append(self.movenet.detect(bright))
            before = found[-1][-1]
        return np.concatenate(found)

    @functools.cached_property
    def _enhance(self) -> Callable[[np.ndarray], tf.Tensor]:
        return get_enhancement(self.parameters.pose_enhancement)


def _in_shots(
    blocks: Iterable[np.ndarray],
) -> Iterator[tuple[np.ndarray, bool]]:
    """Blocks cut where a shot begins, each with whether one begins with it."""
    shown = None
    for block in blocks:
        starts, shown = shot_starts(block, shown)
        pieces = zip(np.split(block, starts), [0, *starts], strict=True)
        yield from ((piece, at in starts) for piece, at in pieces if len(piece))


def _blindness(sighting: Sighting) -> str:
    """Why a clip cannot be judged, if so."""
    if sighting.seconds < SHORTEST:
        return TOO_SHORT
    return "" if sighting.is_somebody_seen else NOBODY_SEEN

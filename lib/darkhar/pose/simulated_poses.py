"""Simulated people as a pose network would have found them in clips.

Nothing is rendered: joints come from the generator of the embedded clips
(`darkclips.joints`), and what MoveNet makes of joints from what was measured on these
(`darkhar.pose.detection_errors`).
"""

import dataclasses
from collections.abc import Sequence
from typing import Self

import numpy as np

from darkclips.camera import HEIGHT, WIDTH
from darkclips.joints import simulate_joints
from darkclips.motion import CLASSES, OTHERS
from darkhar.config import Parameters
from darkhar.pose.detection_errors import DetectionErrors, measured_errors
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.smoothing import at_equal_times
from darkhar.sampling.rules import uniform_indices
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf

NONE_OF_THESE = "none of these"
"""Name of a class of people who do something else (`darkclips.motion.OTHERS`)."""

# A camera whose path was measured is off by a walk of such steps, in widths of the
# frame a frame.
_CAMERA_STEP = 0.1 / WIDTH
# Height and width of the frame, in its widths.
_FRAME = np.array([HEIGHT / WIDTH, 1.0])


def acted(class_names: Sequence[str]) -> dict[str, int]:
    """Class ids of the actions that simulated people act, where there are two or more.

    Args:
        class_names: str. By class id; capitals do not count.
    """
    ids = {name.casefold(): number for number, name in enumerate(class_names)}
    found = {a: ids[a.casefold()] for a in CLASSES if a.casefold() in ids}
    return found if len(found) > 1 else {}


@dataclasses.dataclass(frozen=True)
class Simulation:
    """Simulated clips, looked at as a run looks at real ones.

    Args:
        count: int. How many clips; the actions take turns.
        every_frame: bool. Whether samples are made of all frames, or are frames.
        still: bool. Whether the camera's motion is taken out.
        errors: `DetectionErrors`. Of the pose network.
        acting: str. What is acted: some of `darkclips.motion.ACTIONS`. Defaults to the
            six classes.
        seed: int. Of who acts, where and how. Defaults to 0.
    """

    count: int
    every_frame: bool
    still: bool
    errors: DetectionErrors
    acting: tuple[str, ...] = CLASSES
    seed: int = 0

    @classmethod
    def of(cls, parameters: Parameters, count: int) -> Self:
        """As a run's clips are looked at.

        Args:
            parameters: `Parameters`. The run's.
            count: int. How many clips.
        """
        return cls(
            count=count,
            every_frame=parameters.pose_every_frame,
            still=parameters.pose_camera == "still",
            errors=measured_errors(parameters.pose_model),
        )

    @property
    def actions(self) -> list[str]:
        """What each clip shows."""
        return [self.acting[number % len(self.acting)] for number in range(self.count)]

    def labels(self, class_names: Sequence[str]) -> np.ndarray:
        """Class ids of the clips, -1 where no class is the action.

        Args:
            class_names: str. By class id; `NONE_OF_THESE` may be among them.

        Returns:
            int `[count]`.
        """
        ids = acted(class_names)
        if NONE_OF_THESE in class_names:
            ids |= dict.fromkeys(OTHERS, list(class_names).index(NONE_OF_THESE))
        return np.array([ids.get(action, -1) for action in self.actions])

    def poses(self, n_samples: int) -> PoseClips:
        """The clips; the same whenever asked for, simulated once and kept.

        Args:
            n_samples: int. Samples of each.
        """
        shelf = Shelf("features")
        keys = [key_of(part, self, n_samples) for part in ("keypoints", "seconds")]
        kept = [shelf.get_array(key) for key in keys]
        if any(part is None for part in kept):
            kept = self._simulated(n_samples)
            for key, part in zip(keys, kept, strict=True):
                shelf.put_array(key, part)
        return PoseClips(*kept)

    def _simulated(self, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
        """Keypoints and seconds."""
        clips, seconds = [], []
        tracks = simulate_joints(self.count, self.seed, actions=self.acting)
        for number, track in enumerate(tracks):
            random = np.random.default_rng([self.seed, number])
            found = self._found(track.joints, random)
            if self.still:
                steps = _CAMERA_STEP * random.normal(size=track.camera.shape)
                camera = track.camera + np.cumsum(steps, axis=0)
                found[..., :2] += camera[:, np.newaxis]
            if self.every_frame:
                found = at_equal_times(found, n_samples)
            else:
                found = found[uniform_indices(len(found), n_samples)]
            clips.append(found.astype(np.float32))
            seconds.append(track.seconds)
        return np.stack(clips), np.array(seconds)

    def _found(self, joints: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """What the network makes of a clip: it finds all joints within the frame."""
        found = self.errors.put_on(joints, random)
        outside = ((joints < 0) | (joints > _FRAME)).any(axis=-1)
        found[..., :2] = np.clip(found[..., :2], 0, _FRAME)
        found[..., 2] = np.where(outside, self.errors.score_astray, found[..., 2])
        return found

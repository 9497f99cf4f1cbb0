"""Keypoints of clips with what their geometry and time need."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from darkhar.pose.joints import MIRRORED


def in_widths(keypoints: np.ndarray, height: int, width: int) -> np.ndarray:
    """Keypoints with both coordinates in widths of the frame.

    Args:
        keypoints: float `[..., 17, 3]`: y and x in units of the frame's height and
            width, and score.
        height: int. Of the frame, pixels.
        width: int.

    Returns:
        float64, same shape.
    """
    return np.asarray(keypoints, np.float64) * [height / width, 1, 1]


@dataclasses.dataclass(frozen=True)
class PoseClips:
    """Keypoints of clips, in one unit of length and with their time.

    Args:
        keypoints: float32 `[clips, frames, 17, 3]`, joints in the order of
            `darkhar.pose.joints.JOINTS`: y (downwards) and x, both in widths
            of the frame, and score in 0..1. Frames are equally far apart in time.
        seconds: float64 `[clips]`. How long each clip lasts.
    """

    keypoints: np.ndarray
    seconds: np.ndarray

    def __len__(self) -> int:
        return len(self.keypoints)

    @property
    def rates(self) -> np.ndarray:
        """Sampled frames per second, float64 `[clips]`."""
        return self.keypoints.shape[1] / self.seconds

    @property
    def times(self) -> list[np.ndarray]:
        """Of each clip the times of its frames in seconds, float64 `[frames]`."""
        n_frames = self.keypoints.shape[1]
        centres = (np.arange(n_frames) + 0.5) / n_frames
        return [centres * seconds for seconds in self.seconds]

    @classmethod
    def joined(cls, parts: Sequence["PoseClips"]) -> "PoseClips":
        """Clips of several, one after the other; each has as many frames."""
        return cls(
            np.concatenate([part.keypoints for part in parts]),
            np.concatenate([part.seconds for part in parts]),
        )

    def select(self, indices: np.ndarray) -> "PoseClips":
        """Some of the clips, in the order of `indices`."""
        return PoseClips(self.keypoints[indices], self.seconds[indices])

    def mirrored(self) -> "PoseClips":
        """The clips as in a mirror: x becomes 1 - x, left joints become right ones.

        A mirrored action is the same action, which doubles the training clips.
        """
        keypoints = self.keypoints[:, :, list(MIRRORED)]
        keypoints[..., 1] = 1 - keypoints[..., 1]
        return PoseClips(keypoints, self.seconds)

    def with_mirrored(self) -> "PoseClips":
        """The clips and, after them, their mirror images."""
        return PoseClips.joined([self, self.mirrored()])

"""Keypoints of clips with what their geometry and time need."""

import dataclasses

import numpy as np

from darkhar.features.clip_features import ClipFeatureSet
from darkhar.features.pose.skeleton import MIRRORED


@dataclasses.dataclass(frozen=True)
class PoseClips:
    """Keypoints of clips, in one unit of length and with their time.

    Args:
        keypoints: float32 `[clips, frames, 17, 3]`, joints in the order of
            `darkhar.features.movenet.JOINTS`: y (downwards) and x, both in widths
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

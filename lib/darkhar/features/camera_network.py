"""The camera's motion through a clip, from its frames and where the person is."""

import dataclasses
from collections.abc import Mapping
from typing import Self

import numpy as np

from darkhar.features.extraction import ClipFunction
from darkhar.pose.camera import camera_path


@dataclasses.dataclass(frozen=True)
class CameraMotion:
    """What `darkhar.pose.camera.camera_path` makes of all frames of a clip.

    Args:
        boxes: mapping of clip id to float `[frames, 4]`, the person's boxes in all
            frames of the clip.
    """

    boxes: Mapping[str, np.ndarray]

    @property
    def title(self) -> str:
        """For progress bars."""
        return "the camera's motion"

    def of_clip(self, clip_id: str) -> Self:
        """With the clip's boxes alone."""
        return CameraMotion({clip_id: self.boxes[clip_id]})

    def start(self) -> ClipFunction:
        """From a clip's frames to its path, float64 `[frames, 5]`."""

        def compute(frames, clip_id) -> np.ndarray:
            boxes = self.boxes[clip_id.numpy().decode()]
            return camera_path(frames.numpy(), boxes)

        return ClipFunction(lambda frames, clip_id: (frames, clip_id), compute)

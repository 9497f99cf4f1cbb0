"""A network over frames without the person, or of the person without the frame."""

import dataclasses
from collections.abc import Mapping
from typing import Self

import numpy as np
import tensorflow as tf

from darkhar.features.extraction import ClipFunction
from darkhar.features.frame_network import FrameNetwork
from darkhar.pose.person_masking import Region, mask_region


@dataclasses.dataclass(frozen=True)
class MaskedNetwork:
    """A network that sees a part of each frame.

    Args:
        network: `FrameNetwork`.
        region: str. What is left of the frames, as in
            `darkhar.pose.person_masking.mask_region`.
        boxes: mapping of clip id to float `[frames, 4]`, the person's boxes in the
            frames that are looked at.
    """

    network: FrameNetwork
    region: Region
    boxes: Mapping[str, np.ndarray]

    @property
    def title(self) -> str:
        """For progress bars."""
        return f"{self.network.extractor}, {self.region}"

    def of_clip(self, clip_id: str) -> Self:
        """The network with the clip's boxes alone."""
        return dataclasses.replace(self, boxes={clip_id: self.boxes[clip_id]})

    def start(self) -> ClipFunction:
        """As the network's; of a still background, one frame a clip."""
        function = self.network.start()

        def mask(frames: np.ndarray, clip_id: bytes) -> np.ndarray:
            return mask_region(frames, self.boxes[clip_id.decode()], self.region)

        def prepare(frames, clip_id):
            shown = tf.numpy_function(mask, [frames, clip_id], tf.uint8)
            shown.set_shape([None, *frames.shape[1:]])
            return function.prepare(shown, clip_id)

        return ClipFunction(prepare, function.compute)

"""MoveNet over the frames of clips."""

import dataclasses
import functools
from pathlib import Path
from typing import Self

import tensorflow as tf

from darkhar.backbones.engines import engine_for, engine_version
from darkhar.config import POSE_MODELS, Parameters
from darkhar.enhancement.registry import enhancement_layer
from darkhar.features.extraction import ClipFunction
from darkhar.pose.movenet import MoveNet, get_movenet
from darkhar.pose.movenet_weights import resolve_movenet
from darkhar.pose.tracking import track_clip


@dataclasses.dataclass(frozen=True)
class KeypointNetwork:
    """Frames enhanced at their own size; the person's joints detected or tracked.

    Args:
        model: str. One of `darkhar.config.POSE_MODELS`.
        movenet: type. What computes it.
        enhancement: partial. Makes the enhancement's layer.
        tracking: bool. Whether each frame but the first is looked at where the person
            was in the one before.
        engine: str. What computes the network.
        engine_version: str. With its version.
        weights_sha256: str. Names the content of its files.
        weights: Path. The graph.
    """

    model: str
    movenet: type[MoveNet]
    enhancement: functools.partial
    tracking: bool
    engine: str = dataclasses.field(compare=False)
    engine_version: str
    weights_sha256: str
    weights: Path = dataclasses.field(compare=False)

    @classmethod
    def of(
        cls,
        parameters: Parameters,
        *,
        enhancement: str | None = None,
        tracking: bool | None = None,
    ) -> Self:
        """The network of a run.

        Args:
            parameters: `Parameters`. The run's.
            enhancement: str or None. In place of `parameters.pose_enhancement`.
                Defaults to None.
            tracking: bool or None. In place of `parameters.pose_tracking`. Defaults to
                None.

        Raises:
            WeightsError: MoveNet's weights cannot be had.
        """
        model = parameters.pose_model
        weights = resolve_movenet(model, parameters.pose_weights)
        engine = engine_for(model, parameters.engine)
        return cls(
            model=model,
            movenet=POSE_MODELS[model].load(),
            enhancement=enhancement_layer(enhancement or parameters.pose_enhancement),
            tracking=parameters.pose_tracking if tracking is None else tracking,
            engine=engine,
            engine_version=engine_version(engine),
            weights_sha256=weights.sha256,
            weights=weights.path,
        )

    @property
    def title(self) -> str:
        """For progress bars."""
        how = ", tracking" if self.tracking else ""
        return f"{self.model}{how}, enhancement {self.enhancement.keywords['name']}"

    def of_clip(self, clip_id: str) -> Self:
        """The network: it is the same for all clips."""
        del clip_id
        return self

    def start(self) -> ClipFunction:
        """From a clip's frames to keypoints, float32 `[frames, 17, 3]`."""
        movenet = get_movenet(self.model, self.weights, engine=self.engine)
        layer = self.enhancement()
        if self.tracking:

            def enhanced(frames, clip_id):
                return (tf.cast(layer(frames), tf.float32),)

            return ClipFunction(enhanced, lambda frames: track_clip(movenet, frames))

        def fitted(frames, clip_id):
            return movenet.fitted(layer(frames)), tf.shape(frames)[1:3]

        def detect(images, frame_size):
            height, width = frame_size.numpy()
            return movenet.detect_fitted(images, height, width)

        return ClipFunction(fitted, detect)

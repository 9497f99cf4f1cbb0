"""What fits of networks have in common: schedule, seed, order of clips, logits."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from darkhar.config.keras_settings import keras
from darkhar.data.pipeline_options import pipeline_options

# Takes the architecture's settings by name and gives a network with logits.
Build = Callable[..., keras.Model]

# Clips that are scored at once.
CLIPS_AT_ONCE = 256


@dataclasses.dataclass(frozen=True)
class Schedule:
    """How a network is fitted.

    Args:
        epochs: int. Epochs at most.
        batch_size: int. Clips per step.
        learning_rate: float. Adam's step size (Kingma & Ba 2015).
        patience: int or None. Epochs without a lower held-out loss before
            fitting stops. Needs held-out clips. Defaults to None.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    patience: int | None = None


def build_seeded(
    build: Build, architecture: Mapping[str, Any], seed: int
) -> keras.Model:
    """A network with the fresh weights of a seed, which is the global one from now."""
    keras.utils.set_random_seed(seed)
    return build(**architecture)


def clip_orders(n_clips: int, seed: int) -> Iterator[np.ndarray]:
    """Orders in which clips are shown, epoch after epoch without end.

    Args:
        n_clips: int.
        seed: int. The orders depend on TensorFlow's global seed, too.

    Returns:
        Iterator of int64 `[n_clips]`, each clip once, another order in each epoch.
    """
    clips = tf.data.Dataset.range(n_clips).shuffle(n_clips, seed=seed)
    epochs = clips.batch(n_clips).repeat().with_options(pipeline_options())
    return epochs.as_numpy_iterator()


def network_logits(model: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """Logits, float32 `[clips, classes]`, of a fitted network."""
    return np.concatenate(
        [
            keras.ops.convert_to_numpy(
                model(inputs[start : start + CLIPS_AT_ONCE], training=False)
            )
            for start in range(0, len(inputs), CLIPS_AT_ONCE)
        ]
    )

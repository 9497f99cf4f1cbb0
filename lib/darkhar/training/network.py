"""Fitting a network: traced once, then fitted as often as need be from fresh weights.

Tracing a training step takes longer than many a fold's training. Networks of one
architecture share one trace; each fit starts from weights, random states and an
optimizer of its own, so that no fit depends on those before it. Keras would set up
its input pipeline anew in every epoch, which takes as long as the epoch: here one
pipeline goes through all epochs, and only that of the held-out clips starts anew.
"""

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

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


def fit_network(
    build: Build,
    architecture: Mapping[str, Any],
    inputs: np.ndarray,
    labels: np.ndarray,
    *,
    schedule: Schedule,
    seed: int,
    held_out: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[keras.Model, dict[str, list[float]]]:
    """Fits a network with fresh weights.

    The loss is sparse categorical cross-entropy from logits, the optimizer Adam.
    With held-out clips, fitting stops early on their loss and the weights of the
    epoch with the lowest held-out loss are kept.

    Args:
        build: callable. Called with `architecture` as keyword arguments.
        architecture: mapping of name to hashable value.
        inputs: float32 `[clips, ...]`.
        labels: int `[clips]`.
        schedule: `Schedule`.
        seed: int. Seed of initial weights, shuffling and dropout.
        held_out: inputs and labels of the held-out clips. Defaults to None.

    Returns:
        The fitted network, and its history: `loss`, `accuracy` and, with held-out
        clips, `val_loss`, `val_accuracy`, each a list with one float an epoch.
    """
    settings = tuple(sorted(architecture.items()))
    trainer, optimizer_state = _trainer(build, settings, schedule.learning_rate)
    # Only now: what a first trace draws must not be missing from later fits.
    model = build_seeded(build, architecture, seed)
    _assign(trainer.variables, model.variables)
    _assign(trainer.optimizer.variables, optimizer_state)
    callbacks = []
    if held_out is not None:
        callbacks.append(
            keras.callbacks.EarlyStopping(
                "val_loss", patience=schedule.patience, restore_best_weights=True
            )
        )
    validation: dict[str, Any] = {}
    if held_out is not None:
        validation = {
            "validation_data": batches(*held_out, batch_size=CLIPS_AT_ONCE),
            "validation_steps": math.ceil(len(held_out[1]) / CLIPS_AT_ONCE),
        }
    history = trainer.fit(
        batches(inputs, labels, batch_size=schedule.batch_size, seed=seed),
        steps_per_epoch=math.ceil(len(labels) / schedule.batch_size),
        epochs=schedule.epochs,
        callbacks=callbacks,
        shuffle=False,  # the batches are
        verbose=0,
        **validation,
    )
    model.set_weights(trainer.get_weights())
    return model, {
        name: [float(value) for value in values]
        for name, values in history.history.items()
    }


def build_seeded(
    build: Build, architecture: Mapping[str, Any], seed: int
) -> keras.Model:
    """A network with the fresh weights of a seed, which is the global one from now."""
    keras.utils.set_random_seed(seed)
    return build(**architecture)


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


def batches(
    inputs: np.ndarray, labels: np.ndarray, *, batch_size: int, seed: int | None = None
) -> tf.data.Dataset:
    """Batches of clips, epoch after epoch without end.

    Args:
        inputs: float32 `[clips, ...]`.
        labels: int `[clips]`.
        batch_size: int. Clips of a batch; the last one of each epoch may hold fewer.
        seed: int or None. Seed of the order of clips, another in each epoch; it
            depends on TensorFlow's global seed, too. None means that they come in
            their own order. Defaults to None.

    Returns:
        `tf.data.Dataset` of pairs of inputs and labels.
    """
    inputs, labels = tf.constant(inputs), tf.constant(labels)
    return batches_of_indices(len(labels), batch_size, seed).map(
        lambda chosen: (tf.gather(inputs, chosen), tf.gather(labels, chosen))
    )


def batches_of_indices(
    n_clips: int, batch_size: int, seed: int | None
) -> tf.data.Dataset:
    """As `batches`, of the clips' numbers.

    Args:
        n_clips: int.
        batch_size, seed: as in `batches`.

    Returns:
        `tf.data.Dataset` of int64 `[batch]`.
    """
    clips = tf.data.Dataset.range(n_clips)
    if seed is not None:
        clips = clips.shuffle(n_clips, seed=seed)
    return clips.batch(batch_size).repeat().with_options(pipeline_options())


@functools.lru_cache(maxsize=8)
def _trainer(
    build: Build, settings: tuple[tuple[str, Any], ...], learning_rate: float
) -> tuple[keras.Model, list[np.ndarray]]:
    """A compiled network and its optimizer's first state."""
    model = build(**dict(settings))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.optimizer.build(model.trainable_variables)
    return model, [np.array(variable) for variable in model.optimizer.variables]


def _assign(variables, values) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)

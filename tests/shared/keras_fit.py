"""Fits by Keras itself, which the library's are held against.

Networks of one architecture share one trace, which takes longer than many a fit, and
one pipeline goes through all epochs: Keras would set it up anew in each.
"""

import functools
import math

import keras
import numpy as np
import tensorflow as tf

from darkhar.training.network import CLIPS_AT_ONCE, build_seeded


def keras_fit(
    build, architecture, inputs, labels, *, schedule, seed, held_out=None, epochs=None
):
    """A network fitted by `keras.Model.fit`, and its history.

    Args:
        build, architecture, inputs, labels, schedule: as of
            `darkhar.training.fit_networks.fit_networks`; all clips are fitted.
        seed, epochs: as of `darkhar.training.fit_jobs.FitJob`.
        held_out: inputs and labels of the held-out clips, or None.
    """
    settings = tuple(sorted(architecture.items()))
    trainer, optimizer_state = _trainer(build, settings)
    # Only now: what a first trace draws must not be missing from later fits.
    model = build_seeded(build, architecture, seed)
    _assign(trainer.variables, model.variables)
    _assign(trainer.optimizer.variables, optimizer_state)
    trainer.optimizer.learning_rate = schedule.learning_rate
    options = {}
    if held_out is not None:
        options = {
            "validation_data": _batches(*held_out, CLIPS_AT_ONCE),
            "validation_steps": math.ceil(len(held_out[1]) / CLIPS_AT_ONCE),
            "callbacks": [
                keras.callbacks.EarlyStopping(
                    "val_loss", patience=schedule.patience, restore_best_weights=True
                )
            ],
        }
    history = trainer.fit(
        _batches(inputs, labels, schedule.batch_size, seed),
        steps_per_epoch=math.ceil(len(labels) / schedule.batch_size),
        epochs=epochs or schedule.epochs,
        shuffle=False,  # the batches are
        verbose=0,
        **options,
    )
    model.set_weights(trainer.get_weights())
    return model, history.history


def _batches(inputs, labels, batch_size, seed=None):
    """Batches of clips, the last one of each epoch what is left; shuffled by a seed."""
    clips = tf.data.Dataset.from_tensor_slices((inputs, labels))
    if seed is not None:
        clips = clips.shuffle(len(labels), seed=seed)
    return clips.batch(batch_size).repeat()


@functools.lru_cache(maxsize=8)
def _trainer(build, settings):
    """A compiled network and its optimizer's first state."""
    model = build(**dict(settings))
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.optimizer.build(model.trainable_variables)
    return model, [np.array(variable) for variable in model.optimizer.variables]


def _assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)

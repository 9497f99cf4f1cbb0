"""Steps of a network's fit, compiled by XLA: hundreds of them are one call."""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from darkhar.config.keras_settings import keras
from darkhar.models.compilable import compilable

# Adam's (Kingma & Ba 2015, in the form before section 2.1), as Keras sets them.
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7
# Steps of one call at most. Always the same, so that it is compiled once.
_STEPS = 512

_Tensors = list[tf.Tensor]


class FitState(NamedTuple):
    """What the fit of a network has come to.

    Args:
        weights: list of float32. Trainable variables.
        others: list. All other variables, which are random states.
        mean, square: list of float32. Adam's moments of `weights`.
        n_steps: float32 `[]`. Steps that were made.
    """

    weights: _Tensors
    others: _Tensors
    mean: _Tensors
    square: _Tensors
    n_steps: tf.Tensor


def fresh_state(model: keras.Model) -> FitState:
    """The state before the first step, of a network with fresh weights."""
    weights = [tf.constant(variable.value) for variable in model.trainable_variables]
    others = [tf.constant(variable.value) for variable in model.non_trainable_variables]
    zeros = [tf.zeros_like(value) for value in weights]
    return FitState(weights, others, zeros, zeros, tf.constant(0.0))


class CompiledSteps:
    """Steps of one architecture.

    Args:
        model: `keras.Model` of that architecture. Its own weights don't matter.

    Raises:
        ValueError: layers have losses of their own, or cannot be compiled.
    """

    def __init__(self, model: keras.Model):
        if model.losses:
            raise ValueError(
                f"'{model.name}' has losses of its own, which are not fitted"
            )
        twin = compilable(model)
        # Not methods: TensorFlow would take those of all architectures for one function
        # and warn that it is traced too often.
        self._fit = tf.function(
            functools.partial(_steps, twin), jit_compile=True, autograph=False
        )
        # Traced once for any number of clips.
        self._score = tf.function(
            functools.partial(_logits, twin),
            input_signature=(
                [tf.TensorSpec(v.shape, v.dtype) for v in twin.trainable_variables],
                [tf.TensorSpec(v.shape, v.dtype) for v in twin.non_trainable_variables],
                tf.TensorSpec(twin.input_shape, twin.inputs[0].dtype),
            ),
            autograph=False,
        )

    def fit(
        self,
        state: FitState,
        inputs: tf.Tensor,
        labels: tf.Tensor,
        clips: np.ndarray,
        counts: np.ndarray,
        *,
        learning_rate: float,
    ) -> tuple[FitState, np.ndarray]:
        """Makes steps of Adam on the mean cross-entropy of batches.

        Args:
            state: `FitState`.
            inputs: float32 `[clips, ...]`. Of all clips.
            labels: int32 `[clips]`.
            clips: int `[steps, batch]`. Each step's batch, as numbers of clips.
            counts: float `[steps, batch]`. 1 for a clip that counts, 0 for one that
                fills up the batch; layers must not mix clips.
            learning_rate: float. Adam's step size.

        Returns:
            The state after them, and for each step the summed cross-entropy and the
            right answers of its batch with the weights before it, float32 `[steps, 2]`.
        """
        sums = []
        for start in range(0, len(clips), _STEPS):
            some = slice(start, start + _STEPS)
            n_steps = len(clips[some])
            filled_up = [(0, _STEPS - n_steps), (0, 0)]
            state, of_each = self._fit(
                state,
                inputs,
                labels,
                tf.constant(np.pad(clips[some], filled_up), tf.int32),
                tf.constant(np.pad(counts[some], filled_up), tf.float32),
                tf.constant(n_steps),
                tf.constant(learning_rate, tf.float32),
            )
            sums.append(of_each.numpy()[:n_steps])
        return state, np.concatenate(sums)

    def score(self, state: FitState, inputs: tf.Tensor) -> tuple[FitState, np.ndarray]:
        """Logits of clips, float32 `[clips, classes]`, after the state they lead to.

        Layers may draw masks of dropout here, too, without using them.

        Args:
            state: `FitState`.
            inputs: float32 `[clips, ...]`.
        """
        logits, others = self._score(state.weights, state.others, inputs)
        return state._replace(others=others), logits.numpy()


@functools.lru_cache(maxsize=8)
def compiled_steps(
    build: Callable[..., keras.Model],
    settings: tuple[tuple[str, Any], ...],
) -> CompiledSteps:
    """`CompiledSteps` of an architecture, the same whenever asked for.

    Args:
        build: callable. Called with `settings` as keyword arguments.
        settings: pairs of a name and a hashable value.
    """
    return CompiledSteps(build(**dict(settings)))


def _logits(twin, weights, others, inputs):
    return twin.stateless_call(weights, others, inputs, training=False)


def _steps(twin, state, inputs, labels, clips, counts, n_steps, learning_rate):
    def step(number, state, sums):
        chosen = clips[number]
        state, of_batch = _step(
            twin,
            state,
            tf.gather(inputs, chosen),
            tf.gather(labels, chosen),
            counts[number],
            learning_rate,
        )
        return number + 1, state, sums.write(number, of_batch)

    sums = tf.TensorArray(tf.float32, _STEPS, element_shape=(2,))
    _, state, sums = tf.while_loop(
        lambda number, *_: number < n_steps, step, (0, state, sums)
    )
    return state, sums.stack()


def _step(twin, state, inputs, labels, counts, learning_rate):
    with tf.GradientTape() as tape:
        tape.watch(state.weights)
        logits, others = twin.stateless_call(
            state.weights, state.others, inputs, training=True
        )
        losses = counts * tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        loss = tf.reduce_sum(losses) / tf.reduce_sum(counts)
    gradients = tape.gradient(loss, state.weights)
    right = counts * tf.cast(
        tf.argmax(logits, 1, output_type=labels.dtype) == labels, tf.float32
    )
    of_batch = tf.stack([tf.reduce_sum(losses), tf.reduce_sum(right)])
    return _adam(state, gradients, others, learning_rate), of_batch


def _adam(
    state: FitState, gradients: _Tensors, others: _Tensors, learning_rate: tf.Tensor
) -> FitState:
    n_steps = state.n_steps + 1
    size = (
        learning_rate
        * tf.sqrt(1 - tf.pow(_BETA_2, n_steps))
        / (1 - tf.pow(_BETA_1, n_steps))
    )
    mean = [
        _BETA_1 * old + (1 - _BETA_1) * gradient
        for old, gradient in zip(state.mean, gradients, strict=True)
    ]
    square = [
        _BETA_2 * old + (1 - _BETA_2) * gradient**2
        for old, gradient in zip(state.square, gradients, strict=True)
    ]
    weights = [
        old - size * m / (tf.sqrt(s) + _EPSILON)
        for old, m, s in zip(state.weights, mean, square, strict=True)
    ]
    return FitState(weights, others, mean, square, n_steps)

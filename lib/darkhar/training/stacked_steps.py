"""Steps of several networks of one architecture at once, whose weights are stacked."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

# Adam's (Kingma & Ba 2015, in the form before section 2.1), as Keras sets them.
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7

# One tensor a variable, `[networks, ...]`.
_Stack = list[tf.Tensor]


class StackedState(NamedTuple):
    """What fits of several networks have come to.

    Args:
        weights: list of float32 `[networks, ...]`. Trainable variables.
        others: list of `[networks, ...]`. All other variables, such as random states.
        mean, square: list of float32 `[networks, ...]`. Adam's moments of `weights`.
        n_steps: float32 `[networks]`. Steps that were made.
    """

    weights: _Stack
    others: _Stack
    mean: _Stack
    square: _Stack
    n_steps: tf.Tensor

    @property
    def variables(self) -> _Stack:
        """Trainable variables, then the others."""
        return self.weights + self.others


class StackedSteps(NamedTuple):
    """Traced steps of one architecture.

    Both are called with a `StackedState`, the inputs `[clips, ...]` and labels int32
    `[clips]` of all clips, each network's batch as numbers of clips, int32
    `[networks, batch]`, and which of these count, float32 of the same shape.

    Args:
        fit: callable. Makes one step of Adam on the mean cross-entropy of a batch; a
            network without clips stays as it is. Returns the state after it and, for
            the weights before it, the summed cross-entropy, right answers and clips of
            each network's batch, float32 `[networks]` each.
        score: callable. Makes no step; returns the same and the logits, float32
            `[networks, batch, classes]`.
    """

    fit: Callable[..., Any]
    score: Callable[..., Any]


def stacked_state(models: Sequence[keras.Model]) -> StackedState:
    """The state before the first step, of networks with fresh weights."""

    def stack(of_each: Sequence[list[keras.Variable]]) -> _Stack:
        return [
            tf.stack([variable.value for variable in values])
            for values in zip(*of_each, strict=True)
        ]

    weights = stack([model.trainable_variables for model in models])
    others = stack([model.non_trainable_variables for model in models])
    zeros = [tf.zeros_like(values) for values in weights]
    return StackedState(weights, others, zeros, zeros, tf.zeros(len(models)))


@functools.lru_cache(maxsize=8)
def stacked_steps(
    build: Callable[..., keras.Model],
    settings: tuple[tuple[str, Any], ...],
    learning_rate: float,
) -> StackedSteps:
    """Steps of an architecture, traced at their first call for a number of networks.

    Args:
        build: callable. Called with `settings` as keyword arguments.
        settings: pairs of a name and a hashable value.
        learning_rate: float. Adam's step size.

    Raises:
        ValueError: layers have losses of their own.
    """
    model = build(**dict(settings))
    if model.losses:
        raise ValueError(f"'{model.name}' has losses of its own, which are not fitted")

    def outcome(logits: tf.Tensor, labels: tf.Tensor, counts: tf.Tensor):
        losses = counts * tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        right = counts * tf.cast(
            tf.argmax(logits, 1, output_type=labels.dtype) == labels, tf.float32
        )
        return [tf.reduce_sum(values) for values in (losses, right, counts)]

    def one_gradient(weights, others, inputs, labels, counts):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            logits, others = model.stateless_call(
                weights, others, inputs, training=True
            )
            summed, right, clips = outcome(logits, labels, counts)
            loss = summed / tf.maximum(clips, 1.0)
        return tape.gradient(loss, weights), others, (summed, right, clips)

    def one_scored(weights, others, inputs, labels, counts):
        # Keras' layers may draw masks of dropout here, too, without using them.
        logits, others = model.stateless_call(weights, others, inputs, training=False)
        return others, outcome(logits, labels, counts), logits

    def over_networks(function, state, inputs, labels, clips, counts):
        return tf.vectorized_map(
            lambda of_network: function(*of_network),
            (
                state.weights,
                state.others,
                tf.gather(inputs, clips),
                tf.gather(labels, clips),
                counts,
            ),
            # Random draws are made for one network after the other: no reason to warn.
            warn=False,
        )

    # One kernel instead of a dozen passes over all weights.
    @tf.function(jit_compile=True)
    def update(state, gradients, others, has_clips):
        return _where(has_clips, _adam(state, gradients, others, learning_rate), state)

    @tf.function(reduce_retracing=True)
    def fit(state, inputs, labels, clips, counts):
        gradients, others, sums = over_networks(
            one_gradient, state, inputs, labels, clips, counts
        )
        return update(state, gradients, others, sums[2] > 0), sums

    @tf.function(reduce_retracing=True)
    def score(state, inputs, labels, clips, counts):
        others, sums, logits = over_networks(
            one_scored, state, inputs, labels, clips, counts
        )
        others = _where(sums[2] > 0, others, state.others)
        return state._replace(others=others), sums, logits

    return StackedSteps(fit, score)


def _adam(
    state: StackedState, gradients: _Stack, others: _Stack, learning_rate: float
) -> StackedState:
    """A step of each network's own Adam."""
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
        old - _along(size, old) * m / (tf.sqrt(s) + _EPSILON)
        for old, m, s in zip(state.weights, mean, square, strict=True)
    ]
    return StackedState(weights, others, mean, square, n_steps)


def _where(networks: tf.Tensor, new: Any, old: Any) -> Any:
    """The new values of some networks, bool `[networks]`, and the old of the others."""
    return tf.nest.map_structure(
        lambda a, b: tf.where(_along(networks, a), a, b), new, old
    )


def _along(of_networks: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """One value a network `[networks]`, shaped so as to go with `[networks, ...]`."""
    return tf.reshape(of_networks, [-1] + [1] * (values.shape.rank - 1))

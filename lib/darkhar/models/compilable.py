"""Networks of Keras' layers as XLA computes them quickly and with the same draws.

XLA makes a fit of a small network many times quicker, as most of a step is spent on
getting from one operation to the next. Three things of Keras' layers stand against it:

- dropout: from the same bits, XLA makes other random numbers than TensorFlow does;
- convolutions: their gradients are written out as loops over single numbers;
- the LSTM: its inputs are projected frame by frame, so that the gradient of the
  projection is a sum of one matrix a frame, and its directions come one after another.

A twin has layers in their place with the same variables and the same numbers.
"""

import tensorflow as tf

from darkhar.config.keras_settings import keras


def compilable(network: keras.Model) -> keras.Model:
    """A network's twin, to be called with the network's variables.

    Args:
        network: `keras.Model`, of layers or functional. Layers that draw at random are
            dropout and bidirectional LSTMs that give their last state; none keeps
            statistics.

    Returns:
        `keras.Model`. Its variables are of the shapes of the network's and in their
        order; its outputs and draws are the network's, but for rounding.

    Raises:
        ValueError: layers that draw at random in another way, or keep statistics.
    """
    twin = keras.models.clone_model(network, clone_function=_twin_of)
    states = [g.state for layer in twin.layers for g in _generators(layer)]
    for variable in twin.non_trainable_variables:
        if not any(variable is state for state in states):
            raise ValueError(
                f"'{network.name}' cannot be compiled: '{variable.path}' is of a layer"
                " that draws at random or keeps statistics"
            )
    return twin


def _twin_of(layer: keras.Layer) -> keras.Layer:
    kind = next((kind for kind in _TWINS if type(layer) is kind), None)
    twin = _TWINS[kind] if kind and _TWINS[kind].can_replace(layer) else type(layer)
    return twin.from_config(layer.get_config())


def _generators(layer: keras.Layer) -> list[keras.random.SeedGenerator]:
    """What a layer of a twin draws its random numbers by."""
    if isinstance(layer, _Dropout):
        return [layer.seed_generator] if layer.rate else []
    if isinstance(layer, _BidirectionalLSTM):
        return [cell.seed_generator for cell in layer.cells]
    return []


def _kept(shape, rate: float, generator: keras.random.SeedGenerator) -> tf.Tensor:
    """What `keras.random.dropout` makes of ones, float32, compiled or not.

    The same bits are drawn either way; TensorFlow takes the lower 23 of 32 for a number
    in [0, 1), XLA the upper.
    """
    bits = tf.random.stateless_uniform(
        shape,
        seed=keras.ops.cast(generator.next(), "int32"),
        minval=None,
        maxval=None,
        dtype=tf.uint32,
        alg="philox",
    )
    uniform = tf.bitcast((bits & 0x7FFFFF) | 0x3F800000, tf.float32) - 1.0
    return tf.where(uniform >= rate, 1 / (1 - rate), 0.0)


class _Dropout(keras.layers.Dropout):
    @staticmethod
    def can_replace(layer: keras.layers.Dropout) -> bool:
        return layer.noise_shape is None

    def call(self, inputs, training=False):
        if not (training and self.rate):
            return inputs
        return inputs * _kept(keras.ops.shape(inputs), self.rate, self.seed_generator)


class _OverFrames:
    """A convolution over the first axis as one product of matrices.

    Each frame's vector is put beside those of the frames that the kernel sees.
    """

    @staticmethod
    def can_replace(layer) -> bool:
        size, *others = layer.kernel_size
        return (
            size % 2 == 1
            and set(others) <= {1}
            and set(layer.strides) == {1}
            and layer.padding == "same"
            and layer.groups == 1
            and layer.data_format == "channels_last"
        )

    def call(self, inputs):
        size, dilation = self.kernel_size[0], self.dilation_rate[0]
        n_frames = inputs.shape[1]
        reach = dilation * (size // 2)
        padded = keras.ops.pad(
            inputs, [(0, 0), (reach, reach)] + [(0, 0)] * (inputs.ndim - 2)
        )
        seen = keras.ops.concatenate(
            [padded[:, i * dilation :][:, :n_frames] for i in range(size)], axis=-1
        )
        outputs = keras.ops.matmul(
            seen, keras.ops.reshape(self.kernel, (-1, self.filters))
        )
        if self.use_bias:
            outputs = outputs + self.bias
        return self.activation(outputs)


class _Conv1D(_OverFrames, keras.layers.Conv1D):
    pass


class _Conv2D(_OverFrames, keras.layers.Conv2D):
    pass


class _BidirectionalLSTM(keras.layers.Bidirectional):
    """Projects the inputs of all frames at once, and goes in both directions at once.

    A step is that of Hochreiter & Schmidhuber (1997), with forget gates (Gers et al.
    2000).
    """

    @staticmethod
    def can_replace(layer: keras.layers.Bidirectional) -> bool:
        lstm = layer.forward_layer
        if type(lstm) is not keras.layers.LSTM or layer.merge_mode != "concat":
            return False
        plain = keras.layers.LSTM(lstm.units, dropout=lstm.dropout, name=lstm.name)
        return lstm.get_config() == plain.get_config()

    @property
    def cells(self) -> list[keras.layers.LSTMCell]:
        return [self.forward_layer.cell, self.backward_layer.cell]

    def call(self, sequences, initial_state=None, mask=None, training=None):
        """From float32 `[clips, frames, dim]` to `[clips, 2 * units]`."""
        n_frames = keras.ops.shape(sequences)[1]
        gates = [self._projected(sequences, cell, training) for cell in self.cells]
        gates = _each_way(gates[0], gates[1])
        read = [_by_frame(gates)]
        if mask is not None:
            read.append(_by_frame(_each_way(mask[..., None], mask[..., None])))
        recurrent = keras.ops.stack(
            [cell.recurrent_kernel.value for cell in self.cells]
        )

        def step(frame, state, cell):
            of_inputs, *seen = [values.read(frame) for values in read]
            i, f, g, o = keras.ops.split(
                of_inputs + keras.ops.matmul(state, recurrent), 4, axis=-1
            )
            new = keras.ops.sigmoid(f) * cell + keras.ops.sigmoid(i) * keras.ops.tanh(g)
            after = keras.ops.sigmoid(o) * keras.ops.tanh(new)
            if seen:
                new, after = (
                    keras.ops.where(*seen, new, cell),
                    keras.ops.where(*seen, after, state),
                )
            return frame + 1, after, new

        nothing = keras.ops.zeros_like(gates[0, ..., : recurrent.shape[1]])
        _, state, _ = tf.while_loop(
            lambda frame, *_: frame < n_frames,
            step,
            (0, nothing, nothing),
            maximum_iterations=n_frames,  # which XLA needs for the gradient
        )
        return keras.ops.concatenate([state[0], state[1]], axis=-1)

    @staticmethod
    def _projected(sequences, cell, training):
        if cell.dropout:
            # Drawn even if not used, as Keras' LSTM does; once for all frames.
            shape = keras.ops.shape(sequences)
            kept = _kept((shape[0], 1, shape[2]), cell.dropout, cell.seed_generator)
            sequences = sequences * kept if training else sequences
        return keras.ops.matmul(sequences, cell.kernel) + cell.bias


def _each_way(forward, backward):
    """Two of `[clips, frames, dim]`, one in reverse, as `[frames, 2, clips, dim]`."""
    both = keras.ops.stack([forward, keras.ops.flip(backward, axis=1)])
    return keras.ops.transpose(both, (2, 0, 1, 3))


def _by_frame(values: tf.Tensor) -> tf.TensorArray:
    n_frames = keras.ops.shape(values)[0]
    array = tf.TensorArray(values.dtype, n_frames, element_shape=values.shape[1:])
    return array.unstack(values)


_TWINS = {
    keras.layers.Dropout: _Dropout,
    keras.layers.Conv1D: _Conv1D,
    keras.layers.Conv2D: _Conv2D,
    keras.layers.Bidirectional: _BidirectionalLSTM,
}

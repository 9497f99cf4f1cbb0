"""The sequence classifier, written out step by step for fits side by side."""

import keras


def build_unrolled_classifier(
    *,
    n_classes: int,
    feature_dim: int,
    n_frames: int,
    lstm_units: int = 32,
    dropout: float = 0.25,
) -> keras.Model:
    """What `darkhar.models.sequence.build_classifier` builds, quicker when stacked.

    Its variables, in their order, are those of that network, and so are its logits and
    what it draws at random.

    Args:
        n_classes, feature_dim, n_frames, lstm_units, dropout: as in `build_classifier`;
            clips have as many frames.
    """
    inputs = keras.Input((n_frames, feature_dim), name="features")
    x = UnrolledBiLSTM(lstm_units, dropout, name="bilstm")(inputs)
    logits = keras.layers.Dense(n_classes, name="logits")(x)
    return keras.Model(inputs, logits, name="unrolled_classifier")


class UnrolledBiLSTM(keras.layers.Layer):
    """A bidirectional LSTM whose inputs are projected for all steps at once.

    Keras projects them step by step. The gradient of the projection is then a sum of
    one matrix a step, which takes most of the time of a small network.

    Args:
        units: int. Units of each direction.
        dropout: float in [0, 1). Dropout of the inputs during training, one draw for
            all steps of a clip.
        **options: of `keras.layers.Layer`.
    """

    def __init__(self, units: int, dropout: float, **options):
        super().__init__(**options)
        self.units = units
        self.dropout = dropout
        self.seed_generators = [keras.random.SeedGenerator() for _ in range(2)]

    def build(self, input_shape):
        """Makes the variables of both directions, forwards first."""
        gates = 4 * self.units
        self.directions = [
            (
                self.add_weight(name=f"{name}_kernel", shape=(input_shape[-1], gates)),
                self.add_weight(name=f"{name}_recurrent", shape=(self.units, gates)),
                self.add_weight(name=f"{name}_bias", shape=(gates,)),
            )
            for name in ("forward", "backward")
        ]

    def call(self, inputs, training=False):
        """From float32 `[clips, frames, dim]` to `[clips, 2 * units]`."""
        last = []
        for number, (kernel, recurrent, bias) in enumerate(self.directions):
            x = inputs
            if self.dropout:
                # Drawn even if not used, as Keras' LSTM does.
                mask = keras.random.dropout(
                    keras.ops.ones_like(inputs[:, :1]),
                    self.dropout,
                    seed=self.seed_generators[number],
                )
                x = inputs * mask if training else inputs
            gates = keras.ops.unstack(keras.ops.matmul(x, kernel) + bias, axis=1)
            last.append(self._last_state(gates[:: -1 if number else 1], recurrent))
        return keras.ops.concatenate(last, axis=-1)

    def _last_state(self, gates, recurrent):
        """Hochreiter & Schmidhuber 1997, with forget gates (Gers et al. 2000)."""
        state = cell = keras.ops.zeros_like(gates[0][:, : self.units])
        for of_inputs in gates:
            i, f, g, o = keras.ops.split(
                of_inputs + keras.ops.matmul(state, recurrent), 4, axis=-1
            )
            cell = keras.ops.sigmoid(f) * cell + keras.ops.sigmoid(i) * keras.ops.tanh(
                g
            )
            state = keras.ops.sigmoid(o) * keras.ops.tanh(cell)
        return state

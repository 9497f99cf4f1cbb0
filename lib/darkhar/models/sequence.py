"""The sequence classifier: from the features of a clip's frames to logits."""

from darkhar.config.keras_settings import keras


def build_classifier(
    *,
    n_classes: int,
    feature_dim: int,
    n_frames: int | None = None,
    lstm_units: int = 32,
    dropout: float = 0.25,
) -> keras.Model:
    """A bidirectional LSTM and a dense layer of logits.

    The LSTM (Hochreiter & Schmidhuber 1997) reads the frames forwards and
    backwards (Schuster & Paliwal 1997); the last state of each direction is
    concatenated and mapped linearly to one logit per class. Initial weights
    come from Keras' global seed: call `keras.utils.set_random_seed` first.

    Args:
        n_classes: int. Number of classes.
        feature_dim: int. Length of a frame's feature vector.
        n_frames: int or None. Frames per clip. None means that clips differ:
            shorter ones are padded at the end with frames of zeros, which the
            LSTM then skips. Defaults to None.
        lstm_units: int. Units of each direction. Defaults to 32.
        dropout: float in [0, 1). Dropout of the LSTM's inputs during training.
            Defaults to 0.25.

    Returns:
        `keras.Model` from features, float32 `[clips, frames, feature_dim]`, to
        logits, float32 `[clips, n_classes]`.

    Example:

    >>> model = build_classifier(n_classes=6, feature_dim=1280, n_frames=16)
    >>> model.output_shape
    (None, 6)
    """
    inputs = keras.Input((n_frames, feature_dim), name="features")
    x = inputs
    if n_frames is None:
        x = keras.layers.Masking(name="skip_padding")(x)
    lstm = keras.layers.LSTM(lstm_units, dropout=dropout, name="lstm")
    x = keras.layers.Bidirectional(lstm, name="bilstm")(x)
    logits = keras.layers.Dense(n_classes, name="logits")(x)
    return keras.Model(inputs, logits, name="classifier")

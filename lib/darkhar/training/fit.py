"""Fitting one classifier on features that were extracted before."""

import dataclasses

import keras
import numpy as np

from darkhar.models.sequence import build_classifier

Features = np.ndarray | list[np.ndarray]


@dataclasses.dataclass(frozen=True)
class FitSettings:
    """How a classifier is built and fitted.

    Args:
        epochs: int. Epochs at most.
        batch_size: int. Clips per step.
        learning_rate: float. Adam's step size (Kingma & Ba 2015).
        patience: int or None. Epochs without a lower held-out loss before
            fitting stops. Needs held-out clips.
        lstm_units: int. Units of each direction of the LSTM.
        dropout: float. Dropout of the LSTM's inputs.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    patience: int | None
    lstm_units: int
    dropout: float


def select(features: Features, indices: np.ndarray) -> Features:
    """The features of some clips, in the order of `indices`."""
    if isinstance(features, np.ndarray):
        return features[indices]
    return [features[i] for i in indices]


def as_batch(features: Features) -> np.ndarray:
    """Features of clips as one array.

    Args:
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`
            where clips have different numbers of frames.

    Returns:
        float32 `[clips, longest, dim]`; a list is padded at the end of each
        clip with frames of zeros.
    """
    if isinstance(features, np.ndarray):
        return features
    longest = max(len(clip) for clip in features)
    batch = np.zeros((len(features), longest, features[0].shape[1]), np.float32)
    for row, clip in zip(batch, features, strict=True):
        row[: len(clip)] = clip
    return batch


def fit_classifier(
    features: Features,
    labels: np.ndarray,
    *,
    n_classes: int,
    settings: FitSettings,
    seed: int,
    held_out: tuple[Features, np.ndarray] | None = None,
) -> tuple[keras.Model, dict[str, list[float]]]:
    """Fits a classifier with fresh weights.

    The loss is sparse categorical cross-entropy from logits, the optimizer
    Adam. With held-out clips, fitting stops early on their loss and the weights
    of the epoch with the lowest held-out loss are kept.

    Args:
        features: float32 `[clips, frames, dim]`, or a list of `[frames, dim]`.
        labels: int `[clips]`, in `[0, n_classes)`.
        n_classes: int. Number of classes.
        settings: `FitSettings`.
        seed: int. Seed of initial weights, shuffling and dropout.
        held_out: features and labels of the held-out clips. Defaults to None.

    Returns:
        The fitted model, and its history: `loss`, `accuracy` and, with held-out
        clips, `val_loss`, `val_accuracy`, each a list with one float an epoch.
    """
    keras.utils.set_random_seed(seed)
    model = build_classifier(
        n_classes=n_classes,
        feature_dim=features[0].shape[-1],
        n_frames=features.shape[1] if isinstance(features, np.ndarray) else None,
        lstm_units=settings.lstm_units,
        dropout=settings.dropout,
    )
    model.compile(
        optimizer=keras.optimizers.Adam(settings.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    callbacks = []
    validation = None
    if held_out is not None:
        validation = (as_batch(held_out[0]), held_out[1])
        callbacks.append(
            keras.callbacks.EarlyStopping(
                "val_loss", patience=settings.patience, restore_best_weights=True
            )
        )
    history = model.fit(
        as_batch(features),
        labels,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        validation_data=validation,
        callbacks=callbacks,
        verbose=0,
    )
    return model, {
        name: [float(value) for value in values]
        for name, values in history.history.items()
    }


def predict_logits(model: keras.Model, features: Features) -> np.ndarray:
    """Logits, float32 `[clips, classes]`, of a fitted classifier."""
    batch = as_batch(features)
    chunks = [
        keras.ops.convert_to_numpy(model(batch[i : i + 256], training=False))
        for i in range(0, len(batch), 256)
    ]
    return np.concatenate(chunks)

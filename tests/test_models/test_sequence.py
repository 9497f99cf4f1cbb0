import numpy as np

from darkhar.models.sequence import build_classifier


def test_parameter_count_by_hand():
    model = build_classifier(n_classes=6, feature_dim=10, n_frames=4, lstm_units=3)
    # An LSTM has 4 gates with (inputs + units + 1) * units weights each; there
    # are two of them, and a dense layer from 2 * units to the classes.
    lstm = 4 * (10 + 3 + 1) * 3
    assert model.count_params() == 2 * lstm + (2 * 3 + 1) * 6
    assert model.input_shape == (None, 4, 10)
    assert model.output_shape == (None, 6)


def test_order_of_frames_matters():
    model = build_classifier(n_classes=2, feature_dim=5, n_frames=6)
    clip = np.random.default_rng(0).normal(size=(1, 6, 5)).astype(np.float32)
    there, back = model(clip).numpy(), model(clip[:, ::-1]).numpy()
    assert np.abs(there - back).max() > 1e-4


def test_logits_are_not_probabilities():
    model = build_classifier(n_classes=4, feature_dim=5, n_frames=2)
    logits = model(np.full((3, 2, 5), 2.0, np.float32)).numpy()
    assert np.abs(logits.sum(axis=1) - 1).min() > 1e-3

import keras
import numpy as np
import pytest

from darkhar.models.sequence import build_classifier
from darkhar.models.unrolled_sequence import build_unrolled_classifier

CLIPS = np.random.default_rng(0).normal(size=(6, 5, 4)).astype(np.float32)


def by_kind(network):
    """Trainable variables, then the others: so they are stacked."""
    return network.trainable_variables + network.non_trainable_variables


@pytest.fixture
def networks():
    """Keras' network with weights drawn at random, and ours with the same ones."""
    sizes = {"n_classes": 3, "feature_dim": 4, "n_frames": 5, "lstm_units": 7}
    keras.utils.set_random_seed(1)
    theirs, ours = build_classifier(**sizes), build_unrolled_classifier(**sizes)
    for variable in theirs.trainable_variables:  # biases, too
        variable.assign(keras.random.normal(variable.shape))
    for one, other in zip(by_kind(ours), by_kind(theirs), strict=True):
        assert one.shape == other.shape
        one.assign(other)
    return theirs, ours


def test_same_logits(networks):
    theirs, ours = networks
    np.testing.assert_allclose(
        ours(CLIPS, training=False), theirs(CLIPS, training=False), atol=1e-5
    )


def test_same_draws_of_dropout_time_after_time(networks):
    theirs, ours = networks
    first = None
    for training in (True, False, True):
        found, expected = (
            ours(CLIPS, training=training),
            theirs(CLIPS, training=training),
        )
        np.testing.assert_allclose(found, expected, atol=1e-5)
        if first is None:
            first = np.array(found)
    assert np.abs(np.array(found) - first).max() > 1e-3  # another draw

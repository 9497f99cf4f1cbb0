import keras
import numpy as np
import pytest
import tensorflow as tf

from darkhar.config import POSE_CLASSIFIERS
from darkhar.models.compilable import compilable
from darkhar.models.pose_networks import build_pose_network
from darkhar.models.sequence import build_classifier

POSE_NETWORKS = [name for name, row in POSE_CLASSIFIERS.items() if row.is_network]
RANDOM = np.random.default_rng(0)
POSES = RANDOM.uniform(0.1, 1, size=(5, 6, 17, 7)).astype(np.float32)
FRAMES = RANDOM.normal(size=(5, 6, 7)).astype(np.float32)
UNEQUAL = FRAMES * (np.arange(6) < np.arange(2, 7)[:, None])[..., None]


def pose_network(name):
    return build_pose_network(name, n_classes=3, n_frames=6, units=8, dropout=0.4)


def classifier(n_frames):
    return build_classifier(
        n_classes=3, feature_dim=7, n_frames=n_frames, lstm_units=4, dropout=0.4
    )


NETWORKS = {
    **{name: (lambda name=name: pose_network(name), POSES) for name in POSE_NETWORKS},
    "sequence": (lambda: classifier(6), FRAMES),
    "sequence of clips that differ": (lambda: classifier(None), UNEQUAL),
}


@pytest.fixture(params=NETWORKS)
def network_and_clips(request):
    build, clips = NETWORKS[request.param]
    keras.utils.set_random_seed(1)
    network = build()
    for variable in network.trainable_variables:  # biases, too
        variable.assign(keras.random.normal(variable.shape) / 2)
    return network, clips


def by_kind(network):
    return network.trainable_variables, network.non_trainable_variables


@pytest.mark.parametrize(
    "compiled", [False, pytest.param(True, marks=pytest.mark.slow)]
)
def test_same_logits_and_same_draws_time_after_time(network_and_clips, compiled):
    network, clips = network_and_clips
    twin = compilable(network)
    for ours, theirs in zip(by_kind(twin), by_kind(network), strict=True):
        assert [v.shape for v in ours] == [v.shape for v in theirs]
    call = {
        training: tf.function(
            lambda weights, others, training=training: twin.stateless_call(
                weights, others, clips, training=training
            ),
            jit_compile=compiled,
        )
        for training in (False, True)
    }
    weights, others = ([v.numpy() for v in values] for values in by_kind(network))
    drawn = []
    for training in (True, False, True):
        found, others = call[training](weights, others)
        np.testing.assert_allclose(found, network(clips, training=training), atol=1e-5)
        drawn.append(np.array(found))
    for ours, theirs in zip(others, network.non_trainable_variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert np.abs(drawn[2] - drawn[0]).max() > 1e-3


@pytest.mark.slow
def test_same_gradients(network_and_clips):
    network, clips = network_and_clips
    twin = compilable(network)
    weights, others = ([v.numpy() for v in values] for values in by_kind(network))

    @tf.function(jit_compile=True)
    def ours(weights):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            logits, _ = twin.stateless_call(weights, others, clips, training=True)
            loss = tf.reduce_sum(logits**2)
        return tape.gradient(loss, weights)

    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(network(clips, training=True) ** 2)
    expected = tape.gradient(loss, [v.value for v in network.trainable_variables])
    for one, other in zip(
        ours([tf.constant(w) for w in weights]), expected, strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-3)


def of_layers(*layers, shape=(6, 8)):
    return keras.Sequential([keras.Input(shape), *layers])


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.Conv1D(4, 3, padding="same", dilation_rate=2, use_bias=False),
        keras.layers.Conv1D(4, 5, padding="same", activation="relu"),
        # Those that stay as they are.
        keras.layers.Conv1D(4, 3),
        keras.layers.Conv1D(4, 2, padding="same"),
        keras.layers.Conv1D(4, 3, padding="same", strides=2),
        keras.layers.Conv1D(4, 3, padding="same", groups=2),
    ],
)
def test_layers_with_other_settings(layer):
    network = of_layers(layer)
    clips = RANDOM.normal(size=(2, 6, 8)).astype(np.float32)
    weights, others = ([v.numpy() for v in values] for values in by_kind(network))
    ours, _ = compilable(network).stateless_call(weights, others, clips)
    np.testing.assert_allclose(ours, network(clips), atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.GaussianNoise(0.1),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.1, noise_shape=(None, 1, 8)),
        keras.layers.LSTM(3, dropout=0.1),
        keras.layers.Bidirectional(keras.layers.LSTM(3, recurrent_dropout=0.1)),
        keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True)),
        keras.layers.Bidirectional(keras.layers.LSTM(3, activation="relu")),
        keras.layers.Bidirectional(keras.layers.LSTM(3), merge_mode="sum"),
        keras.layers.Bidirectional(keras.layers.GRU(3)),
    ],
)
def test_other_draws_and_statistics_are_refused(layer):
    with pytest.raises(ValueError, match="draws at random or keeps statistics"):
        compilable(of_layers(layer))

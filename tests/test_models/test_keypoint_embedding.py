import keras
import numpy as np
import pytest
import tensorflow as tf

from darkhar.models.keypoint_embedding import KeypointEmbedding

# Two joints of two channels: a coordinate and the score.
KERNEL = np.array([[1, -1], [2, 0]], np.float32)
JOINT_VECTORS = np.array([[0, 1], [0.5, 5]], np.float32)


@pytest.fixture
def embedding():
    layer = KeypointEmbedding(2)
    layer.build((None, None, 2, 2))
    layer.set_weights([KERNEL, JOINT_VECTORS])
    return layer


def embed(layer, *frames):
    return layer(np.array([frames], np.float32)).numpy()[0]


def test_one_frame_by_hand(embedding):
    # First joint:  3 * [1, -1] + 0.6 * [2, 0] + [0, 1]   = [4.2, -2] -> [4.2, 0];
    # second joint: 1 * [1, -1] + 0.2 * [2, 0] + [0.5, 5] = [1.9, 4].
    # Their mean with weights 3/4 and 1/4 is [3.625, 1].
    frame = [[3, 0.6], [1, 0.2]]
    np.testing.assert_allclose(embed(embedding, frame), [[3.625, 1]], rtol=1e-6)


def test_a_joint_that_was_not_seen_counts_nothing(embedding):
    # The first joint alone: 3 * [1, -1] + 0.5 * [2, 0] + [0, 1] = [4, -2] -> [4, 0].
    frames = [[3, 0.5], [100, 0]], [[3, 0.5], [-7, 0]]
    np.testing.assert_allclose(embed(embedding, *frames), [[4, 0], [4, 0]], rtol=1e-6)


def test_without_a_seen_joint_all_count_equally(embedding):
    # [3, -2] -> [3, 0] and [1.5, 4]; the frame beside it is weighted as ever.
    frames = [[3, 0], [1, 0]], [[3, 0.5], [1, 0]]
    expected = [[2.25, 2], [4, 0]]
    np.testing.assert_allclose(embed(embedding, *frames), expected, rtol=1e-6)


def test_gradients_are_finite_without_a_seen_joint(embedding):
    joints = tf.zeros([1, 1, 2, 2])
    with tf.GradientTape() as tape:
        tape.watch(joints)
        total = tf.reduce_sum(embedding(joints))
    for gradient in tape.gradient(total, [joints, *embedding.trainable_variables]):
        assert np.isfinite(gradient.numpy()).all()


def test_which_joint_it_was_matters():
    keras.utils.set_random_seed(0)
    layer = KeypointEmbedding(8)
    frame = np.random.default_rng(0).normal(size=[1, 1, 17, 7]).astype(np.float32)
    frame[..., -1] = 1
    swapped = frame[:, :, ::-1]
    assert np.abs(layer(frame) - layer(swapped)).max() > 1e-4


def test_parameter_count_and_shape():
    layer = KeypointEmbedding(5)
    assert layer(np.ones([2, 3, 17, 7], np.float32)).shape == (2, 3, 5)
    assert layer.compute_output_shape((None, 3, 17, 7)) == (None, 3, 5)
    # A matrix for all joints and a vector for each.
    assert layer.count_params() == 7 * 5 + 17 * 5


def test_configuration_round_trip():
    config = keras.saving.serialize_keras_object(KeypointEmbedding(5, name="joints"))
    assert config["registered_name"] == "darkhar>KeypointEmbedding"
    layer = keras.saving.deserialize_keras_object(config)
    assert (layer.units, layer.name) == (5, "joints")


def test_units_are_positive():
    with pytest.raises(ValueError, match="units=0"):
        KeypointEmbedding(0)

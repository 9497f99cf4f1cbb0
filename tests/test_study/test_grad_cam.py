import keras
import numpy as np
import pytest
import tensorflow as tf

from darkhar.study.grad_cam import evidence_maps, feature_maps, share_inside

NOISE = np.random.default_rng(0)
FRAMES = NOISE.integers(0, 256, (3, 12, 12, 3)).astype(np.uint8)


def backbone(scaled):
    """A convolution whose map is of 4 by 4 cells, with or without a layer after."""
    keras.utils.set_random_seed(1)
    images = keras.Input((8, 8, 3))
    maps = keras.layers.Conv2D(5, 3, strides=2, padding="same")(images)
    x = keras.layers.GlobalAveragePooling2D()(maps)
    if scaled:
        x = keras.layers.LayerNormalization()(x)
    return keras.Model(images, x), keras.Model(images, maps)


def classifier():
    keras.utils.set_random_seed(2)
    features = keras.Input((3, 5))
    x = keras.layers.LSTM(4)(features)
    return keras.Model(features, keras.layers.Dense(2)(x))


@pytest.mark.parametrize("scaled", [False, True])
def test_against_the_gradient_of_the_whole(scaled):
    model, to_maps = backbone(scaled)
    head = classifier()
    images = tf.image.resize(tf.cast(FRAMES, tf.float32), (8, 8))
    maps = to_maps(images)
    after = model.layers[-1] if scaled else (lambda x: x)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        features = after(tf.reduce_mean(maps, axis=[1, 2]))
        logit = head(features[tf.newaxis])[0, 1]
    # Equation 1: the mean of the gradient over the cells, here times their number.
    weights = tf.reduce_sum(tape.gradient(logit, maps), axis=[1, 2])
    expected = tf.nn.relu(tf.einsum("td,thwd->thw", weights, maps))
    found = evidence_maps(model, head, FRAMES, 1)
    assert found.shape == (3, 4, 4)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(feature_maps(model, FRAMES), maps, rtol=1e-4, atol=1e-3)


def test_without_a_global_mean():
    images = keras.Input((8, 8, 3))
    model = keras.Model(images, keras.layers.Flatten()(images))
    with pytest.raises(ValueError, match="no global mean"):
        feature_maps(model, FRAMES)


def test_share_inside():
    maps = np.zeros((2, 2, 2), np.float32)
    maps[0, 0, 0] = 3  # in the box of the first frame
    maps[1, 1, 1] = 1  # half in the box of the second
    boxes = np.array([[0, 0, 0.5, 0.5], [0.5, 0.5, 1, 0.75]])
    evidence, picture = share_inside(maps, boxes)
    assert evidence == pytest.approx((3 + 0.5) / 4)
    assert picture == pytest.approx((1 / 4 + 1 / 8) / 2)
    assert share_inside(np.zeros((2, 2, 2)), boxes)[0] == 0

import keras
import numpy as np

from darkhar.models.frame_positions import FramePositions, sinusoids


def test_sinusoids_by_hand():
    # Of four channels, the second pair is 10000^(2/4) = 100 times slower.
    expected = [
        [0, 1, 0, 1],
        [np.sin(1), np.cos(1), np.sin(0.01), np.cos(0.01)],
        [np.sin(2), np.cos(2), np.sin(0.02), np.cos(0.02)],
    ]
    np.testing.assert_allclose(sinusoids(3, 4), expected, rtol=1e-6)


def test_vectors_are_scaled_and_positions_added():
    x = np.ones([2, 3, 4], np.float32)
    expected = np.broadcast_to(2 + sinusoids(3, 4), [2, 3, 4])
    np.testing.assert_allclose(FramePositions()(x), expected, rtol=1e-6)


def test_configuration_round_trip():
    config = keras.saving.serialize_keras_object(FramePositions(name="positions"))
    assert config["registered_name"] == "darkhar>FramePositions"
    assert keras.saving.deserialize_keras_object(config).name == "positions"

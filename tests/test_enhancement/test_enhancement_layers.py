"""What holds of every enhancement layer."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from dark_images import dark_images

from darkhar.config import ENHANCEMENTS, parse_enhancement
from darkhar.enhancement.registry import get_enhancement


def other_value(parameter):
    """Halfway from the default to the farther end of the range."""
    ends = parameter.low, parameter.high
    end = max(ends, key=lambda end: abs(end - parameter.default))
    return parameter.type((parameter.default + end) / 2)


# Each with its defaults, and with every parameter at another value.
OTHER_VALUES = {
    name: {key: other_value(parameter) for key, parameter in row.parameters.items()}
    for name, row in ENHANCEMENTS.items()
    if row.parameters
}
TEXTS = [
    *ENHANCEMENTS,
    *(
        f"{name}:{','.join(f'{key}={value}' for key, value in values.items())}"
        for name, values in OTHER_VALUES.items()
    ),
]


@pytest.fixture(scope="module")
def layers():
    return {text: get_enhancement(text) for text in TEXTS}


def test_texts_cover_every_parameter():
    given = dict(parse_enhancement(text) for text in TEXTS[len(ENHANCEMENTS) :])
    assert given == OTHER_VALUES
    for name, row in ENHANCEMENTS.items():
        for key, parameter in row.parameters.items():
            assert given[name][key] != parameter.default


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("leading", [(), (1,), (6,), (2, 3), (1, 2, 3)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_image_batch_and_clips(layers, name, leading, dtype):
    images = dark_images(6)[: int(np.prod(leading))]
    alone = np.stack([layers[name](image) for image in images])
    shaped = images.reshape(*leading, *images.shape[1:]).astype(dtype)
    enhanced = layers[name](shaped)
    assert enhanced.dtype == tf.float32
    assert tuple(enhanced.shape) == shaped.shape
    assert np.array_equal(enhanced.numpy().reshape(alone.shape), alone)
    assert 0 <= enhanced.numpy().min() <= enhanced.numpy().max() <= 255


def test_none_changes_nothing(layers):
    images = dark_images(2)
    assert np.array_equal(layers["none"](images), images)


@pytest.mark.parametrize("name", TEXTS)
def test_ragged_clips_in_a_model(layers, name):
    images = dark_images(5)
    clips = tf.RaggedTensor.from_row_lengths(images, [2, 3])
    inputs = keras.Input((None, *images.shape[1:]), dtype="uint8", ragged=True)
    model = keras.Model(inputs, layers[name](inputs))
    enhanced = model(clips)
    assert enhanced.row_lengths().numpy().tolist() == [2, 3]
    assert np.array_equal(enhanced.flat_values, layers[name](images))


@pytest.mark.parametrize("name", TEXTS)
def test_saved_model_comes_back_the_same(layers, name, tmp_path):
    images = dark_images(2)
    model = keras.Sequential([keras.Input(images.shape[1:]), layers[name]])
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.layers[0].get_config() == layers[name].get_config()
    assert np.array_equal(again(images), layers[name](images))


@pytest.mark.parametrize("name", TEXTS)
def test_configuration_makes_the_layer_again(layers, name):
    images = dark_images(2)
    serialized = keras.saving.serialize_keras_object(layers[name])
    again = keras.saving.deserialize_keras_object(serialized)
    assert type(again) is type(layers[name])
    assert again.get_config() == layers[name].get_config()
    assert np.array_equal(again(images), layers[name](images))


@pytest.mark.parametrize("name", [text for text in TEXTS if ":" in text])
def test_parameters_matter(layers, name):
    images = dark_images(2)
    default = layers[name.partition(":")[0]]
    assert np.abs(layers[name](images) - default(images)).max() > 1


@pytest.mark.parametrize("name", TEXTS)
def test_black_and_evenly_coloured_images(layers, name):
    black = np.zeros((30, 40, 3), np.uint8)
    enhanced = layers[name](black).numpy()
    assert np.isfinite(enhanced).all()
    if name.partition(":")[0] in ("none", "gamma", "retinex", "agcwd"):
        assert np.array_equal(enhanced, black)
    assert np.isfinite(layers[name](np.full_like(black, 90)).numpy()).all()


@pytest.mark.parametrize("name", TEXTS)
def test_in_a_graph_of_unknown_sizes(layers, name):
    enhance = tf.function(
        layers[name].__call__,
        input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)],
    )
    (shape,) = (output.shape for output in enhance.get_concrete_function().outputs)
    assert shape.as_list() == [None, None, None, 3]
    for images in (dark_images(2), dark_images(3, 40, 30)):
        assert np.array_equal(enhance(images), layers[name](images))


def test_no_image(layers):
    with pytest.raises(ValueError, match=r"Received: images\.shape"):
        layers["none"](np.zeros((4, 4), np.uint8))

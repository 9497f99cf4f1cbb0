import warnings

import cv2
import numpy as np
import pytest
from dark_images import dark_images
from PIL import Image, ImageOps

from darkhar.enhancement.equalizations import equalization_differences
from darkhar.enhancement.histograms import histogram, keras_cv_levels, textbook_levels
from darkhar.enhancement.registry import get_enhancement

EQUALIZATIONS = {
    "keras_cv_equalization": keras_cv_levels,
    "textbook_equalization": textbook_levels,
}


@pytest.fixture(scope="module")
def layers():
    return {name: get_enhancement(name) for name in EQUALIZATIONS}


def by_channel(function, image):
    channels = [function(np.ascontiguousarray(image[..., c])) for c in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


@pytest.mark.parametrize("name", EQUALIZATIONS)
def test_equals_the_formula_derived_anew(layers, name):
    images = dark_images(3)
    new_levels = EQUALIZATIONS[name]
    expected = [
        by_channel(lambda channel: new_levels(histogram(channel))[channel], image)
        for image in images
    ]
    assert np.array_equal(layers[name](images), expected)


@pytest.fixture(scope="module")
def keras_cv_layer():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")
        import keras_cv
    return keras_cv.layers.Equalization(value_range=(0, 255), bins=256)


@pytest.mark.parametrize("kind", ["dark", "any", "few levels", "one level", "tiny"])
def test_bit_for_bit_what_keras_cv_gives(layers, keras_cv_layer, kind):
    random = np.random.default_rng(0)
    images = {
        "dark": dark_images(4),
        "any": random.integers(0, 256, (2, 40, 60, 3), np.uint8),
        "few levels": random.choice(np.uint8([0, 3, 200, 255]), (2, 40, 60, 3)),
        "one level": np.full((1, 40, 60, 3), 17, np.uint8),
        "tiny": random.integers(0, 9, (2, 4, 5, 3), np.uint8),
    }[kind]
    ours = layers["keras_cv_equalization"](images)
    np.testing.assert_array_equal(ours, keras_cv_layer(images))
    fractions = images.astype(np.float32) + 0.4
    np.testing.assert_array_equal(
        layers["keras_cv_equalization"](fractions), keras_cv_layer(fractions)
    )


def pillow_equalize(image):
    return np.asarray(ImageOps.equalize(Image.fromarray(image)))


def test_keras_cv_against_pillow(layers):
    """Equal while the brightest level is rare, as it is in a dark frame.

    `step` is the number of pixels less a count, over 255, in whole numbers:
    Pillow takes the count of the brightest level, keras-cv the smallest. Of
    4800 pixels the step is 18 for any count from 0 to 210.
    """
    images = dark_images(8)
    enhanced = layers["keras_cv_equalization"](images).numpy()
    assert np.array_equal(enhanced, [pillow_equalize(image) for image in images])


def test_where_keras_cv_differs_from_pillow(layers):
    channel = np.repeat(np.uint8([0, 10, 200]), [1000, 500, 3300]).reshape(60, 80)
    image = np.repeat(channel[..., None], 3, axis=-1)
    enhanced = layers["keras_cv_equalization"](image).numpy()
    # keras-cv: step (4800 - 500) // 255 = 16, (1000 + 8) // 16 = 63, and
    # (1500 + 8) // 16 = 94. Pillow: step (4800 - 3300) // 255 = 5,
    # (1000 + 2) // 5 = 200, and (1500 + 2) // 5 = 300, clipped.
    assert np.unique(enhanced).tolist() == [0, 63, 94]
    assert np.unique(pillow_equalize(image)).tolist() == [0, 200, 255]


def test_textbook_against_opencv(layers):
    """OpenCV maps the darkest level to 0: off by 255 times its share at most."""
    # No level is rarer than the darkest in these: its share is under 1 / 255.
    images = np.random.default_rng(1).integers(0, 256, (3, 90, 120, 3), np.uint8)
    images = (images.astype(float) ** 2 / 255).astype(np.uint8)
    images[images < 3] = 3
    images[:, 0, 0] = 0
    enhanced = layers["textbook_equalization"](images).numpy()
    expected = np.stack([by_channel(cv2.equalizeHist, image) for image in images])
    assert np.abs(enhanced - expected).max() <= 1
    # Where a third of the pixels is black, the two formulas are far apart.
    images[images < 30] = 0
    enhanced = layers["textbook_equalization"](images).numpy()
    expected = np.stack([by_channel(cv2.equalizeHist, image) for image in images])
    share = (images == 0).mean(axis=(1, 2))
    assert share.min() > 0.3
    black = enhanced.min(axis=(1, 2)) - expected.min(axis=(1, 2))
    assert np.abs(black - 255 * share).max() <= 0.5


def test_textbook_four_levels_by_hand(layers):
    channel = np.array([[0, 0, 0, 0], [1, 1, 2, 3]], np.uint8)
    image = np.repeat(channel[..., None], 3, axis=-1)
    # C is 4/8, 6/8, 7/8, 1: 127.5 rounds up to 128, 191.25, 223.125, 255.
    expected = [[128, 128, 128, 128], [191, 191, 223, 255]]
    enhanced = layers["textbook_equalization"](image).numpy()
    assert enhanced[..., 0].tolist() == expected
    assert enhanced[..., 2].tolist() == expected


@pytest.mark.parametrize("name", EQUALIZATIONS)
def test_fractions_are_cut_off(layers, name):
    images = dark_images(2).astype(np.float32)
    assert np.array_equal(layers[name](images + 0.9), layers[name](images))


def test_differences_of_equalizations(keras_cv_layer):
    # Of 4800 pixels in each channel, as in `test_where_keras_cv_differs_from_pillow`:
    # keras-cv makes 0, 63, 94 of the levels, Pillow 0, 200, 255, and the textbook
    # 255 times 1000, 1500 and 4800 of 4800: 53.1, 79.7, 255.
    channel = np.repeat(np.uint8([0, 10, 200]), [1000, 500, 3300]).reshape(60, 80)
    frames = np.repeat(channel[..., None], 3, axis=-1)[None]
    weights = np.array([1000, 500, 3300]) / 4800
    assert equalization_differences(frames) == {
        "keras_cv_textbook_mean": pytest.approx(weights @ [53, 80 - 63, 255 - 94]),
        "keras_cv_pillow_mean": pytest.approx(weights @ [0, 200 - 63, 255 - 94]),
        "keras_cv_itself_max": 0.0,
    }


def test_no_difference_from_keras_cv_itself_on_dark_frames(keras_cv_layer):
    differences = equalization_differences(dark_images(4))
    assert differences["keras_cv_itself_max"] == 0
    # The textbook lifts the darkest levels, which hold most pixels.
    assert differences["keras_cv_textbook_mean"] > 1
    assert differences["keras_cv_pillow_mean"] == 0

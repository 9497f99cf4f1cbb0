import numpy as np
import pytest

from darkhar.enhancement.histograms import histogram, keras_cv_levels, textbook_levels

# Four levels, eight pixels.
CHANNEL = np.array([[0, 0, 0, 0], [1, 1, 2, 255]], np.uint8)


def test_histogram_by_hand():
    counts = histogram(CHANNEL)
    assert counts.shape == (256,)
    assert counts[[0, 1, 2, 3, 254, 255]].tolist() == [4, 2, 1, 0, 0, 1]
    assert counts.sum() == 8
    # Fractions are cut off.
    np.testing.assert_array_equal(histogram(CHANNEL + 0.9), counts)


def test_textbook_by_hand():
    # 255 * 4/8 = 127.5 -> 128; 255 * 6/8 = 191.25; 255 * 7/8 = 223.125.
    expected = [128, 191, 223, 223, 255]
    levels = textbook_levels(histogram(CHANNEL))
    assert levels[[0, 1, 2, 254, 255]].tolist() == expected


def test_keras_cv_by_hand():
    # 1000 pixels of level 0, 500 of level 10, 30 of level 200: the rarest
    # positive count is 30 and step = (1530 - 30) // 255 = 5. Up to level 10
    # there are 1000 darker pixels beyond level 0: (1000 + 2) // 5 = 200; above,
    # (1500 + 2) // 5 = 300, clipped to 255. Level 0 has none darker: 0.
    counts = histogram(np.repeat([0, 10, 200], [1000, 500, 30]))
    levels = keras_cv_levels(counts)
    assert levels[[0, 1, 10, 11, 200, 255]].tolist() == [0, 200, 200, 255, 255, 255]
    # The textbook lifts level 0 to 255 * 1000 / 1530 = 166.67.
    assert textbook_levels(counts)[[0, 10, 200]].tolist() == [167, 250, 255]


def test_keras_cv_leaves_a_tiny_image_alone():
    for channel in (CHANNEL, np.full(100_000, 7)):
        assert keras_cv_levels(histogram(channel)).tolist() == list(range(256))


@pytest.mark.parametrize("new_levels", [textbook_levels, keras_cv_levels])
def test_levels_of_several_channels(new_levels):
    noise = np.random.default_rng(0).gamma(2, 9, (2, 3, 5000)).clip(0, 255)
    counts = np.stack([[histogram(channel) for channel in image] for image in noise])
    levels = new_levels(counts)
    assert levels.dtype == np.uint8
    assert levels.shape == (2, 3, 256)
    np.testing.assert_array_equal(levels[1, 2], new_levels(counts[1, 2]))
    # None becomes darker than a darker one.
    assert (np.diff(levels.astype(int)) >= 0).all()


@pytest.mark.parametrize("channel", [[], [-1], [256], [0.5, 256.0]])
def test_values_out_of_range(channel):
    with pytest.raises(ValueError, match="Received"):
        histogram(np.array(channel))

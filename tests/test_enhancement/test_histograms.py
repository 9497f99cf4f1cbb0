import numpy as np
import pytest

from darkhar.enhancement.histograms import (
    cdf,
    equalization_map,
    histogram,
    keras_cv_map,
    textbook_map,
)

# Four levels, eight pixels.
CHANNEL = np.array([[0, 0, 0, 0], [1, 1, 2, 255]], np.uint8)


def test_histogram_and_cdf_by_hand():
    counts = histogram(CHANNEL)
    assert counts.shape == (256,)
    assert counts[[0, 1, 2, 3, 254, 255]].tolist() == [4, 2, 1, 0, 0, 1]
    assert counts.sum() == 8
    assert cdf(CHANNEL)[[0, 1, 2, 3, 254, 255]].tolist() == [
        0.5,
        0.75,
        0.875,
        0.875,
        0.875,
        1.0,
    ]


def test_textbook_by_hand():
    # 255 * 4/8 = 127.5 -> 128; 255 * 6/8 = 191.25; 255 * 7/8 = 223.125.
    expected = [128, 191, 223, 223, 255]
    assert textbook_map(CHANNEL)[[0, 1, 2, 254, 255]].tolist() == expected


def test_keras_cv_by_hand():
    # 1000 pixels of level 0, 500 of level 10, 30 of level 200: the rarest
    # positive count is 30 and step = (1530 - 30) // 255 = 5. Up to level 10
    # there are 1000 darker pixels beyond level 0: (1000 + 2) // 5 = 200; above,
    # (1500 + 2) // 5 = 300, clipped to 255. Level 0 has none darker: 0.
    channel = np.repeat([0, 10, 200], [1000, 500, 30])
    mapped = keras_cv_map(channel)
    assert mapped[[0, 1, 10, 11, 200, 255]].tolist() == [0, 200, 200, 255, 255, 255]
    # The textbook lifts level 0 to 255 * 1000 / 1530 = 166.67.
    assert textbook_map(channel)[[0, 10, 200]].tolist() == [167, 250, 255]


def test_keras_cv_leaves_a_tiny_image_alone():
    assert keras_cv_map(CHANNEL).tolist() == list(range(256))
    assert keras_cv_map(np.full(100_000, 7)).tolist() == list(range(256))


def test_maps_never_decrease():
    channel = np.random.default_rng(0).gamma(2, 9, 5000).clip(0, 255)
    for name in ("textbook_equalization", "keras_cv_equalization"):
        mapped = equalization_map(channel, name).astype(int)
        assert (np.diff(mapped) >= 0).all()


@pytest.mark.parametrize("channel", [[], [-1], [256], [0.5, 256.0]])
def test_values_out_of_range(channel):
    with pytest.raises(ValueError, match="Received"):
        histogram(np.array(channel))


def test_unknown_map():
    with pytest.raises(ValueError, match="Received: none"):
        equalization_map(CHANNEL, "none")

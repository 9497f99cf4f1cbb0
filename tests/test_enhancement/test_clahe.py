import cv2
import numpy as np
import pytest
from dark_images import dark_images

from darkhar.enhancement.registry import get_enhancement


def clipped_equalization(channel, clip_limit):
    """The textbook's equalization of a tile whose histogram is clipped."""
    counts = np.bincount(channel.ravel(), minlength=256)
    limit = int(clip_limit * channel.size / 256)
    excess = np.maximum(counts - limit, 0).sum()
    counts = np.minimum(counts, limit) + excess // 256
    # What is left of the excess goes to single levels, evenly spaced.
    remainder = excess % 256
    if remainder:
        spaced = np.arange(0, 256, max(256 // remainder, 1))[:remainder]
        counts[spaced] += 1
    return np.rint(255 / channel.size * np.cumsum(counts))[channel]


@pytest.mark.parametrize("clip_limit", [1, 2, 40])
def test_one_tile_is_a_clipped_equalization(clip_limit):
    """Of greys, in one tile, nothing is interpolated."""
    grey = dark_images(1)[0, ..., :1]
    image = np.repeat(grey, 3, axis=-1)
    lightness = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)[..., 0]
    mapped = clipped_equalization(lightness, clip_limit)
    enhanced = get_enhancement(f"clahe:tiles=1,clip_limit={clip_limit}")(image)
    # Greys stay grey but for OpenCV's rounding of colours.
    got = cv2.cvtColor(enhanced.numpy().astype(np.uint8), cv2.COLOR_RGB2LAB)
    assert np.abs(got[..., 0] - mapped).max() <= 1


def test_equals_opencv_on_the_lightness():
    image = dark_images(1, height=240, width=320)[0]
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    clahe = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(4, 4))
    lightness = clahe.apply(lab[..., 0].copy())
    expected = cv2.cvtColor(
        np.dstack([lightness, lab[..., 1], lab[..., 2]]), cv2.COLOR_LAB2RGB
    )
    enhanced = get_enhancement("clahe:clip_limit=3,tiles=4")(image).numpy()
    assert np.array_equal(enhanced, expected)
    # It is the lightness that changed, and it gained contrast.
    assert lightness.std() > 1.2 * lab[..., 0].std()


def test_defaults():
    layer = get_enhancement("clahe")
    assert (layer.clip_limit, layer.tiles) == (2.0, 8)


def test_channels_are_red_green_blue():
    image = np.zeros((16, 16, 3), np.uint8)
    image[:, :8] = [200, 20, 20]
    enhanced = get_enhancement("clahe")(image).numpy()[:, :8]
    assert (enhanced[..., 0] > enhanced[..., 2] + 50).all()


def test_fractions_are_cut_off():
    images = dark_images(2).astype(np.float32)
    layer = get_enhancement("clahe")
    assert np.array_equal(layer(images + 0.9), layer(images))

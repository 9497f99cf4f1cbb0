import numpy as np
import pytest
from dark_images import dark_images
from scipy import ndimage

from darkhar.enhancement.registry import get_enhancement
from darkhar.enhancement.retinex import balance, multiscale_retinex


def slow_retinex(image, saturated):
    """Algorithm MSRCP pixel by pixel, blurred by sums over wide windows."""
    image = image.astype(np.float64)
    intensity = image.mean(axis=-1)
    difference = np.zeros_like(intensity)
    for scale in (15, 80, 250):
        blurred = ndimage.gaussian_filter(
            1 + intensity, scale, mode="reflect", truncate=6
        )
        difference += (np.log(1 + intensity) - np.log(blurred)) / 3
    ordered = sorted(difference.ravel())
    cut = int(saturated * len(ordered))
    low, high = ordered[cut], ordered[len(ordered) - 1 - cut]
    result = np.zeros_like(image)
    for y, x in np.ndindex(intensity.shape):
        if intensity[y, x] > 0:
            value = min(max(difference[y, x], low), high)
            new = 255 * (value - low) / (high - low)
            factor = min(255 / image[y, x].max(), new / intensity[y, x])
            result[y, x] = factor * image[y, x]
    return result


@pytest.mark.parametrize("saturated", [0.0, 0.01, 0.1])
def test_equals_the_slow_one(saturated):
    layer = get_enhancement(f"retinex:saturated={saturated}")
    for image in dark_images(2, height=40, width=50):
        expected = slow_retinex(image, saturated)
        np.testing.assert_allclose(layer(image), expected, atol=0.05)
        assert expected.mean() > 3 * image.mean()


def test_bright_beside_dark():
    """A lamp a thousand times brighter than what is around it."""
    image = np.random.default_rng(0).integers(0, 3, (40, 60, 3)).astype(np.uint8)
    image[10:16, 20:26] = 255
    expected = slow_retinex(image, 0.01)
    np.testing.assert_allclose(get_enhancement("retinex")(image), expected, atol=0.05)


def test_each_scale_counts():
    """In a frame of real size; in a small image the wide surrounds are the same."""
    y, x = np.mgrid[0:240, 0:320]
    intensity = 1 + 200 * np.exp(-np.hypot(x - 40, y - 60) / 50)
    expected = np.zeros_like(intensity)
    for scale in (15, 80, 250):
        blurred = ndimage.gaussian_filter(intensity, scale, mode="reflect", truncate=6)
        expected += np.log(intensity / blurred) / 3
    got = multiscale_retinex(intensity.astype(np.float32))
    np.testing.assert_allclose(got, expected, atol=1e-4)


def test_default_share():
    assert get_enhancement("retinex").saturated == 0.01


def test_colours_keep_their_proportions():
    image = dark_images(1)[0].astype(np.float64)
    enhanced = get_enhancement("retinex")(image).numpy()
    bright = enhanced.max(axis=-1) > 0
    assert bright.mean() > 0.9
    shares = image / np.maximum(image.sum(axis=-1, keepdims=True), 1)
    sums = enhanced.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(enhanced[bright], (shares * sums)[bright], atol=1e-3)


def test_illumination_counts_little():
    """Where light falls off smoothly, a texture keeps its contrast."""
    y, x = np.mgrid[0:120, 0:160]
    texture = 1 + 0.3 * ((x // 4 + y // 4) % 2)
    lit = 120 * np.exp(-x / 60) * texture
    difference = multiscale_retinex(lit.astype(np.float32))
    dark, bright = difference[:, 120:150], difference[:, 10:40]
    # The light differs by exp(110 / 60) = 6 times, the texture not at all.
    assert bright.std() == pytest.approx(dark.std(), rel=0.1)


def test_balance_by_hand():
    values = np.array([[5.0, 1.0, 2.0, 3.0, 4.0], [6.0, 7.0, 8.0, 9.0, 30.0]])
    # A tenth of ten values, at either end: 1 and 30. From 2 to 9 there are 7.
    expected = 255 / 7 * np.array([[3, 0, 0, 1, 2], [4, 5, 6, 7, 7]])
    np.testing.assert_allclose(balance(values, 0.1), expected)
    np.testing.assert_allclose(balance(values, 0)[1, 4], 255)
    assert balance(np.ones((4, 4)), 0.1) is None


def test_image_without_contrast_stays():
    image = np.full((30, 40, 3), [9, 18, 27], np.uint8)
    assert np.array_equal(get_enhancement("retinex")(image), image)

import numpy as np
import pytest
from dark_images import dark_images

from darkhar.enhancement.agcwd import agcwd_curve
from darkhar.enhancement.registry import get_enhancement


def slow_curve(value, alpha):
    """The paper's equations, one by one."""
    share = [np.mean(value == level) for level in range(256)]
    low, high = min(share), max(share)
    weighted = [high * ((p - low) / (high - low)) ** alpha for p in share]
    largest = int(value.max())
    curve = []
    for level in range(largest + 1):
        gamma = 1 - sum(weighted[: level + 1]) / sum(weighted)
        curve.append(largest * (level / largest) ** gamma)
    return curve


def test_two_levels_by_hand():
    # 12 pixels of level 25 and 3 of level 100. The weights are 1 and (1/4) ** a:
    # with a = 1/2 half, and the distribution is 2/3 at level 25. So
    # 100 * (25 / 100) ** (1 - 2/3) = 100 / 4 ** (1/3).
    value = np.repeat(np.uint8([25, 100]), [12, 3]).reshape(5, 3)
    curve = agcwd_curve(value, 0.5)
    assert curve[[0, 25, 100]] == pytest.approx([0, 100 / 4 ** (1 / 3), 100])
    # With a = 1 the distribution is the histogram's own, 4/5.
    assert agcwd_curve(value, 1)[25] == pytest.approx(100 / 4**0.2)


def test_colours_by_hand():
    image = np.zeros((5, 3, 3), np.uint8)
    image[:4] = [5, 25, 10]  # the largest channel is the value
    image[4] = [100, 40, 0]
    enhanced = get_enhancement("agcwd")(image).numpy()
    factor = 4 / 4 ** (1 / 3)
    np.testing.assert_allclose(enhanced[0, 0], factor * image[0, 0], rtol=1e-6)
    np.testing.assert_allclose(enhanced[4, 2], [100, 40, 0], rtol=1e-6)


@pytest.mark.parametrize("alpha", [0.25, 0.5, 1.0])
def test_equals_the_equations(alpha):
    for image in dark_images(3):
        value = image.max(axis=-1)
        expected = slow_curve(value, alpha)
        curve = agcwd_curve(value, alpha)
        np.testing.assert_allclose(curve[: len(expected)], expected, atol=1e-9)
        enhanced = get_enhancement(f"agcwd:alpha={alpha}")(image).numpy()
        np.testing.assert_allclose(enhanced.max(axis=-1), curve[value], atol=1e-4)
        assert (enhanced >= image - 1e-4).all()


def test_every_level_as_frequent():
    # c(l) = (l + 1) / 256; level 63 has (63 / 255) ** 0.75.
    value = np.arange(256).reshape(16, 16)
    assert agcwd_curve(value, 0.5)[63] == pytest.approx(255 * (63 / 255) ** 0.75)


def test_single_level_stays():
    for level in (0, 1, 90, 255):
        image = np.full((6, 8, 3), level, np.uint8)
        np.testing.assert_allclose(get_enhancement("agcwd")(image), image, rtol=1e-6)


def test_default():
    assert get_enhancement("agcwd").alpha == 0.5


def test_fractions_are_cut_off():
    images = dark_images(2).astype(np.float32)
    layer = get_enhancement("agcwd")
    assert np.array_equal(layer(images + 0.9), layer(images))

"""Sensor statistics against the model's equations."""

import numpy as np
import pytest

from darkclips.sensor import Sensor, exposure_gain


@pytest.mark.parametrize("mean", [0.0, 4.0, 60.0, 900.0])
def test_noise_has_photon_and_read_variance(mean):
    sensor = Sensor(read_noise=3.0)
    n = 400_000
    sample = sensor.electrons(
        np.full(n, mean, np.float32), np.random.default_rng(1)
    ).astype(float)
    variance = mean + 9.0
    # Five standard errors of mean and variance.
    assert abs(sample.mean() - mean) < 5 * np.sqrt(variance / n)
    assert sample.var() == pytest.approx(variance, rel=0.02)


def test_counts_are_skewed_like_photons():
    sample = Sensor(read_noise=0.36).electrons(
        np.full(200_000, 9.0, np.float32), np.random.default_rng(2)
    )
    centred = sample - sample.mean()
    skewness = np.mean(centred**3) / np.mean(centred**2) ** 1.5
    # By hand, for mean 9 and variance 9 + 0.36^2 of (a + z/2)^2, a^2 = 9.005:
    # (1.5 a^2 + 1/8) / (a^2 + 1/8)^1.5 = 0.494. A normal number would have 0.
    assert skewness == pytest.approx(0.494, abs=0.03)


def test_quantization_by_hand():
    # 3 bits, full well of 70 electrons: 10 electrons per code.
    sensor = Sensor(full_well=70, bits=3)
    electrons = np.array([-8, 0, 4, 6, 34, 36, 70, 500], np.float32)
    assert sensor.quantize(electrons).tolist() == [0, 0, 0, 1, 3, 4, 7, 7]


def test_display_gamma_by_hand():
    # 255 sqrt(code / 4) for gamma 2 needs top = 4k: take 2 bits, top 3: 255 sqrt(1/3) =
    # 147.2
    assert Sensor(bits=2, gamma=2.0).display(np.arange(4)).tolist() == [
        0,
        147,
        208,
        255,
    ]
    # 12 bits, gamma 2.2: 255 (12 / 4095)^(1 / 2.2) = 17.99
    levels = Sensor().display(np.array([0, 12, 819, 4095]))
    assert levels.tolist() == [0, 18, 123, 255]
    assert levels.dtype == np.uint8


def test_saturation_and_darkness():
    sensor = Sensor()
    rng = np.random.default_rng(0)
    assert (sensor.capture(np.full(1000, 60000, np.float32), rng) == 255).all()
    dark = sensor.capture(np.zeros(10000, np.float32), rng)
    assert dark.min() == 0 and dark.mean() < 8


def test_gain_reaches_the_wanted_level():
    radiance = np.random.default_rng(0).gamma(1.0, 2.0, (60, 80, 3)).astype(np.float32)
    sensor = Sensor()
    gain = exposure_gain(radiance, 18.0, sensor)
    levels = sensor.display(sensor.quantize(radiance * gain))
    assert levels.mean() == pytest.approx(18.0, abs=0.3)


def test_read_noise_has_a_floor():
    with pytest.raises(ValueError, match=r"read_noise=0\.1"):
        Sensor(read_noise=0.1)

"""From light to grey levels: what an image sensor does in the dark.

The linear model of EMVA Standard 1288, release 4.0 (2021): photons become
electrons with shot noise, read noise is added, the sum is quantized; then the display's
gamma. Hasinoff et al. (2010), *Noise-optimal capture for high dynamic range
photography*, CVPR, describe the same noise for photographs.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class Sensor:
    """An image sensor.

    Args:
        full_well: float. Electrons that saturate a pixel. Defaults to 40000: a pixel of
            the frame sums a block of the chip's small pixels.
        read_noise: float. Standard deviation of the sum, electrons; at least 0.36.
            Defaults to 6.
        bits: int. Depth of the converter. Defaults to 12.
        gamma: float. Exponent of the display. Defaults to 2.2.
    """

    full_well: float = 40000.0
    read_noise: float = 6.0
    bits: int = 12
    gamma: float = 2.2

    def __post_init__(self):
        if self.read_noise**2 < 0.125:
            raise ValueError(
                "Read noise is at least 0.36 electrons. "
                f"Received: read_noise={self.read_noise}"
            )

    def electrons(self, exposure, rng):
        """Adds photon noise and read noise.

        For a mean of `m` electrons and read noise `r`,
        `(sqrt(m + k) + z/2)^2 - k - 1/4` with `z` standard normal and `k = r^2 - 1/8`
        has mean `m`, variance `m + r^2` and, like a count, a positive skew. It is the
        inverse of the transform of Anscombe (1948), *The transformation of Poisson,
        binomial and negative-binomial data*, Biometrika 35:246-254, and several times
        as fast as drawing Poisson numbers.

        Args:
            exposure: float32 array of any shape. Mean number of electrons, at least 0.
            rng: `np.random.Generator`.

        Returns:
            float32 array of the same shape, electrons; may be negative where it is
            dark.
        """
        offset = np.float32(self.read_noise**2 - 0.125)
        count = rng.standard_normal(exposure.shape, np.float32)
        count *= np.float32(0.5)
        count += np.sqrt(exposure + offset)
        count *= count
        count -= offset + np.float32(0.25)
        return count

    def quantize(self, electrons):
        """Converts electrons to integer codes.

        Args:
            electrons: float array.

        Returns:
            int32 array of the same shape in `[0, 2^bits - 1]`, the full well being the
            top code.
        """
        top = 2**self.bits - 1
        codes = electrons * np.float32(top / self.full_well)
        np.rint(codes, out=codes)
        np.clip(codes, 0, top, out=codes)
        return codes.astype(np.int32)

    def display(self, codes):
        """Grey levels of codes: `255 (code / top)^(1 / gamma)`, rounded.

        Args:
            codes: int array in `[0, 2^bits - 1]`.

        Returns:
            uint8 array of the same shape.
        """
        return _display_table(self.bits, self.gamma)[codes]

    def capture(self, exposure, rng):
        """The whole chain: noise, quantization, display.

        Args:
            exposure: float32 array of any shape. Mean number of electrons, at least 0.
            rng: `np.random.Generator`.

        Returns:
            uint8 array of the same shape.
        """
        return self.display(self.quantize(self.electrons(exposure, rng)))


@lru_cache
def _display_table(bits, gamma):
    top = 2**bits - 1
    return np.rint(255 * (np.arange(top + 1) / top) ** (1 / gamma)).astype(np.uint8)


def exposure_gain(radiance, mean_level, sensor=Sensor()):
    """Electrons per unit of radiance that give an image a wanted mean grey level.

    Args:
        radiance: float array. Linear light, at least 0.
        mean_level: float in `(0, 255)`. Mean of the displayed image, noise aside.
        sensor: `Sensor`. Defaults to `Sensor()`.

    Returns:
        float. Found by bisection on a logarithmic scale to 1 part in 1000.
    """
    low, high = 1e-3, 1e9
    while high / low > 1.001:
        gain = np.sqrt(low * high)
        level = 255 * np.mean(
            np.minimum(radiance * (gain / sensor.full_well), 1) ** (1 / sensor.gamma)
        )
        low, high = (gain, high) if level < mean_level else (low, gain)
    return float(np.sqrt(low * high))

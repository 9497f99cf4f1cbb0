"""Contrast-limited adaptive histogram equalization (CLAHE) of the lightness."""

from typing import Any

import cv2
import numpy as np

from darkhar.config.keras_settings import keras
from darkhar.enhancement.layers import NumpyEnhancement


@keras.saving.register_keras_serializable(package="darkhar")
class CLAHE(NumpyEnhancement):
    """Equalizes the lightness L* of CIELAB within tiles, at limited contrast.

    The image is divided into `tiles` by `tiles` tiles. In the histogram of each,
    no level counts for more than `clip_limit` times the mean count of the 256
    levels; what exceeds it is spread evenly over all levels. A pixel is mapped by
    the cumulative distributions of the four tiles around it, interpolated
    bilinearly (Pizer et al., Computer Vision, Graphics, and Image Processing 39,
    1987, pages 355-368; Zuiderveld, Graphics Gems IV, 1994, pages 474-485).
    The colour coordinates a* and b* stay as they are.

    OpenCV computes it, on colours and lightness of 8 bits: fractions of grey
    levels are cut off. An image whose sides are no multiples of `tiles` is
    mirrored at its right and lower edges for the tiles' histograms.

    Args:
        clip_limit: float. Limit of the contrast. At 1 the lightness
            hardly changes; at 256 nothing is limited.
        tiles: int. Tiles on each side of the image.

    Example:

    >>> layer = get_enhancement("clahe:clip_limit=3")
    >>> layer(np.zeros((2, 16, 240, 320, 3), np.uint8)).shape
    TensorShape([2, 16, 240, 320, 3])
    """

    def __init__(self, clip_limit: float, tiles: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.clip_limit, self.tiles = float(clip_limit), int(tiles)

    def enhance_image(self, image: np.ndarray) -> np.ndarray:
        colours = np.clip(image, 0, 255).astype(np.uint8)
        lab = cv2.cvtColor(colours, cv2.COLOR_RGB2LAB)
        # A new one each time: OpenCV's keeps its work space, and TensorFlow may
        # enhance several images at once.
        clahe = cv2.createCLAHE(self.clip_limit, (self.tiles, self.tiles))
        lab[..., 0] = clahe.apply(np.ascontiguousarray(lab[..., 0]))
        return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "clip_limit": self.clip_limit,
            "tiles": self.tiles,
        }

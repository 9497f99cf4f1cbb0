"""Histograms, cumulative distributions and the grey-level maps of equalization.

For one channel of 8-bit values, `h[i]` pixels have level `i`, `N` pixels in
all, and `C[i] = (h[0] + ... + h[i]) / N`. Four formulas go by the name of
histogram equalization:

- Textbook (Gonzalez & Woods, Digital Image Processing, section 3.3):
  `round(255 * C[i])`. It is `textbook_levels` here, and what the original paper
  describes. The darkest level that occurs is lifted off 0.
- OpenCV's `equalizeHist` and `keras.layers.Equalization`:
  `round(255 * (C[i] - Cmin) / (1 - Cmin))`, with `Cmin` the value of `C` at
  the darkest level that occurs, which maps to 0. It lies below the textbook by
  `255 * Cmin * (1 - C[i]) / (1 - Cmin)`: at most `255 * Cmin` grey levels. Of a
  batch of images the Keras layer takes one histogram for all.
- Pillow's `ImageOps.equalize`: `(C'[i] + step // 2) // step`, in whole numbers,
  where `C'[i] = h[0] + ... + h[i - 1]` leaves out the level itself and
  `step = (N - h[last]) // 255`, with `last` the brightest level that occurs.
- `keras_cv.layers.Equalization`, which the original paper ran: Pillow's, but
  with the smallest positive count of the histogram for `h[last]`, and levels
  above 255 clipped. It is `keras_cv_levels` here. Since the level itself is left
  out, a level that holds many pixels, as the darkest ones of a dark frame do,
  stays much darker than in the textbook.
"""

import numpy as np

LEVELS = 256


def histogram(channel: np.ndarray) -> np.ndarray:
    """Pixels of each level.

    Args:
        channel: array of any shape. Values in 0..255; fractions are cut off.

    Returns:
        int64 `[256]`.

    Raises:
        ValueError: no pixels, or values outside 0..255.
    """
    channel = np.asarray(channel)
    if not channel.size or channel.min() < 0 or channel.max() >= LEVELS:
        raise ValueError(
            "channel should hold values in 0..255."
            f" Received: shape {list(channel.shape)}"
            + (f", {channel.min()} to {channel.max()}" if channel.size else "")
        )
    return np.bincount(channel.astype(np.int64).ravel(), minlength=LEVELS)


def textbook_levels(counts: np.ndarray) -> np.ndarray:
    """The textbook's new level of each level, in whole numbers; halves round up.

    Args:
        counts: int `[..., 256]`. Pixels of each level, not all 0.

    Returns:
        uint8 `[..., 256]`.
    """
    below = np.cumsum(counts, axis=-1)
    n_pixels = below[..., -1:]
    return ((2 * (LEVELS - 1) * below + n_pixels) // (2 * n_pixels)).astype(np.uint8)


def keras_cv_levels(counts: np.ndarray) -> np.ndarray:
    """What `keras_cv.layers.Equalization` makes of each level.

    A channel with so few pixels beside the rarest level that `step` is 0 stays
    as it is; so does a channel of a single level.

    Args:
        counts: int `[..., 256]`. Pixels of each level, not all 0.

    Returns:
        uint8 `[..., 256]`.
    """
    n_pixels = counts.sum(axis=-1, keepdims=True)
    rarest = np.where(counts > 0, counts, n_pixels).min(axis=-1, keepdims=True)
    step = (n_pixels - rarest) // (LEVELS - 1)
    darker = np.cumsum(counts, axis=-1) - counts
    shifted = (darker + step // 2) // np.maximum(step, 1)
    shifted[..., 0] = 0
    levels = np.where(step == 0, np.arange(LEVELS), shifted)
    return np.clip(levels, 0, LEVELS - 1).astype(np.uint8)

"""Pictures to enhance."""

import numpy as np


def dark_images(n, height=60, width=80, seed=0):
    """Smooth dark pictures with sensor noise: uint8 `[n, height, width, 3]`."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : 1j * height, 0 : 1 : 1j * width]
    images = []
    for _ in range(n):
        a, b, c = rng.uniform(0.5, 3, (3, 3))
        light = 18 * (
            1 + np.sin(a * 3 * x[..., None] + b) * np.cos(c * 3 * y[..., None])
        )
        images.append(light + rng.normal(0, 3, (height, width, 3)))
    return np.clip(images, 0, 255).astype(np.uint8)

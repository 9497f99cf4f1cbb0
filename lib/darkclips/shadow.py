"""The shadow that a body casts on the floor."""

import numpy as np

from darkclips.camera import HEIGHT, WIDTH

# Parts that cast a shadow on the floor; the others lie within these shadows.
_SHADOW_PARTS = {
    "head",
    "chest",
    "belly",
    "thigh",
    "shin",
    "shoe",
    "forearm",
    "cuff",
    "sleeve",
}


def floor_shadow(figure, t, shift, lamp, ground, floor):
    """Shadow of the body on the floor from one lamp.

    Each part's end points are projected from the lamp onto `y = 0`; the shadow is the
    capsule around the line between them with a soft edge.

    Args:
        figure: `Figure`.
        t: int. Frame.
        shift: pair of floats. Shift of the image, pixels; see `camera_path`.
        lamp: `Lamp`.
        ground: float32 array of shape `(2, 240, 320)`. World `x` and `z` of the frame's
            pixels.
        floor: bool array of shape `(240, 320)`. Where they are on the floor.

    Returns:
        A pair of a window (two slices) and a float32 array of its shape in `[0, 1]`, 1
        in full shadow; None if no shadow falls into the frame.
    """
    solid = figure.solid
    chosen = [p for p, name in enumerate(solid.names) if name in _SHADOW_PARTS]
    source = np.asarray(lamp.position)
    ends = np.stack([solid.start[t, chosen], solid.end[t, chosen]])
    radius = solid.radii[chosen].T
    ends[..., 1] = np.clip(ends[..., 1], 0.0, source[1] - 0.35)
    stretch = source[1] / (source[1] - ends[..., 1])
    fallen = source + (ends - source) * stretch[..., None]
    radius = radius * stretch
    fallen[..., 1] = 0.0
    if figure.camera.to_camera(fallen)[..., 2].min() < 0.5:
        return None
    reach = radius.max() * 1.3
    around = np.array([[-1, 0, -1], [1, 0, -1], [-1, 0, 1], [1, 0, 1]])
    corners = fallen[None] + reach * around[:, None, None]
    columns, rows = figure.camera.project(corners.reshape(-1, 3))
    columns, rows = columns - shift[0], rows - shift[1]
    left, right = np.clip([columns.min(), columns.max() + 1], 0, WIDTH).astype(int)
    top, bottom = np.clip([rows.min(), rows.max() + 1], 0, HEIGHT).astype(int)
    if left >= right or top >= bottom:
        return None
    cut = slice(top, bottom), slice(left, right)
    # Shadows are blurred: every third pixel is enough.
    x, z = ground[0][cut][::3, ::3], ground[1][cut][::3, ::3]
    shade = np.zeros(x.shape, np.float32)
    for a, b, r in zip(
        fallen[0].astype(np.float32),
        fallen[1].astype(np.float32),
        radius.mean(axis=0).astype(np.float32),
        strict=True,
    ):
        dx, dz = b[0] - a[0], b[2] - a[2]
        square = dx * dx + dz * dz + np.float32(1e-6)
        s = np.clip(((x - a[0]) * dx + (z - a[2]) * dz) / square, 0, 1)
        away = (x - a[0] - s * dx) ** 2 + (z - a[2] - s * dz) ** 2
        np.maximum(shade, 1.25 - away / (r * r), out=shade)
    shade = np.clip(shade, 0, 1)
    full = np.repeat(np.repeat(shade, 3, 0), 3, 1)[: bottom - top, : right - left]
    return cut, full * floor[cut]

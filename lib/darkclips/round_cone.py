"""Geometry of round cones: where rays meet them, and how neighbouring ones join."""

import numpy as np


def cone_depth(ray, start, end, r0, r1):
    """First intersection of rays from the origin with a round cone.

    The sphere with parameter `s` has its centre at `start + s (end - start)` and the
    radius `r0 + s (r1 - r0)`; a ray of unit direction meets it at `q(s) - sqrt(h(s))`,
    where `q` is the centre's projection onto the ray and `h` the squared radius minus
    the squared distance between centre and ray. `q` is linear and `h` quadratic in `s`,
    so the nearest sphere has a closed form.

    Args:
        ray: sequence of 3 float arrays of shape `S`. Unit directions.
        start, end: float arrays of shape `(3,)`. Centres of the end spheres.
        r0, r1: float. Their radii.

    Returns:
        A triple of float arrays of shape `S`: distance, `s` in `[0, 1]`, and `h` there
        (positive where the ray meets the cone; the distance is meaningless elsewhere).
    """
    step = end - start
    dr = r1 - r0
    q0 = ray[0] * start[0] + ray[1] * start[1] + ray[2] * start[2]
    q1 = ray[0] * step[0] + ray[1] * step[1] + ray[2] * step[2]
    # Seen end-on the cone's outline is that of its end spheres: -a is kept above zero,
    # which sends s beyond the nearer end.
    slope = q1 * q1
    a = dr * dr - step @ step + slope
    minus_a = np.maximum(-a, np.float32(1e-7))
    b = (r0 * dr - start @ step) + q0 * q1
    c = (r0 * r0 - start @ start) + q0 * q0
    top = np.maximum(c + b * b / minus_a, 0)
    s = b / minus_a - q1 * np.sqrt(top / (minus_a * (minus_a + slope)))
    s = np.clip(s, 0, 1)
    h = c + s * (2 * b + s * a)
    return q0 + s * q1 - np.sqrt(np.maximum(h, 0)), s, h


# Surfaces nearer to each other than this belong to one limb or garment, metres.
_SAME_SURFACE = 0.04


def round_off(normal, distance, chosen):
    """Averages normals over neighbouring pixels of one surface, in place.

    Flesh and cloth then pass smoothly from one part to the next.

    Args:
        normal: list of 3 float32 arrays of shape `(height, width)`. Unit normals.
        distance: float32 array of shape `(height, width)`. From the eye, metres.
        chosen: bool array of shape `(height, width)`. Where a body is seen.
    """
    distance = np.where(chosen, distance, np.float32(1e3))
    for reach in (1, 2):
        total = [n.copy() for n in normal]
        for axis in (0, 1):
            one = (
                (slice(reach, None),)
                if axis == 0
                else (slice(None), slice(reach, None))
            )
            other = (
                (slice(None, -reach),)
                if axis == 0
                else (slice(None), slice(None, -reach))
            )
            close = (np.abs(distance[one] - distance[other]) < _SAME_SURFACE).astype(
                np.float32
            )
            for n, t in zip(normal, total, strict=True):
                t[one] += close * n[other]
                t[other] += close * n[one]
        size = 1 / np.sqrt(np.maximum(sum(t * t for t in total), 1e-6))
        for n, t in zip(normal, total, strict=True):
            np.multiply(t, size, out=n)

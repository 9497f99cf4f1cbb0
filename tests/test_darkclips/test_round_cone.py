"""Ray casting against spheres, cylinders and marching along the ray."""

import numpy as np
import pytest

from darkclips.round_cone import cone_depth


def cast(direction, start, end, r0, r1):
    ray = np.asarray(direction, float) / np.linalg.norm(direction)
    values = cone_depth(
        list(ray), np.asarray(start, float), np.asarray(end, float), r0, r1
    )
    return [float(value) for value in values]


def test_sphere_at_both_ends():
    distance, _, h = cast((0, 0, 1), (0, 0, 5), (0, 1e-4, 5), 0.5, 0.5)
    assert h == pytest.approx(0.25, abs=1e-6)
    assert distance == pytest.approx(4.5, abs=1e-6)


def test_cylinder_across_the_ray():
    distance, s, _ = cast((0, 0, 1), (-1, 0, 5), (3, 0, 5), 0.5, 0.5)
    assert (distance, s) == pytest.approx((4.5, 0.25))


def test_capsule_along_the_ray_is_met_at_its_near_end():
    near = cast((0, 0, 1), (0, 0, 4), (0, 0, 8), 0.5, 0.2)
    far = cast((0, 0, 1), (0, 0, 8), (0, 0, 4), 0.2, 0.5)
    assert near[0] == pytest.approx(3.5, abs=1e-3)
    assert far[0] == pytest.approx(3.5, abs=1e-3)


def test_miss():
    assert cast((0, 0, 1), (2, 0, 5), (3, 0, 5), 0.5, 0.5)[2] < 0


def test_against_marching():
    rng = np.random.default_rng(0)
    checked = 0
    for _ in range(60):
        start, end = rng.uniform(-0.5, 0.5, (2, 3)) + np.array([0, 0, 4])
        r0, r1 = rng.uniform(0.1, 0.3, 2)
        if np.linalg.norm(end - start) < 0.3:
            continue
        direction = rng.uniform(-0.12, 0.12, 3) + np.array([0, 0, 1])
        direction /= np.linalg.norm(direction)
        distance, _, h = cast(direction, start, end, r0, r1)
        s = np.linspace(0, 1, 2001)[:, None]
        centres, radii = start + s * (end - start), (r0 + s * (r1 - r0))[:, 0]
        along = centres @ direction
        square = radii**2 - (centres**2).sum(axis=1) + along**2
        if square.max() <= 1e-3:
            continue
        checked += 1
        expected = (along - np.sqrt(np.maximum(square, 0)))[square > 0].min()
        assert h > 0
        assert distance == pytest.approx(expected, abs=2e-3)
    assert checked > 15

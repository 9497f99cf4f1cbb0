"""Ray casting of a scene without people, in linear light."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

from darkclips.camera import HEIGHT, WIDTH
from darkclips.texture import PATTERNS, noise_tile

_NEAR = 0.05
# Shadows are cast for every fourth pixel: lamps have a size, so shadows are soft
# anyway.
_SHADOW_STEP = 4


@dataclass
class Background:
    """The image of an empty scene, larger than a frame by a margin on every side.

    Args:
        margin: tuple of 2 ints. Columns and rows beyond the frame on each side.
        radiance: float32 array of shape `(height, width, 3)`. Linear light, at least 0.
        depth: float32 array of shape `(height, width)`. Metres along the camera's
            forward axis.
        floor: bool array of shape `(height, width)`. Where the floor is seen.
        ground: float32 array of shape `(2, height, width)`. World `x` and `z`, metres.
        shares: list of float32 arrays of shape `(height, width)`. What part of a
            pixel's light comes from each of the scene's lamps.
    """

    margin: tuple
    radiance: np.ndarray
    depth: np.ndarray
    floor: np.ndarray
    ground: np.ndarray
    shares: list


def _to_local(box, vectors, origin):
    """Rotates vectors (components first) into a box's axes about `origin`."""
    c, s = np.float32(cos(radians(box.yaw))), np.float32(sin(radians(box.yaw)))
    x = vectors[0] - np.float32(origin[0])
    y = vectors[1] - np.float32(origin[1])
    z = vectors[2] - np.float32(origin[2])
    return c * x - s * z, y, s * x + c * z


def _slabs(ray, origin, low, high):
    """Entry and exit depth of rays in a box, and the axis of each, by the slab method
    (Kay and Kajiya 1986)."""
    near, far, near_axis, far_axis = -np.inf, np.inf, 0, 0
    for axis in range(3):
        with np.errstate(divide="ignore", invalid="ignore"):
            inverse = 1 / np.where(ray[axis] == 0, np.float32(1e-9), ray[axis])
        first, second = (
            (low[axis] - origin[axis]) * inverse,
            (high[axis] - origin[axis]) * inverse,
        )
        enter, leave = np.minimum(first, second), np.maximum(first, second)
        near_axis = np.where(enter > near, axis, near_axis)
        far_axis = np.where(leave < far, axis, far_axis)
        near, far = np.maximum(near, enter), np.minimum(far, leave)
    return near, far, near_axis, far_axis


def _corners(box):
    c, s = cos(radians(box.yaw)), sin(radians(box.yaw))
    for i in (-0.5, 0.5):
        for j in (-0.5, 0.5):
            for k in (-0.5, 0.5):
                x, y, z = i * box.size[0], j * box.size[1], k * box.size[2]
                yield (
                    box.centre[0] + c * x + s * z,
                    box.centre[1] + y,
                    box.centre[2] - s * x + c * z,
                )


def _window(box, camera, margin, shape):
    """Rows and columns of the image that a box can cover."""
    corners = np.array(list(_corners(box)))
    if camera.to_camera(corners)[:, 2].min() < 0.2:
        return slice(0, shape[0]), slice(0, shape[1])
    columns, rows = camera.project(corners)
    return (
        slice(
            max(0, int(rows.min()) + margin[1] - 1),
            max(0, int(rows.max()) + margin[1] + 2),
        ),
        slice(
            max(0, int(columns.min()) + margin[0] - 1),
            max(0, int(columns.max()) + margin[0] + 2),
        ),
    )


def _paint(colour, window, chosen, surface, coordinates, axis, tile):
    """Writes a surface's albedo where `chosen`; `coordinates` are local, metres."""
    x, y, z = (part[chosen] for part in coordinates)
    axis = axis[chosen]
    u = np.where(axis == 0, z, x)
    v = np.where(axis == 1, z, y)
    factor = np.maximum(PATTERNS[surface.pattern](u, v, tile), 0.02)
    colour[window][chosen] = np.clip(factor, 0, 6)[:, None] * np.asarray(
        surface.colour, np.float32
    )


def _shadowed(points, lamp, boxes):
    """Whether boxes stand between points (components first) and a lamp."""
    blocked = np.zeros(points[0].shape, bool)
    for box in boxes:
        # A lamp inside its own housing shines through it.
        if box.surface.glow:
            continue
        start = _to_local(box, points, box.centre)
        end = _to_local(box, np.asarray(lamp.position, np.float32)[:, None], box.centre)
        ray = [e - s for s, e in zip(start, end, strict=True)]
        half = [np.float32(size / 2) for size in box.size]
        near, far, _, _ = _slabs(ray, start, [-h for h in half], half)
        blocked |= (near < far) & (near > 0.004) & (near < 0.999)
    return blocked


def render_background(scene, camera, boxes=(), margin=(0, 0)):
    """Renders a scene: Lambertian surfaces under point lamps with shadows, plus ambient
    light.

    Args:
        scene: `Scene`.
        camera: `Camera` inside the scene's room.
        boxes: sequence of `Box`. Furniture besides the scene's own. Defaults to none.
        margin: tuple of 2 ints. Columns and rows to render beyond the frame. Defaults
            to 0.

    Returns:
        `Background`.
    """
    boxes = tuple(scene.boxes) + tuple(boxes)
    tile = noise_tile((scene.number, 77))
    width, height = WIDTH + 2 * margin[0], HEIGHT + 2 * margin[1]
    ray = camera.rays(-margin[0], -margin[1], width, height)
    eye = np.asarray(camera.position, np.float32)

    left, right, back, front, ceiling = scene.room
    _, depth, _, axis = _slabs(ray, eye, (left, 0.0, back), (right, ceiling, front))
    depth = depth.astype(np.float32)
    points = [eye[i] + depth * ray[i] for i in range(3)]
    colour = np.zeros((height, width, 3), np.float32)
    normal = np.zeros((3, height, width), np.float32)
    for i in range(3):
        normal[i] = np.where(axis == i, -np.sign(ray[i]), 0)
    glow = np.zeros((height, width), np.float32)
    whole = (slice(None), slice(None))
    floor = (axis == 1) & (ray[1] < 0)
    for chosen, surface in (
        (floor, scene.floor),
        ((axis == 1) & ~floor, scene.ceiling),
        (axis != 1, scene.wall),
    ):
        _paint(colour, whole, chosen, surface, points, axis, tile)
        glow[chosen] = surface.glow

    for box in boxes:
        window = _window(box, camera, margin, (height, width))
        local = _to_local(box, [part[window] for part in ray], (0, 0, 0))
        origin = _to_local(box, eye, box.centre)
        half = [np.float32(size / 2) for size in box.size]
        near, far, side, _ = _slabs(local, origin, [-h for h in half], half)
        hit = (near < far) & (near > _NEAR) & (near < depth[window])
        if not hit.any():
            continue
        place = [origin[i] + near * local[i] for i in range(3)]
        _paint(colour, window, hit, box.surface, place, side, tile)
        depth[window][hit] = near[hit]
        glow[window][hit] = box.surface.glow
        floor[window][hit] = False
        across = [np.where(side == i, -np.sign(local[i]), 0)[hit] for i in range(3)]
        c, s = cos(radians(box.yaw)), sin(radians(box.yaw))
        normal[0][window][hit] = c * across[0] + s * across[2]
        normal[1][window][hit] = across[1]
        normal[2][window][hit] = -s * across[0] + c * across[2]

    points = np.stack([eye[i] + depth * ray[i] for i in range(3)])
    step = _SHADOW_STEP
    coarse = points[:, ::step, ::step].reshape(3, -1)
    light = np.empty((height, width, 3), np.float32)
    # Corners see less of their surroundings: darken towards the foot of the walls.
    light[:] = np.asarray(scene.ambient, np.float32)
    light *= (0.75 + 0.25 * normal[1])[..., None]
    shares = []
    for lamp in scene.lamps:
        to_lamp = [np.float32(lamp.position[i]) - points[i] for i in range(3)]
        square = sum(part * part for part in to_lamp) + np.float32(0.05)
        slope = np.maximum(
            sum(t * n for t, n in zip(to_lamp, normal, strict=True)), 0
        ) / np.sqrt(square)
        lit = 1 - _shadowed(coarse, lamp, boxes).astype(np.float32)
        lit = lit.reshape(points[0, ::step, ::step].shape)
        lit = _enlarge(lit, step)[:height, :width]
        falls = lamp.power * slope / square * lit
        light += falls[..., None] * np.asarray(lamp.colour, np.float32)
        shares.append(falls)
    total = light.mean(axis=2)
    shares = [
        np.minimum(share * np.mean(lamp.colour) / total, 1)
        for share, lamp in zip(shares, scene.lamps, strict=True)
    ]
    radiance = colour * (light + glow[..., None])
    return Background(margin, soften(radiance), depth, floor, points[[0, 2]], shares)


def _enlarge(image, step):
    """Repeats pixels and smooths the steps between them."""
    large = np.repeat(np.repeat(image, step, axis=0), step, axis=1)
    for axis in (0, 1):
        total = np.zeros_like(large)
        for shift in range(-step // 2, step // 2 + 1):
            total += np.roll(large, shift, axis)
        large = total / (2 * (step // 2) + 1)
    return large


def soften(image):
    """The lens's blur: a binomial kernel of 3 by 3 pixels.

    Args:
        image: float array of shape `(height, width, ...)`.

    Returns:
        float array of the same shape; edges are repeated.
    """
    for axis in (0, 1):
        image = np.moveaxis(image, axis, 0)
        middle = 0.5 * image
        middle[1:] += 0.25 * image[:-1]
        middle[0] += 0.25 * image[0]
        middle[:-1] += 0.25 * image[1:]
        middle[-1] += 0.25 * image[-1]
        image = np.moveaxis(middle, 0, axis)
    return np.ascontiguousarray(image)

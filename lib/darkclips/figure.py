"""Draws a moving body over the background, in linear light."""

import numpy as np

from darkclips.camera import HEIGHT, WIDTH
from darkclips.round_cone import cone_depth, round_off

# Parts whose colour varies with folds, weave or strands.
_CLOTHED = {
    "chest",
    "belly",
    "hips",
    "yoke",
    "breast",
    "sleeve",
    "cuff",
    "short",
    "shin",
    "calf",
    "thigh",
    "hair",
    "mane",
}


class Figure:
    """A body prepared for drawing frame by frame.

    Args:
        solid: `Solid` of `T` frames and `P` parts.
        person: `Person`.
        camera: `Camera`.
        scene: `Scene`. Its lamps light the body.
        tile: float32 array of shape `(128, 128)`. Noise for cloth.
    """

    def __init__(self, solid, person, camera, scene, tile):
        self.solid, self.person, self.camera, self.scene, self.tile = (
            solid,
            person,
            camera,
            scene,
            tile,
        )
        self.start = camera.to_camera(solid.start).astype(np.float32)
        self.end = camera.to_camera(solid.end).astype(np.float32)
        self.axis = (solid.axis @ camera.axes.T).astype(np.float32)
        self.forward = (solid.forward @ camera.axes.T).astype(np.float32)
        self.up = camera.axes[:, 1].astype(np.float32)
        self.lamps = [
            (
                camera.to_camera(lamp.position).astype(np.float32),
                lamp.power * np.asarray(lamp.colour, np.float32),
            )
            for lamp in scene.lamps
        ]
        self.radii = solid.radii.astype(np.float32)
        self.squash = solid.squash.astype(np.float32)
        self.head, self.chest, self.belly, self.hips = map(
            solid.names.index, ("head", "chest", "belly", "hips")
        )
        # Height of the hem on the way from hips to waist: over or under the belt.
        self.hem = -0.15 if person.long_sleeves else 0.1
        self.tops = np.array([n in ("chest", "breast") for n in solid.names])
        self.cloth = np.array([n in _CLOTHED for n in solid.names])

    def window(self, t, shift):
        """Pixel window `(left, top, right, bottom)` of each part, int array
        `(P, 4)`."""
        focal = self.camera.focal
        low, high = [], []
        for points, radius in (
            (self.start[t], self.radii[:, 0]),
            (self.end[t], self.radii[:, 1]),
        ):
            depth = np.maximum(points[:, 2], 0.3)
            reach = focal * radius / np.maximum(depth - radius, 0.2) + 2
            column = WIDTH / 2 - shift[0] + focal * points[:, 0] / depth
            row = HEIGHT / 2 - shift[1] - focal * points[:, 1] / depth
            low.append((column - reach, row - reach))
            high.append((column + reach, row + reach))
        low, high = np.minimum(*low), np.maximum(*high)
        left, top = np.clip(low, 0, [[WIDTH], [HEIGHT]]).astype(int)
        right, bottom = np.clip(high + 1, 0, [[WIDTH], [HEIGHT]]).astype(int)
        return np.stack([left, top, right, bottom], axis=1)

    def draw(self, t, shift, image, depth):
        """Draws frame `t` into `image`.

        Args:
            t: int. Frame.
            shift: pair of floats. Shift of the image, pixels; see `camera_path`.
            image: float32 array of shape `(240, 320, 3)`. Linear light, changed in
                place.
            depth: float32 array of shape `(240, 320)`. Depth of the background, metres.
        """
        windows = self.window(t, shift)
        left, top = windows[:, :2].min(axis=0)
        right, bottom = windows[:, 2:].max(axis=0)
        if left >= right or top >= bottom:
            return
        focal = np.float32(self.camera.focal)
        x = (np.arange(left, right) + 0.5 - WIDTH / 2 + shift[0]).astype(
            np.float32
        ) / focal
        y = (
            -(np.arange(top, bottom) + 0.5 - HEIGHT / 2 + shift[1]).astype(np.float32)[
                :, None
            ]
            / focal
        )
        z = 1 / np.sqrt(1 + x * x + y * y)
        ray = [x * z, y * z, z]
        shape = z.shape
        nearest = depth[top:bottom, left:right] / z
        part = np.full(shape, -1, np.int16)
        normal = [np.zeros(shape, np.float32) for _ in range(3)]
        along = np.zeros(shape, np.float32)
        cover = np.zeros(shape, np.float32)
        for p, (x0, y0, x1, y1) in enumerate(windows):
            if (
                x0 >= x1
                or y0 >= y1
                or self.start[t, p, 2] < 0.3
                or self.end[t, p, 2] < 0.3
            ):
                continue
            cut = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
            self._part(
                t, p, cut, [r[cut] for r in ray], nearest, part, normal, along, cover
            )
        chosen = part >= 0
        if not chosen.any():
            return
        round_off(normal, nearest, chosen)
        index = part[chosen]
        place = [r[chosen] * nearest[chosen] for r in ray]
        facing = [n[chosen] for n in normal]
        colour = self._albedo(t, index, place, facing, along[chosen])
        sight = -(
            facing[0] * ray[0][chosen]
            + facing[1] * ray[1][chosen]
            + facing[2] * ray[2][chosen]
        )
        colour *= (
            self._light(place, facing) * (0.68 + 0.32 * np.clip(sight, 0, 1))[:, None]
        )
        area = image[top:bottom, left:right]
        alpha = cover[chosen][:, None]
        area[chosen] = area[chosen] * (1 - alpha) + colour * alpha

    def _part(self, t, p, cut, ray, nearest, part, normal, along, cover):
        start, end, axis = self.start[t, p], self.end[t, p], self.axis[t, p]
        r0, r1 = self.radii[p]
        squash = self.squash[p]
        if squash != 1:
            # In space stretched along the axis the flattened part is round.
            gain = 1 / squash - 1
            across = gain * (ray[0] * axis[0] + ray[1] * axis[1] + ray[2] * axis[2])
            ray = [ray[i] + across * axis[i] for i in range(3)]
            length = np.sqrt(ray[0] * ray[0] + ray[1] * ray[1] + ray[2] * ray[2])
            ray = [component / length for component in ray]
            start = start + gain * (start @ axis) * axis
            end = end + gain * (end @ axis) * axis
        # Half a pixel is added to the radius; the outermost pixel is then blended in.
        pixel = np.float32(0.5 * (start[2] + end[2]) / self.camera.focal)
        distance, s, h = cone_depth(ray, start, end, r0 + pixel / 2, r1 + pixel / 2)
        distance_here = distance / length if squash != 1 else distance
        hit = (h > 0) & (distance_here < nearest[cut])
        if not hit.any():
            return
        radius = r0 + pixel / 2 + s * (r1 - r0)
        centre = [start[i] + s * (end[i] - start[i]) for i in range(3)]
        out = [(ray[i] * distance - centre[i]) / radius for i in range(3)]
        if squash != 1:
            across = gain * (out[0] * axis[0] + out[1] * axis[1] + out[2] * axis[2])
            out = [out[i] + across * axis[i] for i in range(3)]
            size = 1 / np.sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2])
            out = [component * size for component in out]
        edge = (radius - np.sqrt(np.maximum(radius * radius - h, 0))) / pixel
        np.copyto(nearest[cut], distance_here, where=hit)
        np.copyto(part[cut], np.int16(p), where=hit)
        for target, value in zip(normal, out, strict=True):
            np.copyto(target[cut], value, where=hit)
        np.copyto(along[cut], s, where=hit)
        np.maximum(cover[cut], np.clip(edge, 0, 1), out=cover[cut], where=hit)

    def _albedo(self, t, index, place, facing, along):
        colour = self.solid.colours.astype(np.float32)[index]
        start, end, forward = self.start[t], self.end[t], self.forward[t]
        length = np.linalg.norm(end - start, axis=1)
        round_about = sum(facing[i] * forward[index, i] for i in range(3))
        # Folds and weave of cloth.
        rows = (along * length[index] * 60 + index * 17).astype(np.int32) & 127
        columns = (round_about * 14 + index * 29).astype(np.int32) & 127
        colour *= (1 + self.cloth[index] * 0.13 * self.tile[rows, columns])[
            :, None
        ].clip(0.3, 2)
        # A straight hem parts the top from what is worn below.
        hips = 0.5 * (self.start[t, self.hips] + self.end[t, self.hips])
        trunk = self.end[t, self.belly] - hips
        height = sum((place[i] - hips[i]) * trunk[i] for i in range(3)) / (
            trunk @ trunk
        )
        waistline = (index == self.belly) | (index == self.hips)
        above = waistline & (height > self.hem)
        weave = colour[waistline].mean(axis=1) / self.solid.colours[
            index[waistline]
        ].mean(axis=1)
        tone = np.where(above[waistline][:, None], self.person.top, self.person.bottom)
        colour[waistline] = tone * weave[:, None]
        chest = self.start[t, self.chest]
        if self.person.print == "stripes":
            axis = self.end[t, self.chest] - chest
            axis = axis / np.linalg.norm(axis)
            height = sum((place[i] - chest[i]) * axis[i] for i in range(3))
            colour[(self.tops[index] | above) & (height / 0.08 % 1 < 0.45)] *= 0.35
        elif self.person.print == "badge":
            spot = 0.5 * (chest + self.end[t, self.chest]) + 0.11 * forward[self.chest]
            square = sum((place[i] - spot[i]) ** 2 for i in range(3))
            colour[self.tops[index] & (square < 0.05**2)] = (0.7, 0.65, 0.5)
        self._face(t, index, place, colour)
        return colour

    def _face(self, t, index, place, colour):
        face = np.flatnonzero((index == self.head) | (index == self.head + 1))
        if not len(face):
            return
        size = np.float32(self.person.stature / 1.75)
        middle = 0.5 * (self.start[t, self.head] + self.end[t, self.head])
        forward, right = self.forward[t, self.head], self.axis[t, self.head]
        # Right, up and depth are left-handed axes: the cross product changes its sign.
        upward = np.cross(forward, right)
        offset = np.stack(
            [(place[i][face] - middle[i]) / size for i in range(3)], axis=1
        )
        ahead, up, side = offset @ forward, offset @ upward, np.abs(offset @ right)
        front = ahead > 0.03
        skin = np.asarray(self.person.skin, np.float32)
        dark = np.asarray(self.person.hair, np.float32)

        def paint(where, shade):
            colour[face[where]] = shade

        paint(
            front & (((side - 0.033) / 0.017) ** 2 + ((up + 0.002) / 0.009) ** 2 < 1),
            (0.5, 0.48, 0.45),
        )
        paint(
            front & (((side - 0.032) / 0.009) ** 2 + ((up + 0.002) / 0.009) ** 2 < 1),
            (0.02, 0.02, 0.02),
        )
        paint(
            front
            & (np.abs(up - 0.02 + 4 * (side - 0.034) ** 2) < 0.006)
            & (np.abs(side - 0.034) < 0.02),
            dark,
        )
        paint(
            front & ((side / 0.026) ** 2 + ((up + 0.068) / 0.009) ** 2 < 1),
            skin * (0.75, 0.4, 0.4),
        )
        paint((up > 0.075) | ((up > 0.02) & (ahead < 0.0)) | (ahead < -0.04), dark)

    def _light(self, place, facing):
        """Irradiance at body points, float32 `(N, 3)`: lamps plus a hemisphere of
        ambient light."""
        above = facing[0] * self.up[0] + facing[1] * self.up[1] + facing[2] * self.up[2]
        light = (0.65 + 0.35 * above)[:, None] * np.asarray(
            self.scene.ambient, np.float32
        )
        for position, power in self.lamps:
            to_lamp = [position[i] - place[i] for i in range(3)]
            square = (
                to_lamp[0] ** 2 + to_lamp[1] ** 2 + to_lamp[2] ** 2 + np.float32(0.05)
            )
            slope = sum(t * n for t, n in zip(to_lamp, facing, strict=True)) / np.sqrt(
                square
            )
            # Rough cloth and skin keep some light past the terminator.
            light += (np.maximum(slope + 0.15, 0) / 1.15 / square)[:, None] * power
        return light

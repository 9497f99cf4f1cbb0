"""Puts one clip together: the person, where they go, the seat, the camera."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from darkclips.body import Solid, build
from darkclips.camera import HEIGHT, WIDTH, Camera, camera_path
from darkclips.manner import USUAL, between
from darkclips.motion import move
from darkclips.person import Person, draw_person
from darkclips.scene import seat_boxes
from darkclips.scenes import SCENES

_LOCOMOTION = ("Run", "Walk")
# Furniture keeps clear of this depth range around the origin, metres.
_CLEAR_DEPTH = 3.0


@dataclass
class Stage:
    """Everything that is seen in a clip, before light and sensor.

    Args:
        person: `Person`.
        joints: dict from joint to positions of shape `(T, 3)`, world, metres.
        axes: dict from segment to rotations of shape `(T, 3, 3)`; see
            `forward_kinematics`.
        boxes: list of `Box`. Seats.
        camera: `Camera`.
        shift: float array of shape `(T, 2)`. See `camera_path`.
    """

    person: Person
    joints: dict
    axes: dict
    boxes: list
    camera: Camera
    shift: np.ndarray

    @cached_property
    def solid(self) -> Solid:
        """The moving body."""
        return build(self.person, self.joints, self.axes)


def _facing(action, rng, manner):
    """Angle between where the person faces and the camera, degrees to either side."""
    kind = rng.uniform()
    if action in _LOCOMOTION:
        if kind < manner.sideways:
            return rng.choice([-1, 1]) * rng.uniform(60, 120)
        nearer = manner.sideways + 5 / 9 * (1 - manner.sideways)
        return rng.uniform(-50, 50) if kind < nearer else 180 + rng.uniform(-45, 45)
    if kind < 0.85:
        return rng.uniform(-110, 110)
    return 180 + rng.uniform(-70, 70)


def _size(rng, manner):
    """Stature in the picture, pixels."""
    if not manner.spread_evenly:
        return between(rng, manner.person_pixels)
    return np.exp(between(rng, np.log(manner.person_pixels)))


def stage_clip(spec, rng, manner=USUAL):
    """Draws person, motion, place, seat and camera of a clip.

    Args:
        spec: `ClipSpec`.
        rng: `np.random.Generator`.
        manner: `Manner`. Defaults to `USUAL`.

    Returns:
        `Stage`.
    """
    scene, action = SCENES[spec.scene], spec.action
    person = draw_person(rng)
    azimuth = scene.view + rng.uniform(-22, 22)
    facing = _facing(action, rng, manner)
    seed = rng.integers(2**32)

    def act(heading):
        return move(
            action,
            spec.frames,
            np.random.default_rng(seed),
            person.stature,
            person.breadth,
            heading,
            manner,
        )

    # A body with yaw -90 faces z, a camera of azimuth 0 stands at z.
    joints, axes = act(facing - 90 + azimuth)
    if action in _LOCOMOTION:
        travel = np.ptp(joints["pelvis"][:, [0, 2]], axis=0)
        length = np.hypot(*travel)
        if travel[1] > _CLEAR_DEPTH:
            # The room is not deep enough to come so far towards the camera: cross it
            # more sideways.
            steepest = np.degrees(np.arcsin(_CLEAR_DEPTH / length))
            side = 0.0 if np.sin(np.radians(facing)) >= 0 else 180.0
            toward = 1 if np.cos(np.radians(facing)) > 0 else -1
            heading = -steepest * toward if side == 0 else 180 + steepest * toward
            joints, axes = act(heading)
    place = np.array([rng.uniform(-0.4, 0.4), 0.0, rng.uniform(-0.4, 0.3)])
    joints = {name: position + place for name, position in joints.items()}

    boxes = []
    if action in ("Sit", "Stand"):
        seated = -1 if action == "Sit" else 0
        pelvis = joints["pelvis"][seated]
        forward = axes["pelvis"][seated][:, 0] * (1, 0, 1)
        forward /= np.linalg.norm(forward)
        spot = pelvis + 0.06 * forward
        top = pelvis[1] - 0.1 * person.girth * person.stature / 1.75
        yaw = float(np.degrees(np.arctan2(-forward[2], forward[0])))
        boxes += seat_boxes(scene.seat, scene.chair, (spot[0], spot[2]), yaw, top)
    elif rng.uniform() < 0.75:
        spot = (rng.choice([-1, 1]) * rng.uniform(0.7, 1.8), -rng.uniform(1.0, 1.5))
        boxes += seat_boxes(scene.seat, scene.chair, spot, rng.uniform(-180, 180), 0.45)

    focal = rng.uniform(290, 330)
    angle = np.radians(azimuth)
    pixels = _size(rng, manner)
    depth = np.ptp(joints["pelvis"] @ (np.sin(angle), 0.0, np.cos(angle)))
    distance = max(focal * person.stature / pixels, 0.5 * depth + manner.nearest)
    aim = np.array([rng.uniform(-0.25, 0.25), between(rng, manner.aim), 0.0])
    # The head of who stands is in the picture.
    aim[1] = max(aim[1], person.stature - 0.5 * HEIGHT / focal * distance)
    target = place + aim
    position = target + distance * np.array([np.sin(angle), 0.0, np.cos(angle)])
    position[1] = scene.lens + between(rng, manner.lens)
    camera = Camera(tuple(position), tuple(target), focal)

    centre = 0.5 * (joints["pelvis"] + joints["neck"])
    columns, rows = camera.project(centre)
    subject = np.stack(
        [np.clip(columns, -WIDTH, 2 * WIDTH), np.clip(rows, 0, HEIGHT)], axis=1
    )
    follow = rng.uniform(0.55, 0.9)
    drift = np.outer(np.linspace(-0.5, 0.5, spec.frames), rng.normal(0, (14, 4)))
    shift = (
        camera_path(spec.frames, rng, subject, rng.uniform(0.3, 1.6), follow) + drift
    )
    return Stage(person, joints, axes, boxes, camera, shift)

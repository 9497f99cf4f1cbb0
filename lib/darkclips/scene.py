"""What a place is made of: a room or a street, furniture, lamps."""

from dataclasses import dataclass
from math import cos, radians, sin


@dataclass(frozen=True)
class Surface:
    """A pattern in a colour.

    Args:
        pattern: str. A name in `texture.PATTERNS`.
        colour: tuple of 3 floats. Linear albedo in red, green, blue, in `[0, 1]`.
        glow: float. Radiance given off, as a factor on the colour. Defaults to 0.
    """

    pattern: str
    colour: tuple
    glow: float = 0.0


@dataclass(frozen=True)
class Box:
    """A cuboid standing upright.

    Args:
        centre: tuple of 3 floats. Metres.
        size: tuple of 3 floats. Full extent along `x`, `y`, `z` before turning, metres.
        surface: `Surface`.
        yaw: float. Turn about the vertical, degrees. Defaults to 0.
    """

    centre: tuple
    size: tuple
    surface: Surface
    yaw: float = 0.0


@dataclass(frozen=True)
class Lamp:
    """A point light.

    Args:
        position: tuple of 3 floats. Metres.
        colour: tuple of 3 floats. Linear, in `[0, 1]`.
        power: float. Irradiance at a distance of 1 m, relative to the other lamps.
    """

    position: tuple
    colour: tuple
    power: float


@dataclass(frozen=True)
class Scene:
    """A place where clips are shot. Actions happen around the origin of the floor.

    Args:
        number: int. The scene's number in clip names.
        split: str. `"train"` or `"validate"`.
        room: tuple of 5 floats, `(left, right, back, front, ceiling)` in metres: walls
            at `x = left`, `x = right`, `z = back`, `z = front`. An outdoor scene is a
            room whose ceiling is the sky.
        floor, wall, ceiling: `Surface`.
        boxes: tuple of `Box`.
        lamps: tuple of `Lamp`, the brightest first.
        ambient: tuple of 3 floats. Light from everywhere.
        chair: `Surface` of the scene's chairs.
        seat: str. `"chair"`, `"stool"` or `"bench"`.
        view: float. Direction from the origin to the camera, degrees from `z` towards
            `x`. Defaults to 0.
        lens: float. Height of the camera over the floor, metres. Defaults to 1.4.
    """

    number: int
    split: str
    room: tuple
    floor: Surface
    wall: Surface
    ceiling: Surface
    boxes: tuple
    lamps: tuple
    ambient: tuple
    chair: Surface
    seat: str = "chair"
    view: float = 0.0
    lens: float = 1.4


def seat_boxes(kind, surface, place, yaw, top):
    """The boxes of a seat.

    Args:
        kind: str. `"chair"`, `"stool"` or `"bench"`.
        surface: `Surface`.
        place: pair of floats. `x` and `z` of the middle of the seat, metres.
        yaw: float. Direction the sitter faces, degrees from `+x` to the left.
        top: float. Height of the seat, metres.

    Returns:
        list of `Box`.
    """
    x, z = place
    c, s = cos(radians(yaw)), sin(radians(yaw))

    def box(forward, up, right, size, material=surface):
        centre = (x + c * forward + s * right, up, z - s * forward + c * right)
        return Box(centre, size, material, yaw)

    dark = Surface("plain", tuple(0.4 * channel for channel in surface.colour))
    half = {"chair": 0.22, "stool": 0.19, "bench": 0.65}[kind]
    parts = [
        box(0.0, top - 0.03, 0.0, (0.42 if kind != "stool" else 0.36, 0.06, 2 * half))
    ]
    for forward in (-0.17, 0.17):
        for right in (-half + 0.04, half - 0.04):
            parts.append(
                box(forward, (top - 0.06) / 2, right, (0.04, top - 0.06, 0.04), dark)
            )
    if kind == "chair":
        parts.append(box(-0.25, top + 0.3, 0.0, (0.05, 0.42, 2 * half)))
        parts.append(box(-0.24, top + 0.05, 0.0, (0.03, 0.2, 0.08), dark))
    return parts

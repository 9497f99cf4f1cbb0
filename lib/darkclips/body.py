"""Solid bodies: what hangs on the joints.

A body is a set of round cones, each the union of spheres whose centre runs from one
point to another while the radius changes linearly, flattened along one axis where a
body part is.
"""

from dataclasses import dataclass

import numpy as np

from darkclips.skeleton import SIDES


@dataclass
class Solid:
    """The round cones of a moving body.

    Args:
        names: list of `P` str.
        start, end: float arrays of shape `(T, P, 3)`. Centres of the end spheres,
            world, metres.
        radii: float array of shape `(P, 2)`. Radii at start and end, metres.
        squash: float array of shape `(P,)`. Factor on the extent along `axis`.
        axis: float array of shape `(T, P, 3)`. Unit vectors of the flattened direction.
        forward: float array of shape `(T, P, 3)`. Where the front of each part points.
        colours: float array of shape `(P, 3)`. Linear albedo.
    """

    names: list
    start: np.ndarray
    end: np.ndarray
    radii: np.ndarray
    squash: np.ndarray
    axis: np.ndarray
    forward: np.ndarray
    colours: np.ndarray


def build(person, joints, frames):
    """Puts flesh and clothes on moving joints.

    Lengths come from the skeleton; radii were chosen by eye for a body of average
    build, with clothes a little wider than the limbs in them.

    Args:
        person: `Person`.
        joints: dict of positions of shape `(T, 3)`, metres.
        frames: dict of rotation matrices of shape `(T, 3, 3)`.

    Returns:
        `Solid`.
    """
    size = person.stature / 1.75
    flesh = size * person.girth
    rows = []

    def at(joint, frame, *offset):
        return joints[joint] + frames[frame] @ (size * np.asarray(offset, float))

    def add(name, frame, start, end, r0, r1, colour, squash=1.0, column=0, scale=flesh):
        segment = frames[frame]
        rows.append(
            (
                name,
                start,
                end,
                (r0 * scale, r1 * scale),
                squash,
                segment[:, :, column],
                segment[:, :, 0],
                colour,
            )
        )

    def between(a, b, share):
        return joints[a] + share * (joints[b] - joints[a])

    skin, top, bottom, hair = person.skin, person.top, person.bottom, person.hair
    add(
        "head",
        "head",
        at("head", "head", -0.004, -0.01, 0),
        at("head", "head", -0.012, 0.028, 0),
        0.088,
        0.092,
        skin,
        0.83,
        2,
        size,
    )
    add(
        "jaw",
        "head",
        at("head", "head", 0.022, -0.03, 0),
        at("head", "head", 0.036, -0.075, 0),
        0.062,
        0.04,
        skin,
        0.92,
        2,
        size,
    )
    add(
        "nose",
        "head",
        at("head", "head", 0.084, 0.0, 0),
        at("head", "head", 0.098, -0.022, 0),
        0.009,
        0.014,
        skin,
        1.0,
        2,
        size,
    )
    add(
        "hair",
        "head",
        at("head", "head", -0.03, 0.012, 0),
        at("head", "head", -0.014, 0.045, 0),
        0.088,
        0.09,
        hair,
        0.88,
        2,
        size,
    )
    for sign in (1, -1):
        add(
            "ear",
            "head",
            at("head", "head", -0.008, -0.02, sign * 0.078),
            at("head", "head", -0.012, 0.01, sign * 0.08),
            0.014,
            0.018,
            skin,
            0.6,
            2,
            size,
        )
    if person.long_hair:
        add(
            "mane",
            "head",
            at("head", "head", -0.05, 0.0, 0),
            at("neck", "thorax", -0.075, -0.07, 0),
            0.085,
            0.06,
            hair,
            0.7,
            0,
            size,
        )
    add(
        "neck",
        "thorax",
        at("neck", "thorax", -0.005, -0.02, 0),
        at("head", "head", -0.018, -0.06, 0),
        0.056,
        0.053,
        skin,
    )

    chest = at("chest", "thorax", 0.0, 0.055, 0)
    add("chest", "thorax", joints["waist"], chest, 0.138, 0.158, top, 0.68)
    add(
        "belly",
        "pelvis",
        at("pelvis", "pelvis", 0.0, 0.03, 0),
        joints["waist"],
        0.15,
        0.138,
        top,
        0.72,
    )
    add(
        "hips",
        "pelvis",
        at("right_hip", "pelvis", -0.012, 0.0, 0.0),
        at("left_hip", "pelvis", -0.012, 0.0, 0.0),
        0.108,
        0.108,
        bottom,
        0.95,
    )
    for side, sign in zip(SIDES, (1, -1), strict=True):
        shoulder = f"{side}_shoulder"
        upper, fore = f"{side}_upper_arm", f"{side}_forearm"
        elbow, wrist = f"{side}_elbow", f"{side}_wrist"
        add(
            "yoke",
            "thorax",
            at("neck", "thorax", -0.012, -0.03, sign * 0.035),
            at(shoulder, "thorax", 0, 0.0, 0),
            0.056,
            0.056,
            top,
        )
        add(
            "breast",
            "thorax",
            chest,
            at(shoulder, "thorax", 0.0, -0.07, -sign * 0.045),
            0.118,
            0.07,
            top,
            0.72,
        )
        if person.long_sleeves:
            add("sleeve", upper, joints[shoulder], joints[elbow], 0.062, 0.05, top)
            add(
                "cuff",
                fore,
                joints[elbow],
                between(elbow, wrist, 0.95),
                0.05,
                0.038,
                top,
            )
        else:
            add(
                "sleeve",
                upper,
                joints[shoulder],
                between(shoulder, elbow, 0.55),
                0.063,
                0.059,
                top,
            )
            add("arm", upper, joints[shoulder], joints[elbow], 0.055, 0.041, skin)
            add("forearm", fore, joints[elbow], joints[wrist], 0.043, 0.028, skin)
        add(
            "hand",
            fore,
            at(wrist, fore, 0, -0.03, 0),
            at(f"{side}_hand", fore, 0.012, 0, 0),
            0.034,
            0.03,
            skin,
            0.55,
            2,
            size,
        )
        thigh, shank, foot = f"{side}_thigh", f"{side}_shank", f"{side}_foot"
        hip, knee, ankle = f"{side}_hip", f"{side}_knee", f"{side}_ankle"
        if person.shorts:
            add(
                "short",
                thigh,
                joints[hip],
                between(hip, knee, 0.8),
                0.098,
                0.082,
                bottom,
            )
            add("thigh", thigh, joints[hip], joints[knee], 0.088, 0.057, skin)
            add(
                "calf",
                shank,
                at(knee, shank, -0.008, -0.06, 0),
                between(knee, ankle, 0.5),
                0.058,
                0.052,
                skin,
            )
            add("shin", shank, joints[knee], joints[ankle], 0.056, 0.037, skin)
        else:
            add("thigh", thigh, joints[hip], joints[knee], 0.096, 0.065, bottom)
            add(
                "calf",
                shank,
                at(knee, shank, -0.01, -0.06, 0),
                between(knee, ankle, 0.6),
                0.062,
                0.057,
                bottom,
            )
            add(
                "shin",
                shank,
                joints[knee],
                between(knee, ankle, 0.92),
                0.064,
                0.05,
                bottom,
            )
        add(
            "heel",
            foot,
            at(f"{side}_heel", foot, 0.03, 0.045, 0),
            at(ankle, foot, 0.02, -0.008, 0),
            0.042,
            0.04,
            person.shoes,
            1,
            0,
            size,
        )
        add(
            "shoe",
            foot,
            at(f"{side}_heel", foot, 0.05, 0.042, 0),
            at(f"{side}_toe", foot, -0.04, 0.018, 0),
            0.042,
            0.034,
            person.shoes,
            1,
            0,
            size,
        )

    def stack(i):
        return np.stack([row[i] for row in rows], axis=1)

    return Solid(
        names=[row[0] for row in rows],
        start=stack(1),
        end=stack(2),
        radii=np.array([row[3] for row in rows]),
        squash=np.array([row[4] for row in rows]),
        axis=stack(5),
        forward=stack(6),
        colours=np.array([row[7] for row in rows]),
    )

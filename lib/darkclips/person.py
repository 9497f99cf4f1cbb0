"""Who is in a clip: build, skin, hair and clothes."""

from dataclasses import dataclass

import numpy as np

SKIN = (
    (0.62, 0.42, 0.32),
    (0.52, 0.33, 0.23),
    (0.4, 0.24, 0.15),
    (0.26, 0.14, 0.085),
    (0.13, 0.07, 0.045),
)
HAIR = (
    (0.012, 0.01, 0.009),
    (0.03, 0.018, 0.012),
    (0.1, 0.05, 0.025),
    (0.32, 0.22, 0.1),
    (0.3, 0.3, 0.3),
)
CLOTH = (
    (0.03, 0.03, 0.035),
    (0.75, 0.75, 0.72),
    (0.28, 0.29, 0.3),
    (0.05, 0.08, 0.25),
    (0.45, 0.05, 0.05),
    (0.08, 0.25, 0.12),
    (0.6, 0.45, 0.1),
    (0.2, 0.4, 0.6),
    (0.45, 0.3, 0.2),
    (0.5, 0.25, 0.45),
)
"""Linear albedos to dress people in; the first three clothe half of them."""


@dataclass(frozen=True)
class Person:
    """One person's build and dress.

    Args:
        stature: float. Metres.
        girth: float. Factor on all radii of limbs and trunk.
        breadth: float. Factor on the breadths of shoulders and hips.
        skin, hair, top, bottom, shoes: tuples of 3 floats. Linear albedo, in `[0, 1]`.
        long_hair, long_sleeves, shorts: bool.
        print: str. `"none"`, `"stripes"` or `"badge"`: what is on the top.
    """

    stature: float
    girth: float
    breadth: float
    skin: tuple
    hair: tuple
    top: tuple
    bottom: tuple
    shoes: tuple
    long_hair: bool
    long_sleeves: bool
    shorts: bool
    print: str


def draw_person(rng):
    """Draws a person.

    Statures spread over what most adults measure, 1.55 to 1.88 m.

    Args:
        rng: `np.random.Generator`.

    Returns:
        `Person`.
    """

    def cloth():
        common = rng.uniform() < 0.5
        colour = np.asarray(
            CLOTH[rng.integers(3) if common else rng.integers(len(CLOTH))]
        )
        return tuple(
            np.clip(
                colour * rng.uniform(0.8, 1.2) + rng.uniform(0, 0.03, 3), 0.02, 0.85
            )
        )

    top = cloth()
    bottom = tuple(0.65 * np.asarray(cloth()))
    # A person dressed in one shade from neck to ankle is rare, and hard to tell the
    # limbs of.
    if abs(np.mean(top) - np.mean(bottom)) < 0.06:
        top = tuple(np.minimum(np.asarray(top) * 1.5 + 0.1, 0.85))
    return Person(
        stature=rng.uniform(1.56, 1.88),
        girth=rng.uniform(0.9, 1.15),
        breadth=rng.uniform(0.94, 1.06),
        skin=SKIN[rng.choice(5, p=(0.3, 0.3, 0.2, 0.12, 0.08))],
        hair=HAIR[rng.choice(5, p=(0.45, 0.25, 0.15, 0.1, 0.05))],
        top=top,
        bottom=bottom,
        shoes=(0.7, 0.7, 0.68) if rng.uniform() < 0.5 else (0.05, 0.05, 0.06),
        long_hair=bool(rng.uniform() < 0.35),
        long_sleeves=bool(rng.uniform() < 0.4),
        shorts=bool(rng.uniform() < 0.25),
        print=str(rng.choice(["none", "none", "stripes", "badge"])),
    )

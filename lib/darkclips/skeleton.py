"""Joints, bone lengths and forward kinematics of the human body.

Axes. World: `x` right, `y` up, `z` towards the spectator, in metres. Body: `x` forward,
`y` up, `z` to the body's right. Both are right-handed, and a body with yaw 0 faces
world `+x`.

Bone lengths are fractions of stature from Drillis and Contini (1966) as drawn in
Winter (2009), *Biomechanics and Motor Control of Human Movement*, 4th ed., figure 4.1.
"""

from dataclasses import dataclass, field

import numpy as np

SIDES = ("right", "left")

FRACTIONS = {
    "ankle_height": 0.039,
    "knee_height": 0.285,
    "hip_height": 0.530,
    "shoulder_height": 0.818,
    "chin_height": 0.870,
    "upper_arm": 0.186,
    "forearm": 0.146,
    "hand": 0.108,
    "foot": 0.152,
    "shoulder_breadth": 0.259,
    "hip_breadth": 0.191,
}
"""Segment sizes as fractions of stature (Winter 2009, figure 4.1)."""

# The breadth of the hips is measured over the trochanters; the centres of the hip
# joints lie further in, about half-way between them and the middle.
_HIP_CENTRE = 0.52
# Centres of the shoulder joints as a fraction of half the shoulder breadth.
_SHOULDER_CENTRE = 0.83
# The ankle lies about a quarter of the foot's length in front of the heel.
_HEEL = 0.25

ANGLES = (
    "yaw",
    "tilt",
    "list",
    "spine_flexion",
    "spine_bend",
    "spine_twist",
    "neck_flexion",
    "neck_twist",
    *(
        f"{side}_{angle}"
        for side in SIDES
        for angle in (
            "shoulder_flexion",
            "shoulder_abduction",
            "shoulder_rotation",
            "elbow_flexion",
            "hip_flexion",
            "hip_abduction",
            "hip_rotation",
            "knee_flexion",
            "ankle_flexion",
        )
    ),
)
"""Names of the joint angles, all in degrees; flexion, abduction and inward rotation are
positive, `yaw` turns the body to its left, `tilt` leans it forward."""


@dataclass
class Pose:
    """Joint angles over time.

    Args:
        frames: int. Number of frames, at least 1.
        angles: dict from names in `ANGLES` to float arrays of shape `(frames,)` or
            scalars, in degrees. Angles left out are 0.

    Raises:
        ValueError: for a name that is not in `ANGLES`.
    """

    frames: int
    angles: dict = field(default_factory=dict)

    def __post_init__(self):
        unknown = sorted(set(self.angles) - set(ANGLES))
        if unknown:
            raise ValueError(
                f"Unknown joint angle. Received: {unknown[0]!r}, known: {ANGLES}"
            )

    def __getitem__(self, name):
        return np.broadcast_to(
            np.asarray(self.angles.get(name, 0.0), float), (self.frames,)
        )

    def __setitem__(self, name, values):
        if name not in ANGLES:
            raise ValueError(
                f"Unknown joint angle. Received: {name!r}, known: {ANGLES}"
            )
        self.angles[name] = values

    def add(self, name, values):
        """Adds `values` (degrees, scalar or `(frames,)`) to the angle called `name`."""
        self[name] = self[name] + values


def rotation(axis, degrees):
    """Rotation matrices about a coordinate axis.

    Args:
        axis: str, `"x"`, `"y"` or `"z"`.
        degrees: float array of shape `(T,)`. Right-handed angles.

    Returns:
        float array of shape `(T, 3, 3)`, to be applied to column vectors.
    """
    angle = np.radians(np.atleast_1d(np.asarray(degrees, float)))
    cosine, sine = np.cos(angle), np.sin(angle)
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.zeros((*angle.shape, 3, 3))
    matrix[:] = np.eye(3)
    matrix[:, first, first] = matrix[:, second, second] = cosine
    matrix[:, second, first] = sine
    matrix[:, first, second] = -sine
    return matrix


def forward_kinematics(pose, stature=1.75, breadth=1.0):
    """Places every joint of the body relative to the middle of its hips.

    Args:
        pose: `Pose` of `T` frames.
        stature: float. Body height in metres. Defaults to 1.75.
        breadth: float. Factor on the breadths of shoulders and hips. Defaults to 1.

    Returns:
        A pair `(joints, frames)`. `joints` maps a joint's name to positions of shape
        `(T, 3)` in metres, with the middle of the hips at the origin. `frames` maps a
        segment's name (`pelvis`, `thorax`, `head`, and `upper_arm`, `forearm`, `thigh`,
        `shank`, `foot` of each side) to rotation matrices of shape `(T, 3, 3)` from
        segment to world axes.
    """
    f = {name: fraction * stature for name, fraction in FRACTIONS.items()}
    shoulder_half = 0.5 * f["shoulder_breadth"] * breadth * _SHOULDER_CENTRE
    hip_half = 0.5 * f["hip_breadth"] * breadth * _HIP_CENTRE
    trunk = f["shoulder_height"] - f["hip_height"]

    pelvis = (
        rotation("y", pose["yaw"])
        @ rotation("z", -pose["tilt"])
        @ rotation("x", pose["list"])
    )
    thorax = (
        pelvis
        @ rotation("z", -pose["spine_flexion"])
        @ rotation("x", pose["spine_bend"])
        @ rotation("y", pose["spine_twist"])
    )
    head = (
        thorax
        @ rotation("z", -pose["neck_flexion"])
        @ rotation("y", pose["neck_twist"])
    )
    frames = {"pelvis": pelvis, "thorax": thorax, "head": head}
    joints = {"pelvis": np.zeros((pose.frames, 3))}
    # The lumbar joint sits at 0.35 of the trunk: above it the back bends as a whole.
    joints["waist"] = pelvis @ np.array([0.0, 0.35 * trunk, 0.0])
    joints["chest"] = joints["waist"] + thorax @ np.array([0.0, 0.42 * trunk, 0.0])
    joints["neck"] = joints["waist"] + thorax @ np.array([0.0, 0.68 * trunk, 0.0])
    skull = 0.5 * (1.0 - f["chin_height"] / stature) * stature
    joints["head"] = joints["neck"] + head @ np.array(
        [0.012 * stature, f["chin_height"] - f["shoulder_height"] + skull, 0.0]
    )

    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        shoulder = joints["waist"] + thorax @ np.array(
            [0.0, 0.65 * trunk, sign * shoulder_half]
        )
        upper_arm = (
            thorax
            @ rotation("z", pose[f"{side}_shoulder_flexion"])
            @ rotation("x", -sign * pose[f"{side}_shoulder_abduction"])
            @ rotation("y", sign * pose[f"{side}_shoulder_rotation"])
        )
        forearm = upper_arm @ rotation("z", pose[f"{side}_elbow_flexion"])
        elbow = shoulder + upper_arm @ np.array([0.0, -f["upper_arm"], 0.0])
        wrist = elbow + forearm @ np.array([0.0, -f["forearm"], 0.0])
        hip = pelvis @ np.array([0.0, 0.0, sign * hip_half])
        thigh = (
            pelvis
            @ rotation("y", sign * pose[f"{side}_hip_rotation"])
            @ rotation("z", pose[f"{side}_hip_flexion"])
            @ rotation("x", -sign * pose[f"{side}_hip_abduction"])
        )
        shank = thigh @ rotation("z", -pose[f"{side}_knee_flexion"])
        foot = shank @ rotation("z", pose[f"{side}_ankle_flexion"])
        knee = hip + thigh @ np.array([0.0, f["knee_height"] - f["hip_height"], 0.0])
        ankle = knee + shank @ np.array(
            [0.0, f["ankle_height"] - f["knee_height"], 0.0]
        )
        # Heel and ball of the foot are the points that touch the floor.
        heel = ankle + foot @ np.array([-_HEEL * f["foot"], -f["ankle_height"], 0.0])
        ball = ankle + foot @ np.array([0.5 * f["foot"], -f["ankle_height"], 0.0])
        toe = ankle + foot @ np.array(
            [(1.0 - _HEEL) * f["foot"], -0.8 * f["ankle_height"], 0.0]
        )
        joints |= {
            f"{side}_shoulder": shoulder,
            f"{side}_elbow": elbow,
            f"{side}_wrist": wrist,
            f"{side}_hand": wrist + forearm @ np.array([0.0, -0.75 * f["hand"], 0.0]),
            f"{side}_hip": hip,
            f"{side}_knee": knee,
            f"{side}_ankle": ankle,
            f"{side}_heel": heel,
            f"{side}_ball": ball,
            f"{side}_toe": toe,
        }
        frames |= {
            f"{side}_upper_arm": upper_arm,
            f"{side}_forearm": forearm,
            f"{side}_thigh": thigh,
            f"{side}_shank": shank,
            f"{side}_foot": foot,
        }
    return joints, frames


def lowest_point(joints):
    """Height of the lowest point of both soles.

    Args:
        joints: dict of positions as returned by `forward_kinematics`.

    Returns:
        float array of shape `(T,)`, metres.
    """
    soles = [
        joints[f"{side}_{part}"][:, 1]
        for side in SIDES
        for part in ("heel", "ball", "toe")
    ]
    return np.min(soles, axis=0)

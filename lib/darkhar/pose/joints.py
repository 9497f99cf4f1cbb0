"""The human skeleton over the joints that MoveNet finds.

The bones are those that the authors of MoveNet draw (TensorFlow Hub tutorial
"MoveNet: Ultra fast and accurate pose detection model"): the skeleton of COCO (Lin
et al. 2014), with the head joined to the trunk by the nose in place of the ears.
"""

# The 17 keypoints of COCO (Lin et al. 2014), left and right being the person's own.
JOINTS = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)

BONES = (
    ("nose", "left_eye"),
    ("nose", "right_eye"),
    ("left_eye", "left_ear"),
    ("right_eye", "right_ear"),
    ("nose", "left_shoulder"),
    ("nose", "right_shoulder"),
    ("left_shoulder", "right_shoulder"),
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"),
    ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"),
    ("left_hip", "right_hip"),
    ("left_hip", "left_knee"),
    ("left_knee", "left_ankle"),
    ("right_hip", "right_knee"),
    ("right_knee", "right_ankle"),
)
"""Pairs of joints that the skeleton joins, by name; every joint is reached."""

_PARENT_NAMES = {
    "left_eye": "nose",
    "right_eye": "nose",
    "left_ear": "left_eye",
    "right_ear": "right_eye",
    "left_elbow": "left_shoulder",
    "right_elbow": "right_shoulder",
    "left_wrist": "left_elbow",
    "right_wrist": "right_elbow",
    "left_knee": "left_hip",
    "right_knee": "right_hip",
    "left_ankle": "left_knee",
    "right_ankle": "right_knee",
}

PARENTS = tuple(
    JOINTS.index(_PARENT_NAMES[joint]) if joint in _PARENT_NAMES else -1
    for joint in JOINTS
)
"""For each joint the index of the next joint towards the centre of the body.

-1 stands for the centre of the trunk, which is no joint: the parent of shoulders and
hips, and of the nose, whose neighbours on the way are two.
"""


def _mirrored(joint: str) -> str:
    side, _, part = joint.partition("_")
    return {"left": f"right_{part}", "right": f"left_{part}"}.get(side, joint)


MIRRORED = tuple(JOINTS.index(_mirrored(joint)) for joint in JOINTS)
"""For each joint the index of the same joint on the other side of the body.

A person seen in a mirror has `keypoints[..., MIRRORED, :]`, with x mirrored too.
"""


def pair(part: str) -> tuple[int, int]:
    """Indices of the left and the right joint of a part, such as `"hip"`."""
    return JOINTS.index(f"left_{part}"), JOINTS.index(f"right_{part}")


SHOULDERS, HIPS, WRISTS = pair("shoulder"), pair("hip"), pair("wrist")
KNEES, ANKLES = pair("knee"), pair("ankle")

FACE = tuple(range(5))
"""Nose, eyes and ears."""

MIN_SCORE = 0.2
"""A joint of a lower score is taken as not seen."""

SHORTEST_TORSO = 0.025
"""In widths of the frame: what is seen as shorter is taken to be so long."""

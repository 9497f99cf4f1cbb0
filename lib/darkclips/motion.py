"""The six actions by name.

Johansson (1973), *Visual perception of biological motion*, Percept. Psychophys.
14:201-211, showed that the paths of the joints alone suffice to tell what a person
does.
"""

from darkclips import gait, jump, others, transfer, turn
from darkclips.manner import USUAL
from darkclips.skeleton import forward_kinematics, rotation

CLASSES = ("Jump", "Run", "Sit", "Stand", "Turn", "Walk")
"""Names of the actions; the index is the class id."""

OTHERS = ("Stand about", "Wave", "Drink", "Pick")
"""Names of what simulated people do beside the actions."""

ACTIONS = (*CLASSES, *OTHERS)
"""Names of all; the index of the first ones is the class id."""

FPS = 30
"""Frames per second of every clip."""

_ACTIONS = {
    "Jump": jump.jump,
    "Run": gait.run,
    "Sit": transfer.sit,
    "Stand": transfer.stand,
    "Turn": turn.turn,
    "Walk": gait.walk,
    "Stand about": others.stand_about,
    "Wave": others.wave,
    "Drink": others.drink,
    "Pick": others.pick,
}


def move(action, frames, rng, stature=1.75, breadth=1.0, heading=0.0, manner=USUAL):
    """A body performing one action.

    Args:
        action: str. One of `CLASSES` or `OTHERS`.
        frames: int. Number of frames `T`, at 30 frames a second.
        rng: `np.random.Generator`. Speed, phase and style are drawn from it.
        stature: float. Metres. Defaults to 1.75.
        breadth: float. Factor on the breadths of shoulders and hips. Defaults to 1.
        heading: float. Direction the body faces at the start, degrees from world `+x`
            to the left. Defaults to 0.
        manner: `Manner`. Defaults to `USUAL`.

    Returns:
        A pair `(joints, axes)` as from `forward_kinematics`, in world coordinates: the
        floor is `y = 0`, and the middle of the path lies above the origin.

    Raises:
        ValueError: for an unknown action or less than one frame.
    """
    if action not in _ACTIONS:
        raise ValueError(f"Unknown action. Received: {action!r}, known: {[*_ACTIONS]}")
    if frames < 1:
        raise ValueError(f"A clip has at least one frame. Received: frames={frames}")
    pose, root = _ACTIONS[action](frames, FPS, rng, stature, manner)
    pose.add("yaw", heading)
    joints, axes = forward_kinematics(pose, stature, breadth)
    root = root @ rotation("y", heading)[0].T
    middle = 0.5 * (root.min(axis=0) + root.max(axis=0)) * (1.0, 0.0, 1.0)
    return {name: position + root - middle for name, position in joints.items()}, axes

"""Where a camera sees the joints of people who act: clips without pictures."""

from dataclasses import dataclass

import numpy as np

from darkclips.camera import WIDTH
from darkclips.manner import USUAL, WIDE
from darkclips.motion import ACTIONS, CLASSES, FPS
from darkclips.plan import MAX_FRAMES, MIN_FRAMES, ClipSpec
from darkclips.scenes import SCENES
from darkclips.staging import stage_clip

_SIDES = ("left", "right")
_PARTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
JOINTS = (
    "nose",
    *(f"{side}_{part}" for part in ("eye", "ear") for side in _SIDES),
    *(f"{side}_{part}" for part in _PARTS for side in _SIDES),
)
"""The 17 keypoints of COCO (Lin et al. 2014), left and right being the person's own."""

# Of nose, left and right eye, left and right ear, in metres from the middle of the head
# of a person of 1.75 m: forward, up, to the person's right.
_FACE = np.array(
    [
        (0.105, -0.03, 0.0),
        (0.09, 0.0, -0.032),
        (0.09, 0.0, 0.032),
        (0.0, -0.01, -0.075),
        (0.0, -0.01, 0.075),
    ]
)


@dataclass(frozen=True)
class JointTrack:
    """A clip as its joints.

    Args:
        label: int. Class id, an index into `ACTIONS`.
        joints: float array of shape `(T, 17, 2)`. Of each frame at 30 a second and each
            of `JOINTS`: row and column, in widths of the frame. Some may lie outside.
        camera: float array of shape `(T, 2)`. The camera's path: what is at a place of
            frame `t` lies at that place plus `camera[t]` of the first frame.
    """

    label: int
    joints: np.ndarray
    camera: np.ndarray

    @property
    def seconds(self):
        """float: how long the clip lasts."""
        return len(self.joints) / FPS


def joint_track(spec, manner=USUAL):
    """The joints of a clip, as they are, free of a detector's errors.

    Args:
        spec: `ClipSpec`.
        manner: `Manner`. Defaults to `USUAL`.

    Returns:
        `JointTrack`.
    """
    stage = stage_clip(spec, spec.rng(), manner)
    size = stage.person.stature / 1.75
    face = stage.joints["head"][:, None] + np.einsum(
        "tij,kj->tki", stage.axes["head"], size * _FACE
    )
    limbs = np.stack([stage.joints[name] for name in JOINTS[len(_FACE) :]], axis=1)
    columns, rows = stage.camera.project(np.concatenate([face, limbs], axis=1))
    shift = stage.shift[:, ::-1] / WIDTH
    joints = np.stack([rows, columns], axis=-1) / WIDTH - shift[:, None]
    return JointTrack(spec.label, joints, shift - shift[0])


def simulate_joints(n, seed=0, manner=WIDE, actions=CLASSES):
    """Joints of people in clips that nobody rendered; a few milliseconds each.

    The actions take turns; who acts, where, how, how long, and what the camera does, is
    drawn.

    Args:
        n: int. How many clips.
        seed: int, at least 0. Defaults to 0.
        manner: `Manner`. Defaults to `WIDE`.
        actions: sequence of str. Some of `ACTIONS`. Defaults to `CLASSES`.

    Returns:
        list of `JointTrack`. The first ones are the same whatever `n`.
    """
    tracks = []
    for number in range(n):
        key = (seed, 2, number)
        random = np.random.default_rng(
            np.random.SeedSequence(seed, spawn_key=(3, number))
        )
        longer = (MAX_FRAMES - MIN_FRAMES) * random.beta(1.2, 2.6)
        scene = int(random.choice(list(SCENES)))
        tracks.append(
            joint_track(
                ClipSpec(
                    split="train",
                    label=ACTIONS.index(actions[number % len(actions)]),
                    scene=scene,
                    number=number,
                    frames=MIN_FRAMES + round(longer),
                    seed=key,
                ),
                manner,
            )
        )
    return tracks

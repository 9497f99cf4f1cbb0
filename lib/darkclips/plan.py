"""Which clip shows what: classes, scenes, lengths, names.

In training every class comes from a few scenes, unevenly shared with other classes;
validation happens in scenes of its own, in which every class occurs. A frame's look
therefore tells the class within the training split only, as in the EE6222 data.
"""

from dataclasses import dataclass

import numpy as np

from darkclips.motion import ACTIONS, CLASSES
from darkclips.scenes import SCENES

TRAIN_SCENES = {
    "Jump": {8: 8, 11: 7},
    "Run": {11: 11, 1: 4},
    "Sit": {10: 8, 2: 5, 4: 2},
    "Stand": {5: 5, 3: 4, 9: 3, 2: 3},
    "Turn": {7: 12, 1: 3},
    "Walk": {14: 8, 10: 7},
}
"""Scenes of each class in training, with their weights."""

VALIDATION_SCENES = tuple(
    sorted(n for n, scene in SCENES.items() if scene.split == "validate")
)
"""Scenes of the validation split."""

MIN_FRAMES, MAX_FRAMES = 33, 105
"""Shortest and longest clip, frames; the same for every class."""


@dataclass(frozen=True)
class ClipSpec:
    """What one clip shows.

    Args:
        split: str. `"train"` or `"validate"`.
        label: int. Class id, an index into `ACTIONS`.
        scene: int. A key of `SCENES`.
        number: int. The clip's number: within its class and scene from 1 in training,
            its anonymous number in validation.
        frames: int. Length at 30 frames a second.
        seed: tuple of ints. Entropy and spawn key of the clip's own random stream.
    """

    split: str
    label: int
    scene: int
    number: int
    frames: int
    seed: tuple

    @property
    def action(self):
        """str: name of the class."""
        return ACTIONS[self.label]

    @property
    def path(self):
        """str: path relative to the split's folder, as in the split's list."""
        if self.split == "train":
            return f"{self.action}/{self.action}_{self.scene}_{self.number}.mp4"
        return f"{self.number}.mp4"

    def rng(self):
        """np.random.Generator: the clip's own random stream, always from its start."""
        entropy, *key = self.seed
        return np.random.Generator(
            np.random.SFC64(np.random.SeedSequence(entropy, spawn_key=tuple(key)))
        )


def share_out(count, weights):
    """Shares a number of clips out to scenes by the largest-remainder method.

    Args:
        count: int. Clips to share out.
        weights: dict from scene to positive weight.

    Returns:
        dict from scene to number of clips; the numbers add up to `count`.
    """
    total = sum(weights.values())
    exact = {scene: count * weight / total for scene, weight in weights.items()}
    shares = {scene: int(value) for scene, value in exact.items()}
    remainders = sorted(exact, key=lambda scene: shares[scene] - exact[scene])
    for scene in remainders[: count - sum(shares.values())]:
        shares[scene] += 1
    return shares


def clip_plan(seed=0, train_clips_per_class=15, val_clips_per_class=6):
    """Plans a dataset.

    Args:
        seed: int, at least 0. Everything random follows from it. Defaults to 0.
        train_clips_per_class: int, at least 1. Defaults to 15.
        val_clips_per_class: int, at least 1. Defaults to 6.

    Returns:
        list of `ClipSpec`: training clips by class, scene and number, then validation
        clips by number.

    Raises:
        ValueError: for a number of clips below 1 or a negative seed.
    """
    for name, value in (
        ("train_clips_per_class", train_clips_per_class),
        ("val_clips_per_class", val_clips_per_class),
    ):
        if value < 1:
            raise ValueError(
                f"At least one clip per class is needed. Received: {name}={value}"
            )
    if seed < 0:
        raise ValueError(f"A seed is not negative. Received: seed={seed}")
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(9,)))

    def length():
        return MIN_FRAMES + round((MAX_FRAMES - MIN_FRAMES) * rng.beta(1.2, 2.6))

    train = []
    for label, action in enumerate(CLASSES):
        shares = share_out(train_clips_per_class, TRAIN_SCENES[action])
        order = 0
        for scene in sorted(shares):
            for number in range(1, shares[scene] + 1):
                train.append(
                    ClipSpec(
                        "train", label, scene, number, length(), (seed, 0, label, order)
                    )
                )
                order += 1

    numbers = 1 + rng.permutation(len(CLASSES) * val_clips_per_class)
    validation = []
    for label in range(len(CLASSES)):
        # Every class visits the scenes in turn, each class starting at another one.
        start = int(rng.integers(len(VALIDATION_SCENES)))
        for order in range(val_clips_per_class):
            scene = VALIDATION_SCENES[(start + order) % len(VALIDATION_SCENES)]
            number = int(numbers[label * val_clips_per_class + order])
            validation.append(
                ClipSpec(
                    "validate", label, scene, number, length(), (seed, 1, label, order)
                )
            )
    return train + sorted(validation, key=lambda spec: spec.number)

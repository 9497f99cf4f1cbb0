"""One choice changed at a time."""

import functools

import numpy as np

from darkhar.pose.pose_clips import PoseClips
from darkhar.sampling.rules import uniform_indices
from darkhar.training.classifiers import Fit, Inputs, Predict

# A class keeps at least this many clips, where it has as many.
_FEWEST = 2


def with_share(fit: Fit, share: float) -> Fit:
    """A fit that sees a share of the clips of each class, drawn by its seed.

    Args:
        fit: `Fit`.
        share: float in (0, 1]. Rounded to the nearest number of clips, at least two.
    """

    @functools.wraps(fit)
    def of_share(inputs: Inputs, labels: np.ndarray, seed: int) -> Predict:
        random = np.random.default_rng(seed)
        kept = []
        for label in np.unique(labels):
            of_class = np.flatnonzero(labels == label)
            count = max(round(share * len(of_class)), min(_FEWEST, len(of_class)))
            kept.append(random.permutation(of_class)[:count])
        indices = np.sort(np.concatenate(kept))
        return fit(inputs.select(indices), labels[indices], seed)

    return of_share


def fewer_frames(features: np.ndarray, n_frames: int) -> np.ndarray:
    """Some of the sampled frames, again at equal intervals.

    Args:
        features: `[clips, frames, ...]`.
        n_frames: int. No more than there are.

    Returns:
        `[clips, n_frames, ...]`.
    """
    return features[:, uniform_indices(features.shape[1], n_frames)]


def fewer_poses(clips: PoseClips, n_frames: int) -> PoseClips:
    """`fewer_frames` of keypoints."""
    return PoseClips(fewer_frames(clips.keypoints, n_frames), clips.seconds)


def halvings(n: int, smallest: int) -> list[int]:
    """`n` and its halves, rounded down, in ascending order.

    Example:

    >>> halvings(16, 3)
    [4, 8, 16]
    """
    numbers = []
    while n >= smallest:
        numbers.append(n)
        n //= 2
    return numbers[::-1]

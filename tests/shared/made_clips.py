"""Clips made of labels, scenes and views, without a file."""

import dataclasses

import numpy as np

from darkhar.config import make_parameters
from darkhar.data.clips import Clips
from darkhar.features.inputs import FrameVectors
from darkhar.pose.joints import HIPS, SHOULDERS
from darkhar.pose.pose_clips import PoseClips
from darkhar.study.study import Study
from darkhar.training.fits import Fit


def clips_of(labels, scenes=None, *, n_classes=None, **views):
    """Clips of 30 frames of 240 by 320 pixels, in a second."""
    n = len(labels)
    names = tuple(f"class {i}" for i in range(n_classes or max(labels) + 1))
    return Clips(
        labels=np.asarray(labels),
        scenes=np.array([""] * n) if scenes is None else np.asarray(scenes),
        class_names=names,
        clip_ids=tuple(f"clip {i}" for i in range(n)),
        n_frames=np.full(n, 30),
        frame_sizes=np.tile([240, 320], (n, 1)),
        seconds=np.ones(n),
        views=views,
    )


def separable_frames(labels, seed=0, *, n_frames=5, dim=8):
    """Frames whose class is the place of a one among noise."""
    noise = np.random.default_rng(seed).normal(scale=0.1, size=(len(labels), 5, dim))
    noise[np.arange(len(labels)), :, labels] += 1
    return FrameVectors(noise[:, :n_frames].astype(np.float32))


def moving_poses(labels, seed=0, n_frames=8):
    """Bodies that go down (class 0), up (1) or stay, each somewhere else."""
    rng = np.random.default_rng(seed)
    n = len(labels)
    keypoints = np.empty([n, n_frames, 17, 3], np.float32)
    keypoints[..., :2] = rng.uniform(0.4, 0.6, [n, 1, 17, 2])
    keypoints[:, :, list(SHOULDERS), 0] = 0.3
    keypoints[:, :, list(HIPS), 0] = 0.5
    direction = np.array([1.0, -1.0, 0.0])[labels]
    times = np.linspace(0, 1, n_frames)[np.newaxis, :, np.newaxis]
    keypoints[..., 0] += 0.2 * direction[:, np.newaxis, np.newaxis] * times
    keypoints[..., :2] += rng.normal(0, 0.003, [n, n_frames, 17, 2])
    keypoints[..., 2] = rng.uniform(0.6, 0.9, [n, n_frames, 17])
    return PoseClips(keypoints, np.full(n, 2.0))


def study_of(train, val, **parameters):
    """A study with these parameters."""
    return Study(train, val, make_parameters(parameters))


@dataclasses.dataclass(frozen=True)
class CountedFit(Fit):
    """Answers with each clip's number of fitted clips and the seed; counts its fits.

    Args:
        random: bool. Whether it says that it is random.
        fits: list. The numbers of the clips of each fit.
    """

    random: bool = False
    fits: list = dataclasses.field(default_factory=list, compare=False)

    @property
    def views(self):
        return ()

    @property
    def is_random(self):
        return self.random

    def fit_clips(self, clips, seed):
        self.fits.append(clips.clip_ids)
        return lambda others: np.tile(
            [float(len(clips)), float(seed)], (len(others), 1)
        )

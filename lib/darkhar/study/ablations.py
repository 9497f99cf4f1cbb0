"""One choice changed at a time, scored on held-out training clips.

Validation clips are left alone: with so many settings, the best of them would be a
choice made on these.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from darkhar.backbones.weights import find_weights
from darkhar.config import ENHANCEMENTS, EXTRACTORS, SAMPLERS, Parameters
from darkhar.data.source import DataSource
from darkhar.evaluation.over_seeds import seed_accuracy
from darkhar.features.clip_views import frame_features, poses
from darkhar.features.inputs import FrameVectors
from darkhar.pose.pose_clips import PoseClips
from darkhar.sampling.rules import uniform_indices
from darkhar.study.models import APPEARANCE, FUSED, MEAN, POSE, study_models
from darkhar.study.study import Study
from darkhar.training.estimator_fits import VectorFit
from darkhar.training.fewer_clips import FewerFit
from darkhar.training.fits import Fit
from darkhar.training.pose_fits import clips_alone, pose_fit

GAMMAS = (1.5, 2.2, 3.0)
SHARES = (0.25, 0.5, 0.75, 1.0)


@dataclasses.dataclass(frozen=True)
class Ablations:
    """The ablations of a run.

    Args:
        study: `Study`, with the views `"frames"`, `"enhanced"` and `"poses"`.
        source: `DataSource`. Its clips.
    """

    study: Study
    source: DataSource

    @property
    def protocols(self) -> tuple[str, ...]:
        """Where settings are scored: at random, and where choices are made."""
        return tuple(dict.fromkeys(["stratified", self.study.choice]))

    @property
    def _fewer(self) -> Parameters:
        """Parameters under which appearance is extracted anew."""
        parameters = self.study.parameters
        return parameters.replace(n_samples=parameters.ablation_samples)

    def rows(
        self, factor: str, setting: str, branch: str, fit: Fit, **views: Any
    ) -> list[dict[str, Any]]:
        """A fit with one choice changed.

        Args:
            factor: str. What is changed.
            setting: str. To what.
            branch: str. `"appearance"`, `"pose"` or `"both"`.
            fit: `Fit`.
            **views: views of the training clips in place of the study's.

        Returns:
            For each protocol a dict with `factor`, `setting`, `branch`, `protocol`,
            `n`, `seeds`, `accuracy`, `sd`, `low`, `high`.
        """
        study = dataclasses.replace(
            self.study, train=self.study.train.with_views(**views)
        )
        return [
            {
                "factor": factor,
                "setting": setting,
                "branch": branch,
                "protocol": protocol,
                **seed_accuracy(study.logits(fit, protocol), study.train.labels),
            }
            for protocol in self.protocols
        ]

    def _appearance(self, factor: str, setting: str, frames: FrameVectors):
        return self.rows(
            factor, setting, "appearance", VectorFit("frames"), frames=frames
        )

    def _pose(
        self, factor: str, setting: str, poses: PoseClips, name: str | None = None
    ):
        parameters = self.study.parameters
        fit = pose_fit(name or clips_alone(parameters), parameters)
        return self.rows(factor, setting, "pose", fit, poses=poses)

    def samplers(self) -> list[dict[str, Any]]:
        """Which frames appearance looks at."""
        rows = []
        for name in SAMPLERS:
            changed = self._fewer.replace(sampler=name)
            (frames,) = frame_features(self.source, "train", changed)
            rows += self._appearance("sampler", name, frames)
        return rows

    def frame_counts(self) -> list[dict[str, Any]]:
        """How many frames: halves of those that the run looks at."""
        rows, factor = [], "frames per clip"
        frames, whole = self.study.train["frames"], self.study.train["poses"]
        if frames.n_frames is not None:
            for count in halvings(frames.n_frames, 1):
                fewer = FrameVectors(fewer_frames(frames.values, count))
                rows += self._appearance(factor, str(count), fewer)
        for count in halvings(whole.keypoints.shape[1], 4):
            fewer = PoseClips(fewer_frames(whole.keypoints, count), whole.seconds)
            rows += self._pose(factor, str(count), fewer)
        return rows

    def backbones_left_out(self) -> list[str]:
        """Backbones whose weights are not on this machine."""
        parameters = self.study.parameters
        return [
            name
            for name in EXTRACTORS
            if find_weights(name) is None
            and (name != parameters.extractor or not parameters.extractor_weights)
        ]

    def backbones(self) -> list[dict[str, Any]]:
        """Which image network."""
        rows, parameters = [], self.study.parameters
        for name in EXTRACTORS:
            if name in self.backbones_left_out():
                continue
            own = parameters.extractor_weights if name == parameters.extractor else None
            changed = self._fewer.replace(extractor=name, extractor_weights=own)
            (frames,) = frame_features(self.source, "train", changed)
            rows += self._appearance("backbone", name, frames)
        return rows

    def classifiers(self) -> list[dict[str, Any]]:
        """Which classifier of the same features."""
        models = study_models(self.study, classifiers=())
        rows = []
        for name, setting in (
            (MEAN, "mean, logistic regression"),
            (APPEARANCE, "BiLSTM"),
        ):
            rows += self.rows("classifier", setting, "appearance", models[name])
        own = self.study.parameters.pose_classifier
        for name in dict.fromkeys(["kinematics", "pooled_statistics", own]):
            whole = self.study.train["poses"]
            rows += self._pose("classifier", name.replace("_", " "), whole, name)
        return rows

    def enhancements(self) -> list[dict[str, Any]]:
        """Which enhancement, and how strong a gamma."""
        settings = {
            name: ("enhancement", name.replace("_", " ")) for name in ENHANCEMENTS
        }
        # Of one text there may be two rows: the default gamma is among both.
        gammas = {f"gamma:gamma={gamma}": ("gamma", f"{gamma}") for gamma in GAMMAS}
        texts = [*settings, *gammas]
        frames = frame_features(self.source, "train", self._fewer, texts)
        seen = poses(self.source, "train", self.study.parameters, texts)
        rows = []
        for (factor, setting), of_frames, of_poses in zip(
            [*settings.values(), *gammas.values()], frames, seen, strict=True
        ):
            rows += self._appearance(factor, setting, of_frames)
            rows += self._pose(factor, setting, of_poses)
        return rows

    def branches(self) -> list[dict[str, Any]]:
        """Appearance, pose, or both."""
        models = study_models(self.study, classifiers=())
        rows = []
        for name, branch in ((APPEARANCE, APPEARANCE), (POSE, POSE), (FUSED, "both")):
            rows += self.rows("branch", name, branch, models[name])
        return rows

    def clip_counts(self) -> list[dict[str, Any]]:
        """How many training clips."""
        parameters = self.study.parameters
        fits = {
            "appearance": VectorFit("frames"),
            "pose": pose_fit(clips_alone(parameters), parameters),
        }
        rows = []
        for share in SHARES:
            for branch, fit in fits.items():
                shared = FewerFit(fit, share=share)
                rows += self.rows("training clips", f"{share:.0%}", branch, shared)
        return rows


def settings_count(table: pd.DataFrame) -> int:
    """How many settings a table of ablations compares."""
    return len(table[["factor", "setting", "branch"]].drop_duplicates())


def fewer_frames(features: np.ndarray, n_frames: int) -> np.ndarray:
    """Some of the sampled frames, again at equal intervals.

    Args:
        features: `[clips, frames, ...]`.
        n_frames: int. No more than there are.

    Returns:
        `[clips, n_frames, ...]`.
    """
    return features[:, uniform_indices(features.shape[1], n_frames)]


def halvings(n: int, smallest: int) -> Sequence[int]:
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

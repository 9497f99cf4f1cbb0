"""Which joints and which moments a pose classifier goes by.

Permutation importance (Breiman 2001, section 10; Fisher, Rudin & Dominici 2019): a
part of the input is taken from another clip, and how much worse the classifier gets on
clips that it was not fitted on says how much it relies on that part.
"""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from darkhar.evaluation import metrics
from darkhar.evaluation.metrics import cross_entropies
from darkhar.evaluation.paired import mean_interval
from darkhar.pose.joints import JOINTS
from darkhar.pose.pose_clips import PoseClips
from darkhar.training.classifiers import Fit
from darkhar.training.prediction_cache import (
    fold_digests,
    kept_predictions,
    modules_of,
)
from darkhar.training.seeds import FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold

_FACE = tuple(range(5))
JOINT_GROUPS: dict[str, tuple[int, ...]] = {
    "face": _FACE,
    **{
        f"{part}s": tuple(JOINTS.index(f"{side}_{part}") for side in ("left", "right"))
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    },
}
_SHORTEST_TORSO = 0.025  # widths of the frame

# From held-out clips and a generator to the same clips with a part changed.
Change = Callable[[PoseClips, np.random.Generator], PoseClips]


def joint_importance(
    fit: Fit,
    clips: PoseClips,
    labels: np.ndarray,
    folds: Sequence[Fold],
    *,
    seed: int,
    settings: Mapping[str, Any],
    repeats: int = 10,
    groups: Sequence[str] | None = None,
) -> pd.DataFrame:
    """How much worse held-out clips are classified with joints of another clip.

    Within a fold's held-out clips, a group of joints is exchanged, no clip with itself:
    where they are seen from the middle of the other clip's hips, in its torso lengths,
    is put to this clip's hips and torso, with their scores. Hips are seen from the
    middle of the shoulders. Where the person is and how large, stays.

    Args:
        fit: `Fit` of `PoseClips`.
        clips: `PoseClips`. All training clips.
        labels: int `[clips]`.
        folds: list of `Fold`; every clip is held out once.
        seed: int. The run's.
        settings: mapping of plain values that the fit depends on, beside its inputs.
            What was computed once with them is kept.
        repeats: int. Exchanges for each group. Defaults to 10.
        groups: str per clip or None. Of clips that are alike, as in
            `darkhar.evaluation.paired.mean_interval`. Defaults to None.

    Returns:
        Table with columns `part` (names of `JOINT_GROUPS`), `rise` (of the
        cross-entropy against intact clips, nats per clip; 0 where no answer changes),
        `low` and `high` (95% bootstrap over clips or their groups), `lead` (lower limit
        of the interval of how much more the loss rises without the part of the largest
        rise; 0 for itself), `n`.
    """
    changes = {
        name: _exchange(group, name == "hips") for name, group in JOINT_GROUPS.items()
    }
    settings = {**settings, "changed": "joints", "repeats": repeats}
    rises = _kept_rises(fit, clips, labels, folds, changes, seed, settings)
    return importance_table(rises, seed=seed, groups=groups)


def moment_importance(
    fit: Fit,
    clips: PoseClips,
    labels: np.ndarray,
    folds: Sequence[Fold],
    *,
    seed: int,
    settings: Mapping[str, Any],
    moments: int = 8,
    groups: Sequence[str] | None = None,
) -> pd.DataFrame:
    """How much worse held-out clips are classified with a moment unseen.

    A clip is cut into equal parts in time; the poses in one are replaced by a straight
    line from the last pose before to the first after, or by the nearest at an end.

    Args:
        fit, clips, labels, folds, seed, settings, groups: as in `joint_importance`.
        moments: int. Parts, at most one a frame. Defaults to 8.

    Returns:
        As `joint_importance`, with `part` from "1st" on.
    """
    n_frames = clips.keypoints.shape[1]
    edges = np.linspace(0, n_frames, min(moments, n_frames) + 1).round().astype(int)
    changes = {
        _ordinal(number): _hide(start, stop)
        for number, (start, stop) in enumerate(itertools.pairwise(edges), start=1)
    }
    # Nothing in it is random.
    settings = {**settings, "changed": "moments", "repeats": 1}
    rises = _kept_rises(fit, clips, labels, folds, changes, seed, settings)
    return importance_table(rises, seed=seed, groups=groups)


def _kept_rises(
    fit, clips, labels, folds, changes, seed, settings
) -> dict[str, np.ndarray]:
    def compute() -> np.ndarray:
        repeats = settings["repeats"]
        rises = _rises(fit, clips, labels, folds, changes, seed=seed, repeats=repeats)
        return np.stack(list(rises.values()))

    kept = kept_predictions(
        compute,
        settings={
            "importance": dict(settings),
            "parts": list(changes),
            "folds": fold_digests(folds),
            "seed": seed,
        },
        arrays=[clips.keypoints, clips.seconds, labels],
        modules=modules_of(fit) | {__name__, metrics.__name__},
    )
    return dict(zip(changes, kept, strict=True))


def _rises(
    fit, clips, labels, folds, changes, *, seed, repeats
) -> dict[str, np.ndarray]:
    rises = {name: np.zeros(len(labels)) for name in changes}
    for number, fold in enumerate(folds):
        # The fit whose held-out logits `cross_fit` gives.
        predict = fit(
            clips.select(fold.train),
            labels[fold.train],
            derived_seed(seed, FOLD_FITS, number),
        )
        held_out = clips.select(fold.held_out)
        intact = cross_entropies(predict(held_out), labels[fold.held_out])
        for part, (name, change) in enumerate(changes.items()):
            random = np.random.default_rng(derived_seed(seed, number, part))
            # Differences first: where no answer changes, the mean is 0 exactly.
            rises[name][fold.held_out] = np.mean(
                [
                    cross_entropies(
                        predict(change(held_out, random)), labels[fold.held_out]
                    )
                    - intact
                    for _ in range(repeats)
                ],
                axis=0,
            )
    return rises


def other_clips(n_clips: int, random: np.random.Generator) -> np.ndarray:
    """Of each clip another one, each once, drawn as one cycle through all.

    Args:
        n_clips: int.
        random: generator.

    Returns:
        int `[n_clips]`; no number stands in its own place, unless there is but one.
    """
    cycle = random.permutation(n_clips)
    others = np.empty(n_clips, int)
    others[cycle] = np.roll(cycle, 1)
    return others


def importance_table(
    rises: Mapping[str, np.ndarray],
    *,
    seed: int,
    groups: Sequence[str] | None = None,
) -> pd.DataFrame:
    """A row a part: its mean rise with the interval.

    Args:
        rises: mapping of the part's name to the rise of each clip's cross-entropy,
            float `[clips]`.
        seed: int. Of the resampling.
        groups: as in `joint_importance`. Defaults to None.
    """
    rows = []
    most = max(rises, key=lambda name: rises[name].mean())
    for name, rise in rises.items():
        low, high = mean_interval(rise, seed=seed, groups=groups)
        rows.append(
            {
                "part": name,
                "rise": float(rise.mean()),
                "low": low,
                "high": high,
                "lead": mean_interval(rises[most] - rise, seed=seed, groups=groups)[0],
                "n": len(rise),
            }
        )
    return pd.DataFrame(rows)


def _exchange(group: tuple[int, ...], from_shoulders: bool) -> Change:
    def change(clips: PoseClips, random: np.random.Generator) -> PoseClips:
        keypoints = clips.keypoints.astype(np.float64)
        order = other_clips(len(clips), random)
        shoulders, hips = (
            keypoints[:, :, list(JOINT_GROUPS[name]), :2].mean(axis=2)
            for name in ("shoulders", "hips")
        )
        origin = shoulders if from_shoulders else hips
        torso = np.linalg.norm(shoulders - hips, axis=-1)
        size = np.maximum(np.median(torso, axis=1), _SHORTEST_TORSO)
        joints = list(group)
        seen = keypoints[:, :, joints].copy()
        seen[..., :2] -= origin[:, :, np.newaxis]
        seen[..., :2] /= size[:, np.newaxis, np.newaxis, np.newaxis]
        moved = seen[order]
        moved[..., :2] *= size[:, np.newaxis, np.newaxis, np.newaxis]
        moved[..., :2] += origin[:, :, np.newaxis]
        keypoints[:, :, joints] = moved
        return dataclasses.replace(clips, keypoints=keypoints.astype(np.float32))

    return change


def _hide(start: int, stop: int) -> Change:
    def change(clips: PoseClips, random: np.random.Generator) -> PoseClips:
        del random
        keypoints = clips.keypoints.copy()
        n_frames = keypoints.shape[1]
        before, after = max(start - 1, 0), min(stop, n_frames - 1)
        if start == 0:
            before = after
        if stop == n_frames:
            after = before
        for frame in range(start, stop):
            share = (frame - before) / (after - before) if after > before else 0.0
            keypoints[:, frame] = (1 - share) * clips.keypoints[:, before] + (
                share * clips.keypoints[:, after]
            )
        return dataclasses.replace(clips, keypoints=keypoints)

    return change


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number, "th")
    return f"{number}{suffix}"

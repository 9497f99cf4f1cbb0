"""Which joints and which moments a pose classifier goes by.

Permutation importance (Breiman 2001, section 10; Fisher, Rudin & Dominici 2019): a
part of the input is taken from another clip, and how much worse the classifier gets on
clips that it was not fitted on says how much it relies on that part.
"""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from darkhar.data.clips import Clips
from darkhar.evaluation.metrics import cross_entropies
from darkhar.evaluation.paired import mean_interval
from darkhar.pose.joints import FACE, SHORTEST_TORSO, pair
from darkhar.pose.pose_clips import PoseClips
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf
from darkhar.study.study import Study
from darkhar.training.fits import Fit
from darkhar.training.seeds import FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold

JOINT_GROUPS: dict[str, tuple[int, ...]] = {
    "face": FACE,
    **{
        f"{part}s": pair(part)
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    },
}


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A group of joints taken from another clip, no clip's from itself.

    Where they are seen from the middle of the other clip's hips, in its torso lengths,
    is put to this clip's hips and torso, with their scores. Hips are seen from the
    middle of the shoulders. Where the person is and how large, stays.

    Args:
        group: str. One of `JOINT_GROUPS`.
    """

    group: str

    def __call__(self, clips: PoseClips, random: np.random.Generator) -> PoseClips:
        keypoints = clips.keypoints.astype(np.float64)
        order = other_clips(len(clips), random)
        shoulders, hips = (
            keypoints[:, :, list(JOINT_GROUPS[name]), :2].mean(axis=2)
            for name in ("shoulders", "hips")
        )
        origin = shoulders if self.group == "hips" else hips
        torso = np.linalg.norm(shoulders - hips, axis=-1)
        size = np.maximum(np.median(torso, axis=1), SHORTEST_TORSO)
        joints = list(JOINT_GROUPS[self.group])
        seen = keypoints[:, :, joints].copy()
        seen[..., :2] -= origin[:, :, np.newaxis]
        seen[..., :2] /= size[:, np.newaxis, np.newaxis, np.newaxis]
        moved = seen[order]
        moved[..., :2] *= size[:, np.newaxis, np.newaxis, np.newaxis]
        moved[..., :2] += origin[:, :, np.newaxis]
        keypoints[:, :, joints] = moved
        return dataclasses.replace(clips, keypoints=keypoints.astype(np.float32))


@dataclasses.dataclass(frozen=True)
class Hide:
    """Poses of some frames replaced by a straight line between those around.

    At an end of the clip, by the nearest.

    Args:
        start, stop: int. The frames.
    """

    start: int
    stop: int

    def __call__(self, clips: PoseClips, random: np.random.Generator) -> PoseClips:
        del random
        keypoints = clips.keypoints.copy()
        n_frames = keypoints.shape[1]
        before, after = max(self.start - 1, 0), min(self.stop, n_frames - 1)
        if self.start == 0:
            before = after
        if self.stop == n_frames:
            after = before
        for frame in range(self.start, self.stop):
            share = (frame - before) / (after - before) if after > before else 0.0
            keypoints[:, frame] = (1 - share) * clips.keypoints[:, before] + (
                share * clips.keypoints[:, after]
            )
        return dataclasses.replace(clips, keypoints=keypoints)


Change = Exchange | Hide


def joint_importance(study: Study, fit: Fit, *, repeats: int = 10) -> pd.DataFrame:
    """How much worse held-out clips are classified with joints of another clip.

    Args:
        study: `Study`. Its folds for choices are gone through.
        fit: `Fit` of the view `"poses"`.
        repeats: int. Exchanges for each group. Defaults to 10.

    Returns:
        As `importance_table`, with `part` one of `JOINT_GROUPS`.
    """
    changes = {name: Exchange(name) for name in JOINT_GROUPS}
    return _importance(study, fit, changes, repeats)


def moment_importance(study: Study, fit: Fit, *, moments: int = 8) -> pd.DataFrame:
    """How much worse held-out clips are classified with a moment unseen.

    Args:
        study, fit: as in `joint_importance`.
        moments: int. Parts of the clip, equal in time, at most one a frame. Defaults to
            8.

    Returns:
        As `importance_table`, with `part` from "1st" on.
    """
    n_frames = study.train["poses"].keypoints.shape[1]
    edges = np.linspace(0, n_frames, min(moments, n_frames) + 1).round().astype(int)
    changes = {
        _ordinal(number): Hide(int(start), int(stop))
        for number, (start, stop) in enumerate(itertools.pairwise(edges), start=1)
    }
    return _importance(study, fit, changes, 1)  # nothing in it is random


def _importance(
    study: Study, fit: Fit, changes: Mapping[str, Change], repeats: int
) -> pd.DataFrame:
    clips, seed = study.train.only(("poses",)), study.parameters.seed
    folds = study.folds(study.choice)
    key = key_of(
        _rises, fit, clips, changes, [f.held_out for f in folds], seed, repeats
    )
    kept = Shelf("predictions").array(
        key, lambda: _rises(fit, clips, folds, changes, seed=seed, repeats=repeats)
    )
    rises = dict(zip(changes, kept, strict=True))
    return importance_table(rises, seed=seed, groups=study.groups(study.choice))


def _rises(
    fit: Fit,
    clips: Clips,
    folds: Sequence[Fold],
    changes: Mapping[str, Change],
    *,
    seed: int,
    repeats: int,
) -> np.ndarray:
    """Of each part the rise of each clip's cross-entropy, float `[parts, clips]`."""
    rises = np.zeros((len(changes), len(clips)))
    for number, fold in enumerate(folds):
        # The fit whose held-out logits `Fit.fit_in_folds` gives.
        predict = fit.fit_clips(
            clips.select(fold.train), derived_seed(seed, FOLD_FITS, number)
        )
        held_out = clips.select(fold.held_out)
        intact = cross_entropies(predict(held_out), held_out.labels)
        for part, change in enumerate(changes.values()):
            random = np.random.default_rng(derived_seed(seed, number, part))
            changed = [
                held_out.with_views(poses=change(held_out["poses"], random))
                for _ in range(repeats)
            ]
            # Differences first: where no answer changes, the mean is 0 exactly.
            rises[part, fold.held_out] = np.mean(
                [
                    cross_entropies(predict(others), held_out.labels) - intact
                    for others in changed
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
        rises: mapping of the part's name to the rise of each clip's cross-entropy
            against intact clips, float `[clips]`, in nats.
        seed: int. Of the resampling.
        groups: str per clip or None. Of clips that are alike, as in
            `darkhar.evaluation.paired.mean_interval`. Defaults to None.

    Returns:
        Table with columns `part`, `rise` (mean; 0 where no answer changes), `low` and
        `high` (95% bootstrap over clips or their groups), `lead` (lower limit of the
        interval of how much more the loss rises without the part of the largest rise; 0
        for itself), `n`.
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


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number, "th")
    return f"{number}{suffix}"

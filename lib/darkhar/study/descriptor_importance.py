"""Which kinematic descriptors the classifier of them goes by."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from darkhar.evaluation import metrics
from darkhar.evaluation.metrics import cross_entropies
from darkhar.models.pose_estimators import kinematics_estimator
from darkhar.pose.kinematics import KINEMATICS
from darkhar.study.pose_importance import importance_table, other_clips
from darkhar.training.prediction_cache import fold_digests, kept_predictions
from darkhar.training.seeds import FOLD_FITS, derived_seed
from darkhar.training.splitters import Fold

DESCRIPTOR_GROUPS: dict[str, tuple[str, ...]] = {
    "lowering": ("shoulders lowered", "hips lowered", "head lowered"),
    "speed": ("speed", "speed across", "speed in depth", "net speed"),
    "bounce": (
        "shoulders bounce",
        "hips bounce",
        "shoulders bounce speed",
        "hips bounce speed",
        "head bounce speed",
        "bounce coherence",
    ),
    "bounce rate": (
        "shoulders bounce rate",
        "hips bounce rate",
        "head bounce rate",
    ),
    "turn": (
        "shoulder width range",
        "shoulder width change",
        "hip width range",
        "hip width change",
    ),
}


def descriptor_importance(
    descriptors: np.ndarray,
    labels: np.ndarray,
    folds: Sequence[Fold],
    *,
    seed: int,
    repeats: int = 20,
    groups: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Permutation importance of groups of descriptors, on held-out clips.

    A group's descriptors are permuted together among a fold's held-out clips, so that
    each gets another's. What was computed once is kept.

    Args:
        descriptors: float `[clips, 20]`, as of `kinematic_descriptors`.
        labels: int `[clips]`.
        folds: list of `Fold`; every clip is held out once.
        seed: int. The run's.
        repeats: int. Permutations for each group. Defaults to 20.
        groups: as in `darkhar.study.pose_importance.joint_importance`.

    Returns:
        As `darkhar.study.pose_importance.joint_importance`, with `part` a name of
        `DESCRIPTOR_GROUPS`.
    """
    kept = kept_predictions(
        lambda: _rises(descriptors, labels, folds, seed, repeats),
        settings={
            "importance": "descriptors",
            "folds": fold_digests(folds),
            "seed": seed,
            "repeats": repeats,
        },
        arrays=[descriptors, labels],
        modules=[__name__, metrics.__name__, other_clips.__module__],
    )
    rises = dict(zip(DESCRIPTOR_GROUPS, kept, strict=True))
    return importance_table(rises, seed=seed, groups=groups)


def _rises(
    descriptors: np.ndarray,
    labels: np.ndarray,
    folds: Sequence[Fold],
    seed: int,
    repeats: int,
) -> np.ndarray:
    """Float `[parts, clips]`."""
    rises = {name: np.zeros(len(labels)) for name in DESCRIPTOR_GROUPS}
    for number, fold in enumerate(folds):
        present, targets = np.unique(labels[fold.train], return_inverse=True)
        estimator = kinematics_estimator(len(present))
        estimator.fit(descriptors[fold.train], targets)
        # A class that was not fitted has no loss that could rise.
        scored = fold.held_out[np.isin(labels[fold.held_out], present)]
        if len(scored) == 0:
            continue
        wanted = np.searchsorted(present, labels[scored])
        intact = cross_entropies(
            estimator.predict_log_proba(descriptors[scored]), wanted
        )
        random = np.random.default_rng(derived_seed(seed, FOLD_FITS, number))
        for name, members in DESCRIPTOR_GROUPS.items():
            columns = [KINEMATICS.index(member) for member in members]
            rise = np.zeros(len(scored))
            for _ in range(repeats):
                permuted = descriptors[scored].copy()
                order = other_clips(len(scored), random)
                permuted[:, columns] = permuted[order][:, columns]
                logits = estimator.predict_log_proba(permuted)
                rise += cross_entropies(logits, wanted) - intact
            rises[name][scored] = rise / repeats
    return np.stack(list(rises.values()))

"""Which kinematic descriptors the classifier of them goes by."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from darkhar.evaluation.metrics import cross_entropies
from darkhar.models.log_probabilities import log_probabilities
from darkhar.models.pose_estimators import kinematics_estimator
from darkhar.pose.kinematics import KINEMATICS, kinematic_descriptors
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf
from darkhar.study.pose_importance import importance_table, other_clips
from darkhar.study.study import Study
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
    "hands": ("hands height", "hands swing"),
}


def descriptor_importance(study: Study, *, repeats: int = 20) -> pd.DataFrame:
    """Permutation importance of groups of descriptors, on held-out clips.

    A group's descriptors are permuted together among a fold's held-out clips, so that
    each gets another's. What was computed once is kept.

    Args:
        study: `Study`, with the view `"poses"`. Its folds for choices are gone through.
        repeats: int. Permutations for each group. Defaults to 20.

    Returns:
        As `darkhar.study.pose_importance.importance_table`, with `part` a name of
        `DESCRIPTOR_GROUPS`.
    """
    descriptors = kinematic_descriptors(study.train["poses"])
    labels, seed = study.train.labels, study.parameters.seed
    folds = study.folds(study.choice)
    held_out = [fold.held_out for fold in folds]
    key = key_of(_rises, descriptors, labels, held_out, seed, repeats)
    kept = Shelf("predictions").array(
        key, lambda: _rises(descriptors, labels, folds, seed, repeats)
    )
    rises = dict(zip(DESCRIPTOR_GROUPS, kept, strict=True))
    return importance_table(rises, seed=seed, groups=study.groups(study.choice))


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
            log_probabilities(estimator, descriptors[scored]), wanted
        )
        random = np.random.default_rng(derived_seed(seed, FOLD_FITS, number))
        for name, members in DESCRIPTOR_GROUPS.items():
            columns = [KINEMATICS.index(member) for member in members]
            rise = np.zeros(len(scored))
            for _ in range(repeats):
                permuted = descriptors[scored].copy()
                order = other_clips(len(scored), random)
                permuted[:, columns] = permuted[order][:, columns]
                logits = log_probabilities(estimator, permuted)
                rise += cross_entropies(logits, wanted) - intact
            rises[name][scored] = rise / repeats
    return np.stack(list(rises.values()))

"""Which descriptors carry over to scenes that were not fitted."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline, make_pipeline

from darkhar.evaluation.metrics import accuracy
from darkhar.evaluation.wording import word_comparison
from darkhar.models.pose_estimators import PoseEstimator, discriminant, log_positive
from darkhar.pose.kinematics import KINEMATICS, kinematic_descriptors
from darkhar.pose.leg_geometry import LEGS, leg_geometry
from darkhar.pose.pose_clips import PoseClips
from darkhar.study.descriptor_importance import DESCRIPTOR_GROUPS
from darkhar.study.pairs import Pair, compare_pairs
from darkhar.study.study import Study
from darkhar.study.worth import ALONE, worth_fits

WITHOUT_HANDS, AS_USED, WITH_LEGS = "without hands", "as used", "with legs"


def every_descriptor(clips: PoseClips) -> np.ndarray:
    """Kinematic descriptors, of positive ones the logarithm, and those of the legs.

    Args:
        clips: `PoseClips`.

    Returns:
        float64 `[clips, 36]`.
    """
    kinematic = log_positive(kinematic_descriptors(clips))
    return np.hstack([kinematic, leg_geometry(clips)])


_HANDS = DESCRIPTOR_GROUPS["hands"]
SETS: dict[str, tuple[str, ...]] = {
    WITHOUT_HANDS: tuple(name for name in KINEMATICS if name not in _HANDS),
    AS_USED: KINEMATICS,
    WITH_LEGS: KINEMATICS + LEGS,
}
"""Names of the descriptors of each set."""


def discriminant_of(names: Sequence[str], n_classes: int) -> Pipeline:
    """The linear discriminant of some of `every_descriptor`.

    Args:
        names: str.
        n_classes: int. Number of classes.
    """
    columns = [(KINEMATICS + LEGS).index(name) for name in names]
    chosen = ColumnTransformer([("chosen", "passthrough", columns)])
    return make_pipeline(chosen, *discriminant(n_classes).named_steps.values())


def held_out_by_set(study: Study) -> dict[str, dict[str, np.ndarray]]:
    """Logits of held-out clips by linear discriminants of each set.

    In the folds that choices are made with, with the run's seed.

    Args:
        study: `Study`, with the view `"poses"`.

    Returns:
        By what is fitted, as of `darkhar.study.worth.worth_fits`, and by set, float64
        `[1, clips, classes]`.
    """
    return {
        fitted: {
            name: study.logits(
                fit.replace(
                    estimator=PoseEstimator(
                        every_descriptor, functools.partial(discriminant_of, names)
                    )
                ),
                study.choice,
                seeds=1,
            )
            for name, names in SETS.items()
        }
        for fitted, fit in worth_fits(study).items()
    }


def descriptor_sets(
    study: Study, logits: Mapping[str, Mapping[str, np.ndarray]]
) -> pd.DataFrame:
    """Accuracy of each set.

    Args:
        study: `Study`.
        logits: as of `held_out_by_set`.

    Returns:
        Table with columns `fitted`, `descriptors`, `number` and those of
        `darkhar.evaluation.metrics.accuracy`.
    """
    return pd.DataFrame(
        {
            "fitted": fitted,
            "descriptors": name,
            "number": len(SETS[name]),
            **accuracy(of_set[0], study.train.labels),
        }
        for fitted, of_fit in logits.items()
        for name, of_set in of_fit.items()
    )


def descriptor_words(
    study: Study, logits: Mapping[str, Mapping[str, np.ndarray]]
) -> dict[str, str]:
    """What the hands bring, and the legs, in sentences.

    By the real clips alone and, where simulated people act the classes, by these alone;
    corrected for the number of comparisons.

    Args:
        study: `Study`.
        logits: as of `held_out_by_set`.

    Returns:
        `hands` and `legs`.
    """
    fits = {ALONE: logits[ALONE], **dict(list(logits.items())[-1:])}
    changes = {"hands": (WITHOUT_HANDS, AS_USED), "legs": (AS_USED, WITH_LEGS)}
    wanted = [
        Pair(
            f"{before}, {fitted}",
            f"{after}, {fitted}",
            f"With {fitted}, descriptors of {what}",
        )
        for what, (before, after) in changes.items()
        for fitted in fits
    ]
    by_protocol = {
        f"{name}, {fitted}": {study.choice: found}
        for fitted, of_fit in fits.items()
        for name, found in of_fit.items()
    }
    comparisons = compare_pairs(study, by_protocol, study.choice, wanted)
    words = [
        word_comparison(comparison, pair.subject)
        for pair, comparison in zip(wanted, comparisons, strict=True)
    ]
    each = len(fits)
    return {
        what: " ".join(words[number * each : (number + 1) * each])
        for number, what in enumerate(changes)
    }

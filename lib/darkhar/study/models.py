"""The models that the paper's study compares, by the names that readers see."""

import dataclasses
from collections.abc import Collection

import numpy as np

from darkhar.models.pose_estimators import (
    KINEMATIC,
    POOLED,
    PoseEstimator,
    log_positive,
)
from darkhar.study.study import Logits, Study
from darkhar.training.estimator_fits import PoseEstimatorFit, VectorFit
from darkhar.training.fits import Fit
from darkhar.training.fusion_fit import FusionFit
from darkhar.training.pose_fits import pose_fit, possible_classifiers
from darkhar.training.sequence_fit import SequenceFit

APPEARANCE, ENHANCED = "appearance", "appearance, enhanced"
MEAN, POSE, FUSED = "appearance, mean", "pose", "fused"
OTHER_POSES = "pose, "

VIEWS = ("frames", "enhanced", "poses")
"""What the models see."""


def study_models(
    study: Study, classifiers: Collection[str] | None = None
) -> dict[str, Fit]:
    """The models under study by name.

    Args:
        study: `Study`, with `VIEWS`.
        classifiers: str or None. Pose classifiers beside the run's own. None means all
            that the classes allow. Defaults to None.

    Returns:
        dict of name to `Fit`: `"appearance"`, `"appearance, enhanced"`,
        `"appearance, mean"`, `"pose"` (the run's classifier), `"pose, NAME"` for the
        others, and `"fused"` (the run's fusion).
    """
    parameters = study.parameters
    own = parameters.pose_classifier
    if classifiers is None:
        classifiers = possible_classifiers(study.train.class_names)
    return {
        APPEARANCE: SequenceFit.of(parameters, "frames"),
        ENHANCED: SequenceFit.of(parameters, "enhanced"),
        MEAN: VectorFit("frames"),
        POSE: pose_fit(own, parameters),
        **{
            f"{OTHER_POSES}{name.replace('_', ' ')}": pose_fit(name, parameters)
            for name in classifiers
            if name != own
        },
        FUSED: FusionFit.of(parameters, study.train),
    }


def all_logits(study: Study, models: dict[str, Fit]) -> Logits:
    """Logits of every model under every protocol that the clips allow.

    Pose classifiers that the run did not choose have the run's seed alone; of these,
    what is not quick is only fitted in the folds that choices are made with, and for
    validation.

    Args:
        study: `Study`, with the models' views.
        models: dict of name to `Fit`.
    """
    scarce = (study.choice, "official")

    def logits_of(name: str, fit: Fit) -> dict[str, np.ndarray]:
        is_other = name.startswith(OTHER_POSES)
        return {
            protocol: study.logits(fit, protocol, seeds=1 if is_other else None)
            for protocol in study.protocols
            if protocol in scarce or fit.is_quick or not is_other
        }

    return {name: logits_of(name, fit) for name, fit in models.items()}


@dataclasses.dataclass(frozen=True)
class FeatureSet:
    """What a linear model goes by, one vector a clip.

    Args:
        name: str. As readers see it.
        values: float `[clips, dim]`. Of the training clips.
        fit: `Fit`. The linear model.
    """

    name: str
    values: np.ndarray
    fit: Fit


FRAME_VIEWS = {
    "frames": "frames",
    "enhanced": "enhanced frames",
    "person_removed": "frames without the person",
    "person_only": "the person alone",
    "still_background": "a still background",
}
"""Views of frame features, and what readers call them."""

TRACE = "the trace of the box"

FEATURE_VIEWS = (*FRAME_VIEWS, "poses", "trace")
"""What the feature sets are made of."""


def feature_sets(study: Study) -> dict[str, FeatureSet]:
    """What models go by, one vector a clip, each with a linear classifier.

    Args:
        study: `Study`, with `FEATURE_VIEWS`.

    Returns:
        dict of view, or of `"joint_coordinates"` (pooled statistics) and
        `"kinematics"` (kinematic descriptors), to `FeatureSet`. Of frames it is their
        mean; the classifier is logistic regression, but of descriptors linear
        discriminant analysis.
    """
    sets = {
        view: FeatureSet(name, study.train[view].means().values, VectorFit(view))
        for view, name in FRAME_VIEWS.items()
    }
    sets["trace"] = FeatureSet(TRACE, study.train["trace"].values, VectorFit("trace"))
    for key, name, estimator in (
        ("joint_coordinates", "joint coordinates", POOLED),
        ("kinematics", "kinematic descriptors", KINEMATIC),
    ):
        values = _vectors(study, estimator)
        sets[key] = FeatureSet(name, values, PoseEstimatorFit(estimator))
    return sets


def _vectors(study: Study, estimator: PoseEstimator) -> np.ndarray:
    values = estimator.vectors(study.train["poses"])
    # As the estimator sees them.
    return log_positive(values) if estimator is KINEMATIC else values

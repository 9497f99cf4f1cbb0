"""scikit-learn classifiers of what a clip's keypoints amount to as a whole."""

import dataclasses
from collections.abc import Callable

import numpy as np
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from darkhar.pose.channels import pooled_statistics
from darkhar.pose.kinematics import KINEMATICS, SIGNED, kinematic_descriptors
from darkhar.pose.pose_clips import PoseClips


@dataclasses.dataclass(frozen=True)
class PoseEstimator:
    """A classifier of vectors that are computed from keypoints.

    Args:
        vectors: callable from `PoseClips` to float `[clips, dim]`.
        build: callable from the number of classes to an unfitted scikit-learn pipeline
            that ends in a classifier with probabilities.
        mirrors: bool. Whether clips are fitted and classified together with their
            mirror images. Defaults to False.
    """

    vectors: Callable[[PoseClips], np.ndarray]
    build: Callable[[int], Pipeline]
    mirrors: bool = False


# Added before the logarithm: differences below it are noise of the keypoints.
_NOISE_FLOOR = 0.02
_POSITIVE = np.array([name not in SIGNED for name in KINEMATICS])


def log_positive(descriptors: np.ndarray) -> np.ndarray:
    """Takes the logarithm of those descriptors that are never negative.

    Speeds and amplitudes of one action differ by factors rather than by amounts.

    Args:
        descriptors: float `[clips, 22]`, as of
            `darkhar.pose.kinematics.kinematic_descriptors`.

    Returns:
        float64, same shape: log(v + 0.02) for each positive descriptor v.
    """
    values = np.array(descriptors, np.float64)
    values[:, _POSITIVE] = np.log(values[:, _POSITIVE] + _NOISE_FLOOR)
    return values


def kinematics_estimator(n_classes: int) -> Pipeline:
    """Linear discriminant analysis of kinematic descriptors.

    The covariance, shared by the classes, is the mean of theirs, each shrunk towards
    its own diagonal by as much as Ledoit & Wolf (2004) estimate to be best, which
    keeps it regular with few clips. All classes are equally probable beforehand,
    whatever the training clips' shares.

    Args:
        n_classes: int. Number of classes.

    Returns:
        An unfitted scikit-learn pipeline for descriptors `[clips, 22]`.
    """
    return make_pipeline(
        FunctionTransformer(log_positive), *discriminant(n_classes).named_steps.values()
    )


def discriminant(n_classes: int) -> Pipeline:
    """The linear discriminant analysis of `kinematics_estimator`, of any vectors.

    Args:
        n_classes: int. Number of classes.

    Returns:
        An unfitted scikit-learn pipeline for vectors `[clips, dim]`.
    """
    return make_pipeline(
        StandardScaler(),
        LinearDiscriminantAnalysis(
            solver="lsqr",
            shrinkage="auto",
            priors=np.full(n_classes, 1 / n_classes),
        ),
    )


def trees_estimator(n_classes: int) -> Pipeline:
    """Extremely randomized trees of kinematic descriptors.

    The mean of 200 trees, whose thresholds are drawn at random and whose leaves hold at
    least two clips (Geurts et al. 2006, "Extremely randomized trees", Mach. Learn. 63).
    They are the same whenever they are fitted.

    Args:
        n_classes: int. Not used: the trees count them.

    Returns:
        An unfitted scikit-learn pipeline for descriptors `[clips, 22]`.
    """
    del n_classes
    return make_pipeline(
        FunctionTransformer(log_positive),
        ExtraTreesClassifier(
            200, min_samples_leaf=2, class_weight="balanced", random_state=0
        ),
    )


def pooled_estimator(n_classes: int) -> Pipeline:
    """Multinomial logistic regression of standardized statistics.

    Args:
        n_classes: int. Not used: the regression counts them.

    Returns:
        An unfitted scikit-learn pipeline for statistics `[clips, dim]`, with an L2
        penalty (C = 0.01) and classes weighted to count equally.
    """
    del n_classes
    return make_pipeline(
        StandardScaler(),
        rotation(),
        LogisticRegression(C=0.01, class_weight="balanced", max_iter=5000),
    )


def rotation() -> PCA:
    """Turns values into as few dimensions as there are clips, without a loss.

    All principal components are kept. A linear classifier with an L2 penalty has its
    weights in the span of the clips that it is fitted on (the representer theorem;
    Schoelkopf et al. 2001), so that its answers are the same, found far sooner where
    clips are fewer than dimensions.
    """
    return PCA(svd_solver="full")


KINEMATIC = PoseEstimator(kinematic_descriptors, kinematics_estimator)
TREES = PoseEstimator(kinematic_descriptors, trees_estimator)
POOLED = PoseEstimator(pooled_statistics, pooled_estimator, mirrors=True)

"""Pose classifiers by name, all fitted in the same way."""

import functools

import numpy as np

from darkhar.config import Parameters
from darkhar.models.log_probabilities import log_probabilities
from darkhar.models.pose_estimators import kinematics_estimator, pooled_estimator
from darkhar.models.pose_networks import POSE_NETWORKS, build_pose_network
from darkhar.pose.channels import joint_channels, pooled_statistics
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.pose.pose_clips import PoseClips
from darkhar.training.classifiers import Fit, Predict, spread_classes
from darkhar.training.network import Schedule, fit_network, network_logits

POSE_CLASSIFIERS: tuple[str, ...] = (
    "kinematics",
    "pooled_statistics",
    *POSE_NETWORKS,
)


def pose_fit(name: str, parameters: Parameters, n_classes: int) -> Fit:
    """How a pose classifier is fitted.

    All take `PoseClips`. `"kinematics"` is a linear discriminant analysis of
    `kinematic_descriptors`; the others are fitted on the clips and their mirrored
    copies and give the mean of the logits of a clip and its mirror image:
    `"pooled_statistics"` is a logistic regression of means and standard deviations
    over time, the rest are the networks of `darkhar.models.pose_networks`, fitted
    for `pose_epochs` epochs by Adam with no held-out clips.

    Args:
        name: str. One of `POSE_CLASSIFIERS`.
        parameters: `Parameters`. The run's.
        n_classes: int. Number of classes.

    Returns:
        `Fit`.

    Raises:
        ParameterError: no such classifier.
    """
    if name == "kinematics":
        return functools.partial(_fit_kinematics, n_classes)
    if name == "pooled_statistics":
        return functools.partial(_fit_pooled, n_classes)
    return functools.partial(_fit_network, name, parameters, n_classes)


def with_mirrored(clips: PoseClips) -> PoseClips:
    """The clips and, after them, their mirrored copies."""
    copies = clips.mirrored()
    return PoseClips(
        np.concatenate([clips.keypoints, copies.keypoints]),
        np.concatenate([clips.seconds, copies.seconds]),
    )


def _fit_kinematics(
    n_classes: int, clips: PoseClips, labels: np.ndarray, seed: int
) -> Predict:
    del seed  # nothing is drawn at random
    present, targets = np.unique(labels, return_inverse=True)
    estimator = kinematics_estimator(len(present))
    estimator.fit(kinematic_descriptors(clips), targets)

    def predict(others: PoseClips) -> np.ndarray:
        logits = estimator.predict_log_proba(kinematic_descriptors(others))
        return spread_classes(logits, present, n_classes)

    return predict


def _fit_pooled(
    n_classes: int, clips: PoseClips, labels: np.ndarray, seed: int
) -> Predict:
    del seed  # nothing is drawn at random
    estimator = pooled_estimator()
    estimator.fit(pooled_statistics(with_mirrored(clips)), np.tile(labels, 2))

    def predict(others: PoseClips) -> np.ndarray:
        both = log_probabilities(estimator, pooled_statistics(with_mirrored(others)))
        logits = both.reshape(2, len(others), -1).mean(axis=0)
        return spread_classes(logits, estimator.classes_, n_classes)

    return predict


def _fit_network(
    name: str,
    parameters: Parameters,
    n_classes: int,
    clips: PoseClips,
    labels: np.ndarray,
    seed: int,
) -> Predict:
    channels = joint_channels(with_mirrored(clips))
    model, _ = fit_network(
        build_pose_network,
        {
            "name": name,
            "n_classes": n_classes,
            "n_frames": channels.shape[1],
            "units": parameters.pose_units,
            "dropout": parameters.dropout,
        },
        channels,
        np.tile(labels, 2),
        schedule=Schedule(
            epochs=parameters.pose_epochs,
            batch_size=parameters.batch_clips_per_class * n_classes,
            learning_rate=parameters.learning_rate,
        ),
        seed=seed,
    )

    def predict(others: PoseClips) -> np.ndarray:
        both = network_logits(model, joint_channels(with_mirrored(others)))
        return both.reshape(2, len(others), n_classes).mean(axis=0).astype(np.float64)

    return predict

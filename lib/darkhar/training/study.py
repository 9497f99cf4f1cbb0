"""The models that the paper's study compares, made from one run's parameters."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from darkhar.config import Parameters
from darkhar.data.source import DataSource
from darkhar.features.clip_features import ClipFeatureSet
from darkhar.features.extraction import extract_features
from darkhar.features.masked_extraction import extract_masked_features
from darkhar.features.pose.channels import pooled_statistics
from darkhar.features.pose.clips import PoseClips, pose_clips
from darkhar.features.pose.kinematics import kinematic_descriptors
from darkhar.features.pose_extraction import extract_keypoints
from darkhar.models.pose_estimators import log_positive
from darkhar.training.clip_models import (
    AppearanceModel,
    ClipModel,
    fused_model,
    keypoint_model,
    mean_features,
    mean_model,
)
from darkhar.training.pose import POSE_CLASSIFIERS
from darkhar.training.splitters import choice_splitter

APPEARANCE, EQUALIZED = "appearance", "appearance, enhanced"
MEAN, POSE, FUSED = "appearance, mean", "pose", "fused"


@dataclasses.dataclass(frozen=True)
class StudyData:
    """The clips of a study, as its models see them.

    Args:
        frames, val_frames: `ClipFeatureSet`. Frame features without enhancement.
        enhanced, val_enhanced: `ClipFeatureSet`. With `parameters.enhancement`.
        without, val_without: `ClipFeatureSet`. Of frames without the person.
        only, val_only: `ClipFeatureSet`. Of the person without the frame.
        poses, val_poses: `PoseClips`.
        labels, val_labels: int `[clips]`.
        scenes: str `[clips]`. Of the training clips; empty where unknown.
        n_classes: int.
    """

    frames: ClipFeatureSet
    val_frames: ClipFeatureSet
    enhanced: ClipFeatureSet
    val_enhanced: ClipFeatureSet
    without: ClipFeatureSet
    val_without: ClipFeatureSet
    only: ClipFeatureSet
    val_only: ClipFeatureSet
    poses: PoseClips
    val_poses: PoseClips
    labels: np.ndarray
    val_labels: np.ndarray
    scenes: np.ndarray
    n_classes: int

    @property
    def groups(self) -> list[str]:
        """Of each training clip, its class and scene: clips that are alike."""
        return [f"{a}/{b}" for a, b in zip(self.labels, self.scenes, strict=True)]


def study_data(source: DataSource, parameters: Parameters) -> StudyData:
    """The clips of a study: from the cache, if the run's other notebooks were there.

    Args:
        source: `DataSource`. The run's clips.
        parameters: `Parameters`. The run's.

    Raises:
        WeightsError: weights cannot be had.
        DataError: a clip does not decode.
    """
    splits = ("train", "val")
    frames, enhanced = (
        [
            extract_features(
                source, split, parameters=parameters, enhancement=enhancement
            )
            for split in splits
        ]
        for enhancement in ("none", parameters.enhancement)
    )
    keypoints = [
        extract_keypoints(source, split, parameters=parameters) for split in splits
    ]
    without, only = (
        [
            extract_masked_features(
                source, split, found, parameters=parameters, region=region
            )
            for split, found in zip(splits, keypoints, strict=True)
        ]
        for region in ("person removed", "person only")
    )
    return StudyData(
        *frames,
        *enhanced,
        *without,
        *only,
        *(pose_clips(found) for found in keypoints),
        labels=frames[0].labels,
        val_labels=frames[1].labels,
        scenes=np.array(frames[0].scenes),
        n_classes=len(source.layout.class_names),
    )


def study_models(
    data: StudyData,
    parameters: Parameters,
    classifiers: Sequence[str] = POSE_CLASSIFIERS,
) -> dict[str, ClipModel]:
    """The models under study by name.

    Args:
        data: `StudyData`.
        parameters: `Parameters`. The run's.
        classifiers: str. Pose classifiers beside the run's own. Defaults to all.

    Returns:
        dict of name to `ClipModel`: `"appearance"`, `"appearance, enhanced"`,
        `"appearance, mean"`, `"pose"` (the run's classifier), `"pose, NAME"` for the
        others, and `"fused"` (the run's fusion).
    """
    shared = {"n_classes": data.n_classes}
    appearance, enhanced = (
        AppearanceModel(
            train.features,
            val.features,
            data.labels,
            data.scenes,
            parameters,
            data.n_classes,
        )
        for train, val in (
            (data.frames, data.val_frames),
            (data.enhanced, data.val_enhanced),
        )
    )

    def from_keypoints(name: str, classifier: str) -> ClipModel:
        return keypoint_model(
            name,
            classifier,
            parameters,
            data.poses,
            data.val_poses,
            data.labels,
            **shared,
        )

    pose = from_keypoints(POSE, parameters.pose_classifier)
    others = [name for name in classifiers if name != parameters.pose_classifier]
    models = [
        appearance.model(APPEARANCE),
        enhanced.model(EQUALIZED),
        mean_model(
            MEAN,
            data.frames.features,
            data.val_frames.features,
            data.labels,
            **shared,
        ),
        pose,
        *(from_keypoints(f"pose, {name.replace('_', ' ')}", name) for name in others),
        fused_model(
            FUSED,
            parameters.fusion,
            appearance,
            pose,
            data.poses,
            data.val_poses,
            splitter=choice_splitter(parameters, data.labels, data.scenes),
        ),
    ]
    return {model.name: model for model in models}


@dataclasses.dataclass(frozen=True)
class FeatureSet:
    """Features of the training clips, and the linear model that goes by them.

    Args:
        values: float `[clips, dim]`.
        model: `ClipModel`.
    """

    values: np.ndarray
    model: ClipModel


def feature_sets(data: StudyData, parameters: Parameters) -> dict[str, FeatureSet]:
    """What models go by, one vector a clip, each with a linear classifier.

    Args:
        data: `StudyData`.
        parameters: `Parameters`. The run's.

    Returns:
        dict of name to `FeatureSet`: frames without and with enhancement, without the
        person, and the person only (mean over frames, logistic regression), joint
        coordinates (pooled statistics, logistic regression) and kinematic descriptors
        (linear discriminant analysis).
    """
    shared = {"n_classes": data.n_classes}
    sets = {}
    for name, train, val in (
        ("frames", data.frames, data.val_frames),
        ("frames, enhanced", data.enhanced, data.val_enhanced),
        ("frames, person removed", data.without, data.val_without),
        ("person only", data.only, data.val_only),
    ):
        sets[name] = FeatureSet(
            mean_features(train.features).values,
            mean_model(name, train.features, val.features, data.labels, **shared),
        )
    for name, classifier, values in (
        ("joint coordinates", "pooled_statistics", pooled_statistics(data.poses)),
        (
            "kinematic descriptors",
            "kinematics",
            log_positive(kinematic_descriptors(data.poses)),
        ),
    ):
        model = keypoint_model(
            name,
            classifier,
            parameters,
            data.poses,
            data.val_poses,
            data.labels,
            **shared,
        )
        sets[name] = FeatureSet(values, model)
    return sets

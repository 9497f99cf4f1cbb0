"""The models that the paper's study compares, made from one run's parameters."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from darkhar.config import Parameters
from darkhar.data.source import DataSource
from darkhar.features.clip_features import ClipFeatureSet
from darkhar.features.frame_features import extract_features
from darkhar.features.keypoints import extract_keypoints, pose_clips
from darkhar.features.masked_features import extract_masked_features
from darkhar.models.pose_estimators import log_positive
from darkhar.pose.channels import pooled_statistics
from darkhar.pose.kinematics import kinematic_descriptors
from darkhar.pose.person_masking import (
    Region,
    always_covered,
    box_trace,
    person_boxes,
)
from darkhar.pose.pose_clips import PoseClips
from darkhar.study.appearance_model import AppearanceModel
from darkhar.study.clip_models import (
    ClipModel,
    keypoint_model,
    mean_model,
    vector_model,
)
from darkhar.study.fused_model import fused_model
from darkhar.training.clip_vectors import ClipVectors, mean_features
from darkhar.training.pose import POSE_CLASSIFIERS
from darkhar.training.splitters import choice_splitter

APPEARANCE, EQUALIZED = "appearance", "appearance, enhanced"
MEAN, POSE, FUSED = "appearance, mean", "pose", "fused"

# Parts of frames, and what is left of them where only the person's box is known.
REGION_NAMES: dict[Region, str] = {
    "person removed": "frames without the person",
    "person only": "the person alone",
    "still background": "a still background",
}
TRACE = "the trace of the box"


@dataclasses.dataclass(frozen=True)
class StudyData:
    """The clips of a study, as its models see them.

    Args:
        frames, val_frames: `ClipFeatureSet`. Frame features without enhancement.
        enhanced, val_enhanced: `ClipFeatureSet`. With `parameters.enhancement`.
        regions: mapping of a part of the frames, one of
            `darkhar.pose.person_masking.Region`, to a pair of `ClipFeatureSet`: of
            the training and of the validation clips.
        traces, val_traces: float `[clips, 12]`. As of
            `darkhar.pose.person_masking.box_trace`.
        covered, val_covered: float `[clips]`. Share of the picture that the person's
            box always covers, and that a still background must guess.
        poses, val_poses: `PoseClips`.
        labels, val_labels: int `[clips]`.
        scenes: str `[clips]`. Of the training clips; empty where unknown.
        n_classes: int.
    """

    frames: ClipFeatureSet
    val_frames: ClipFeatureSet
    enhanced: ClipFeatureSet
    val_enhanced: ClipFeatureSet
    regions: Mapping[Region, tuple[ClipFeatureSet, ClipFeatureSet]]
    traces: np.ndarray
    val_traces: np.ndarray
    covered: np.ndarray
    val_covered: np.ndarray
    poses: PoseClips
    val_poses: PoseClips
    labels: np.ndarray
    val_labels: np.ndarray
    scenes: np.ndarray
    n_classes: int

    def alike(self, splitter: str) -> list[str] | None:
        """Groups of training clips that are alike and that folds keep together.

        Args:
            splitter: str. Whose folds.

        Returns:
            Of each clip its class and scene; None where folds do not go by these.
        """
        if splitter != "class_scene_grouped":
            return None
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
    regions = {
        region: tuple(
            extract_masked_features(
                source, split, found, parameters=parameters, region=region
            )
            for split, found in zip(splits, keypoints, strict=True)
        )
        for region in REGION_NAMES
    }
    boxes = [[person_boxes(clip) for clip in found.features] for found in keypoints]
    traces = [np.stack([box_trace(clip) for clip in of_split]) for of_split in boxes]
    covered = [
        np.array([always_covered(clip) for clip in of_split]) for of_split in boxes
    ]
    return StudyData(
        *frames,
        *enhanced,
        regions,
        *traces,
        *covered,
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
        dict of name to `FeatureSet`: `"frames"`, `"enhanced frames"` and those of
        `REGION_NAMES` (mean over frames, logistic regression), `TRACE` (logistic
        regression), `"joint coordinates"` (pooled statistics, logistic regression) and
        `"kinematic descriptors"` (linear discriminant analysis).
    """
    shared = {"n_classes": data.n_classes}
    vectors = {
        name: (mean_features(train.features), mean_features(val.features))
        for name, (train, val) in {
            "frames": (data.frames, data.val_frames),
            "enhanced frames": (data.enhanced, data.val_enhanced),
            **{
                REGION_NAMES[region]: of_region
                for region, of_region in data.regions.items()
            },
        }.items()
    }
    vectors[TRACE] = (
        ClipVectors(data.traces),
        ClipVectors(data.val_traces),
    )
    sets = {
        name: FeatureSet(
            train.values, vector_model(name, train, val, data.labels, **shared)
        )
        for name, (train, val) in vectors.items()
    }
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

"""What the camera does in the clips, and what its motion costs the classifier."""

import dataclasses

import numpy as np
import pandas as pd

from darkhar.config import CAMERAS, Parameters
from darkhar.data.source import DataSource
from darkhar.evaluation.wording import word_comparison
from darkhar.features.clip_views import camera_paths, poses
from darkhar.pose.camera import is_supported, support
from darkhar.pose.pose_clips import PoseClips
from darkhar.study.pairs import compare_to_first
from darkhar.study.pose_report import poses_table
from darkhar.study.study import Study
from darkhar.training.pose_fits import pose_fit


def poses_by_camera(source: DataSource, parameters: Parameters) -> dict[str, PoseClips]:
    """Poses of the training clips, with the camera held still and as filmed.

    Returns:
        By the names of `CAMERAS`, in words.
    """
    return {
        name.replace("_", " "): poses(
            source, "train", parameters.replace(pose_camera=name)
        )[0]
        for name in CAMERAS
    }


def camera_table(study: Study, source: DataSource) -> pd.DataFrame:
    """The run's classifier with the camera held still and as filmed.

    Returns:
        As of `darkhar.study.pose_report.poses_table`, by `camera`.
    """
    return poses_table(study, "camera", poses_by_camera(source, study.parameters))


def camera_words(study: Study, source: DataSource) -> str:
    """Whether the classifier is better with the camera held still, in a sentence.

    With the run's seed, in the folds that choices are made with.
    """
    fit = pose_fit(study.parameters.pose_classifier, study.parameters)
    logits = {
        name: dataclasses.replace(
            study, train=study.train.with_views(poses=seen)
        ).logits(fit, study.choice, seeds=1)
        for name, seen in poses_by_camera(source, study.parameters).items()
    }
    filmed = {name: logits[name] for name in ("as filmed", "still")}
    (comparison,) = compare_to_first(study, filmed, study.choice)
    return word_comparison(comparison, "Holding the camera still")


def support_table(study: Study, source: DataSource) -> pd.DataFrame:
    """How surely the camera's path is known, by split.

    Returns:
        Table with columns `split`, `n` (clips), `support` (the mean share of frames in
        which enough corners of the background agree), `least` (of a clip), `left`
        (clips that are left as filmed), `across` (median over clips of how far the
        camera strays from where it began, in widths of the frame).
    """
    rows = []
    for split in ("train", "val"):
        paths = camera_paths(source, split, study.parameters)
        shares = [support(path) for path in paths]
        rows.append(
            {
                "split": "training" if split == "train" else "validation",
                "n": len(paths),
                "support": np.mean(shares),
                "least": np.min(shares),
                "left": sum(not is_supported(path) for path in paths),
                "across": np.median(
                    [np.hypot(path[:, 2], path[:, 3]).max() for path in paths]
                ),
            }
        )
    return pd.DataFrame(rows)

"""Enhancements before pose: what they do to keypoints and to the classifier of them."""

from typing import Any

import numpy as np
import pandas as pd

from darkhar.config import ENHANCEMENTS, Parameters
from darkhar.data.clips import Clips
from darkhar.data.source import DataSource
from darkhar.evaluation.metrics import accuracy
from darkhar.features.clip_views import example_frames, poses
from darkhar.study.study import Study
from darkhar.training.pose_fits import clips_alone, pose_fit
from darkhar.training.splitters import choice_splitter, run_folds


def compared(parameters: Parameters) -> list[str]:
    """The enhancements that are compared: all by their defaults, and the run's own."""
    return list(dict.fromkeys([*ENHANCEMENTS, parameters.pose_enhancement]))


def example_rows(
    source: DataSource, clips: Clips, parameters: Parameters
) -> dict[str, list[np.ndarray]]:
    """The middle frame of each class's first training clip, under each enhancement.

    Args:
        source: `DataSource`.
        clips: `Clips`. Its training clips.
        parameters: `Parameters`. The run's.

    Returns:
        By the enhancement's name for readers, uint8 `[height, width, 3]` a class.
    """
    rows = {}
    for name in compared(parameters):
        frames, _ = example_frames(
            source, clips, parameters, n_frames=1, enhancement=name
        )
        rows[name.replace("_", " ")] = [clip[0] for clip in frames]
    return rows


def compare_enhancements(
    source: DataSource, clips: Clips, parameters: Parameters
) -> pd.DataFrame:
    """Keypoints and classifier under each enhancement, on training clips.

    Returns:
        Table with columns `enhancement`, `score` (mean, of keypoints) and those of
        `darkhar.evaluation.metrics.accuracy`, in the folds that choices are made with.
    """
    names = compared(parameters)
    splitter = choice_splitter(clips, parameters)
    folds = run_folds(clips, splitter, parameters.folds, parameters.seed)
    fit = pose_fit(clips_alone(parameters), parameters)
    rows = []
    for name, seen in zip(
        names, poses(source, "train", parameters, names), strict=True
    ):
        enhanced = clips.with_views(poses=seen)
        logits = fit.held_out(enhanced, folds, parameters.seed)
        row = {"enhancement": name, "score": seen.keypoints[..., 2].mean()}
        rows.append(row | accuracy(logits, clips.labels))
    return pd.DataFrame(rows)


def protocol(clips: Clips, parameters: Parameters) -> dict[str, Any]:
    """How they are compared."""
    return {
        "classifier": clips_alone(parameters),
        "model": parameters.pose_model,
        "splitter": choice_splitter(clips, parameters),
        "folds": parameters.folds,
    }


def highest(comparison: pd.DataFrame) -> dict[str, Any]:
    """The enhancement whose keypoints score highest.

    Args:
        comparison: as of `compare_enhancements`.
    """
    row = comparison.loc[comparison["score"].idxmax()]
    return {"enhancement": row["enhancement"], "score": row["score"]}


def enhancement_logits(study: Study, source: DataSource) -> dict[str, np.ndarray]:
    """Logits of a pose classifier under each enhancement, none first.

    It is the run's, or one that is fitted on clips alone in its place. Only held-out
    training clips are scored, where choices are made.

    Returns:
        By the enhancement's name ("no enhancement" for none), float64
        `[seeds, clips, classes]`.
    """
    parameters = study.parameters
    fit = pose_fit(clips_alone(parameters), parameters)
    names = list(ENHANCEMENTS)
    logits = {}
    for name, seen in zip(
        names, poses(source, "train", parameters, names), strict=True
    ):
        clips = study.train.with_views(poses=seen)
        enhanced = Study(clips, study.val, parameters)
        shown = "no enhancement" if name == "none" else name
        logits[shown] = enhanced.logits(fit, study.choice)
    return logits

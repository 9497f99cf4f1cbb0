"""What the camera does in the clips, and what its motion costs the classifier."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from darkhar.config import CAMERAS, Parameters
from darkhar.data.source import DataSource
from darkhar.evaluation.wording import word_comparison
from darkhar.features.clip_views import camera_paths, poses
from darkhar.pose.camera import is_supported, support
from darkhar.pose.pose_clips import PoseClips
from darkhar.pose.simulated_poses import acted
from darkhar.study.pairs import compare_to_first
from darkhar.study.study import Study
from darkhar.study.study_tables import comparison_table
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


def step_logits(study: Study, source: DataSource) -> dict[str, np.ndarray]:
    """Logits of held-out training clips, one step after the other.

    Joints as filmed and with the camera held still, by the run's classifier; then with
    simulated people beside the clips, and with these alone, where they act the classes.

    Returns:
        By the step's name, float64 `[1, clips, classes]`, with the run's seed, in the
        folds that choices are made with.
    """
    seen = poses_by_camera(source, study.parameters)
    own = study.parameters.pose_classifier
    steps = {"as filmed": ("as_filmed", own), "camera held still": ("still", own)}
    if acted(study.train.class_names):
        steps |= {
            "with simulated people": ("still", "kinematics_both"),
            "simulated people alone": ("still", "kinematics_simulated"),
        }
    logits = {}
    for name, (camera, classifier) in steps.items():
        parameters = study.parameters.replace(pose_camera=camera)
        train = study.train.with_views(poses=seen[camera.replace("_", " ")])
        logits[name] = Study(train, study.val, parameters).logits(
            pose_fit(classifier, parameters), study.choice, seeds=1
        )
    return logits


def step_table(study: Study, logits: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Accuracy after each step.

    Args:
        study: `Study`.
        logits: as of `step_logits`.

    Returns:
        Table with columns `step`, `n`, `held out`, `held out low`, `held out high`.
    """
    found = {name: of_step[0] for name, of_step in logits.items()}
    return comparison_table(found, study.train.labels, of="step", on="held out")


def step_words(study: Study, logits: Mapping[str, np.ndarray]) -> dict[str, str]:
    """What each step brings as compared with joints as filmed, in sentences.

    Args:
        study: `Study`.
        logits: as of `step_logits`.

    Returns:
        By the step's name with underscores; corrected for the number of steps.
    """
    subjects = {
        "camera held still": "Holding the camera still",
        "with simulated people": "Holding it still, with simulated people beside them,",
        "simulated people alone": "Simulated people in place of the training clips",
    }
    return {
        comparison.second.replace(" ", "_"): word_comparison(
            comparison, subjects[comparison.second]
        )
        for comparison in compare_to_first(study, logits, study.choice)
    }


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

"""What the camera does in the clips, and what its motion costs the classifier."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from darkhar.config import CAMERAS, ENHANCEMENTS, POSE_CLASSIFIERS, Parameters
from darkhar.data.source import DataSource
from darkhar.evaluation.wording import word_comparison
from darkhar.features.clip_views import (
    boxes_in_all_frames,
    camera_paths,
    enhanced,
    keypoints,
    pose_rule,
    poses,
    shown_frames,
)
from darkhar.pose.camera import camera_path, is_supported, support, without_noise
from darkhar.pose.pose_clips import PoseClips, in_widths
from darkhar.pose.simulated_poses import acted
from darkhar.study.pairs import Pair, compare_pairs
from darkhar.study.study import Logits, Study
from darkhar.study.study_tables import comparison_table, intervals
from darkhar.training.pose_fits import pose_fit

OWN_BRIGHTENING = "gamma, then CLAHE"
"""What corners are looked for in by default."""
_CORNER_CLIPS = 15  # one of so many


@dataclasses.dataclass(frozen=True)
class Step:
    """One way to classify joints.

    Args:
        changes: mapping of the names of parameters to values.
        classifier: str. One of `darkhar.config.POSE_CLASSIFIERS`.
        subject: str. What is done to the step that it is compared with, with a capital
            letter.
        after: str. The name of that step; empty of the first.
    """

    changes: Mapping[str, Any]
    classifier: str
    subject: str
    after: str


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


def steps(parameters: Parameters, class_names: Sequence[str]) -> dict[str, Step]:
    """From joints in sampled frames, as filmed, to the run's classifier.

    The camera is held still from the third on, whatever the run's `pose_camera`.

    Args:
        parameters: `Parameters`. The run's.
        class_names: str. By class id; simulated people may not act them.

    Returns:
        By name; each changes one thing of another.
    """
    filmed, still = {"pose_camera": "as_filmed"}, {"pose_camera": "still"}
    found = {"as filmed": Step(filmed, "kinematics", "", "")}
    if parameters.pose_every_frame:
        sampled = filmed | {"pose_every_frame": False}
        every = "All frames in place of sampled ones"
        found = {
            "sampled frames": Step(sampled, "kinematics", "", ""),
            "all frames": Step(filmed, "kinematics", every, "sampled frames"),
        }
    held = "Holding the camera still"
    found["camera held still"] = Step(still, "kinematics", held, list(found)[-1])
    together, alone = "with simulated people", "simulated people alone"
    if acted(class_names):
        beside = "Simulated people beside the real clips"
        out = "Leaving the real clips out"
        found[together] = Step(still, "kinematics_both", beside, "camera held still")
        found[alone] = Step(still, "kinematics_simulated", out, together)
    own, row = parameters.pose_classifier, POSE_CLASSIFIERS[parameters.pose_classifier]
    if own not in [step.classifier for step in found.values()]:
        shown = own.replace("_", " ")
        after = "camera held still"
        if row.simulated and together in found:
            after = together if row.takes_clips else alone
        found[shown] = Step(still, own, f"The run's classifier ({shown})", after)
    return found


def step_logits(study: Study, source: DataSource) -> Logits:
    """Logits after each step, where choices are made and on validation clips.

    Returns:
        By the step's name and the protocol, float64 `[1, clips, classes]`, with the
        run's seed.
    """
    logits = {}
    for name, step in steps(study.parameters, study.train.class_names).items():
        parameters = study.parameters.replace(**step.changes)
        train, val = (poses(source, split, parameters)[0] for split in ("train", "val"))
        seen = Study(
            study.train.with_views(poses=train),
            study.val.with_views(poses=val),
            parameters,
        )
        fit = pose_fit(step.classifier, parameters)
        logits[name] = {
            protocol: seen.logits(fit, protocol, seeds=1)
            for protocol in (study.choice, "official")
        }
    return logits


def step_table(study: Study, logits: Logits) -> pd.DataFrame:
    """Accuracy after each step.

    Args:
        study: `Study`.
        logits: as of `step_logits`.

    Returns:
        Table with columns `step`, `n`, `held out`, `held out low`, `held out high`,
        and `new n`, `new`, `new low`, `new high` of validation clips.
    """
    held_out, new = (
        comparison_table(
            {name: found[protocol][0] for name, found in logits.items()},
            study.scored(protocol).labels,
            of="step",
            on=on,
        )
        for protocol, on in ((study.choice, "held out"), ("official", "new"))
    )
    return held_out.merge(new.rename(columns={"n": "new n"}), on="step")


def step_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """A `step_table`'s held-out clips as what a plot of intervals takes."""
    columns = ["step", "n", "held out", "held out low", "held out high"]
    return intervals(table[columns], "step")


def step_words(study: Study, logits: Logits) -> dict[str, str]:
    """What each step brings on held-out clips, in sentences.

    Args:
        study: `Study`.
        logits: as of `step_logits`.

    Returns:
        By the step's name with underscores, but of the first: as compared with the
        step that it comes after, corrected for the number of steps.
    """
    of_steps = steps(study.parameters, study.train.class_names)
    pairs = [
        Pair(step.after, name, step.subject)
        for name, step in of_steps.items()
        if step.after
    ]
    return {
        pair.second.replace(" ", "_"): word_comparison(comparison, pair.subject)
        for pair, comparison in zip(
            pairs, compare_pairs(study, logits, study.choice, pairs), strict=True
        )
    }


def followed_clip(
    source: DataSource, parameters: Parameters, *, n_frames: int = 5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frames of the training clip in which the camera goes farthest across.

    Of clips whose path is known in nearly all frames, and that go no farther than twice
    the frame's width; where there are none, of the one whose path is known best.

    Args:
        source: `DataSource`.
        parameters: `Parameters`. The run's.
        n_frames: int. Of those in which keypoints are detected. Defaults to 5.

    Returns:
        Frames after the run's enhancement before pose, uint8
        `[frames, height, width, 3]`; their keypoints, float `[frames, 17, 3]`, y and x
        in widths of the frame; and the camera's path in them, float `[frames, 5]`.
    """
    paths = camera_paths(source, "train", parameters)
    shares = np.array([support(path) for path in paths])
    across, up = (np.array([np.ptp(path[:, i]) for path in paths]) for i in (2, 3))
    zoom = np.array([np.abs(np.hypot(*path[:, :2].T) - 1).max() for path in paths])
    shown_well = (shares >= 0.95) & (across < 2) & (up < 1) & (zoom < 0.5)
    clip = int(np.argmax(np.where(shown_well, 1 + across, shares)))
    clips = source.clips("train")
    detected = pose_rule(parameters)(int(clips.n_frames[clip]))
    shown = np.linspace(0, len(detected) - 1, n_frames).round().astype(int)
    found = keypoints(source, "train", parameters)[0][clip][shown]
    (frames,) = shown_frames(source, "train", {clip: detected[shown]})
    return (
        enhanced(frames, parameters.pose_enhancement),
        in_widths(found, *clips.frame_sizes[clip]),
        paths[clip][detected[shown]],
    )


def support_of_clips(study: Study, source: DataSource) -> dict[str, float]:
    """Share of frames in which enough corners agree, of each clip of both splits."""
    return {
        clip_id: support(path)
        for split, clips in (("train", study.train), ("val", study.val))
        for clip_id, path in zip(
            clips.clip_ids, camera_paths(source, split, study.parameters), strict=True
        )
    }


def corner_table(source: DataSource, parameters: Parameters) -> pd.DataFrame:
    """What enhancements before the search for corners are worth.

    On every fifteenth training clip, with the boxes of the run.

    Args:
        source: `DataSource`.
        parameters: `Parameters`. The run's.

    Returns:
        Table with columns `enhancement` (the first is what the run's paths are found
        with), `n` (clips), `corners` (mean number that agree in a frame) and `support`.
    """
    boxes = boxes_in_all_frames(source, "train", parameters)
    clips = source.clips("train")
    looked_at = np.arange(0, len(clips), _CORNER_CLIPS)
    paths: dict[str, list[np.ndarray]] = {}
    for clip in looked_at:
        (frames,) = shown_frames(
            source, "train", {int(clip): np.arange(clips.n_frames[clip])}
        )
        of_clip = boxes[clips.clip_ids[clip]]
        found = {OWN_BRIGHTENING: camera_path(frames, of_clip)}
        for name in ENHANCEMENTS:
            found[name.replace("_", " ")] = camera_path(
                enhanced(frames, name), of_clip, brighten=without_noise
            )
        for name, path in found.items():
            paths.setdefault(name, []).append(path)
    return pd.DataFrame(
        {
            "enhancement": name,
            "n": len(of_name),
            "corners": np.mean([path[1:, 4].mean() for path in of_name]),
            "support": np.mean([support(path) for path in of_name]),
        }
        for name, of_name in paths.items()
    )


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

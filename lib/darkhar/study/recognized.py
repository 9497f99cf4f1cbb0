"""What `darkhar predict` says of a run's clips, of which it is fitted on none."""

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pandas as pd

from darkhar.config import Parameters
from darkhar.data.layout import SplitName
from darkhar.data.source import DataSource
from darkhar.evaluation.metrics import accuracy_interval
from darkhar.features.clip_views import camera_paths, tracks
from darkhar.pose.pose_clips import in_widths
from darkhar.pose.simulated_poses import acted
from darkhar.recognizer import Recognizer, Verdict, load_recognizer
from darkhar.recognizer.recognizer import Sighting
from darkhar.recognizer.simulated import SETTINGS

COLUMNS = ("n", "likeliest", "low", "high", "answered", "right")


def recognized_table(source: DataSource, parameters: Parameters) -> pd.DataFrame:
    """The recognizer's answers to the clips whose classes simulated people act.

    By its usual pose network, and by the run's if that is another. The embedded clips
    are not looked at: they come from where simulated people come from.

    Args:
        source: `DataSource`.
        parameters: `Parameters`. The run's.

    Returns:
        Table with columns `looked at by`, `clips` (of which split), `n`, `likeliest`
        (share whose likeliest action is theirs), `low`, `high` (its interval),
        `answered` (share) and `right` (share of the answered; `""` of none). Without
        rows of embedded clips, and where simulated people do not act the classes.
    """
    own = {"pose_model": parameters.pose_model, "pose_weights": parameters.pose_weights}
    looks = {SETTINGS.pose_model: SETTINGS, own["pose_model"]: SETTINGS.replace(**own)}
    if source.embedded or not acted(source.layout.class_names):
        looks = {}
    return pd.DataFrame(
        [
            {"looked at by": name, **_row(source, split, load_recognizer(settings))}
            for name, settings in looks.items()
            for split in get_args(SplitName)
        ],
        columns=("looked at by", "clips", *COLUMNS),
    )


def recognized(
    source: DataSource, split: SplitName, recognizer: Recognizer
) -> list[Verdict]:
    """What the recognizer says of each clip of a split, all frames being looked at.

    As `Recognizer.predict_file` of its file, but that clips are not resampled or made
    smaller, and that joints come from the cache.

    Args:
        source: `DataSource`.
        split: str. `"train"` or `"val"`.
        recognizer: `Recognizer`.
    """
    clips, parameters = source.clips(split), recognizer.parameters
    (found,) = tracks(source, split, parameters)
    paths = camera_paths(source, split, parameters)
    return recognizer.judge_all(
        [
            Sighting(in_widths(keypoints, *size), path, len(keypoints) / seconds)
            for keypoints, size, path, seconds in zip(
                found, clips.frame_sizes, paths, clips.seconds, strict=True
            )
        ]
    )


def _row(source: DataSource, split: SplitName, recognizer: Recognizer) -> dict:
    clips = source.clips(split)
    names = {number: action for action, number in acted(clips.class_names).items()}
    known = [number for number, label in enumerate(clips.labels) if label in names]
    verdicts = recognized(source, split, recognizer)
    return {
        "clips": "training" if split == "train" else "validation",
        **answers(
            [verdicts[number] for number in known],
            [names[clips.labels[number]] for number in known],
        ),
    }


def answers(verdicts: Sequence[Verdict], actions: Sequence[str]) -> dict:
    """How many verdicts are right.

    Args:
        verdicts: `Verdict`s.
        actions: str. What is done in each clip.

    Returns:
        dict with the keys `COLUMNS`, as of `recognized_table`.
    """
    pairs = list(zip(verdicts, actions, strict=True))
    likeliest = [
        bool(verdict.probabilities) and verdict.ranked[0][0] == action
        for verdict, action in pairs
    ]
    right = [v.action == action for v, action in pairs if v.action is not None]
    low, high = accuracy_interval(sum(likeliest), len(pairs))
    values = (
        len(pairs),
        float(np.mean(likeliest)),
        low,
        high,
        len(right) / len(pairs),
        float(np.mean(right)) if right else "",
    )
    return dict(zip(COLUMNS, values, strict=True))

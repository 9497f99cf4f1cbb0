"""What a pose network makes of people whose joints are known.

    python -m darkhar.study.error_report

measures it on all embedded clips for each version of MoveNet, and puts what it finds in
the place of what simulated people are given.
"""

import dataclasses
import json
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from darkclips import clip_plan
from darkclips.camera import WIDTH
from darkclips.joints import joint_track
from darkhar.config import POSE_MODELS, Parameters
from darkhar.data.source import DataSource, resolve_data
from darkhar.features.clip_views import tracks
from darkhar.pose.detection_errors import MEASURED, DetectionErrors, measured_errors
from darkhar.pose.joints import JOINTS
from darkhar.pose.pose_clips import in_widths

# The clips of a split, as the generator names them.
_SPLITS = {"train": "train", "val": "validate"}


def embedded_source(parameters: Parameters) -> DataSource:
    """The embedded clips, whatever clips a run is about.

    Args:
        parameters: `Parameters`. The run's.
    """
    return resolve_data(parameters.replace(data_dir=None))


def measure_errors(parameters: Parameters, *, every: int = 4) -> DetectionErrors:
    """The errors of a run's pose network, on all frames of embedded clips, tracked.

    Args:
        parameters: `Parameters`. The run's; its network and enhancement count.
        every: int. Of so many clips one is looked at. What the library keeps was
            measured on all. Defaults to 4.

    Raises:
        WeightsError: MoveNet's weights cannot be had.
    """
    source = embedded_source(parameters)
    plan = clip_plan(
        parameters.seed,
        parameters.train_clips_per_class,
        parameters.val_clips_per_class,
    )
    specs = {(spec.split, PurePosixPath(spec.path).stem): spec for spec in plan}
    looked = parameters.replace(
        data_dir=None, pose_every_frame=True, pose_tracking=True
    )
    found, true = [], []
    for split, folder in _SPLITS.items():
        clips = source.clips(split)
        clips = clips.select(np.arange(0, len(clips), every))
        (of_split,) = tracks(source, split, looked, clip_ids=clips.clip_ids)
        for clip_id, size, track in zip(
            clips.clip_ids, clips.frame_sizes, of_split, strict=True
        ):
            spec = specs[folder, PurePosixPath(clip_id).stem]
            found.append(in_widths(track, *size))
            true.append(joint_track(spec).joints)
    return DetectionErrors.of(found, true)


def error_table(errors: DetectionErrors) -> pd.DataFrame:
    """Errors by part of the body, the mean of left and right.

    Returns:
        Table with columns `part`, `down` (of the bias, torso lengths), `noise` (of a
        frame along an axis, pixels of a frame of 320), `lag`, `astray` and `swapped`
        (shares of frames), `score` and `score astray`.
    """
    share = {
        name: rate * frames / (1 + rate * frames)
        for name, rate, frames in (
            ("astray", errors.astray, errors.astray_frames),
            ("swapped", errors.swapped, errors.swapped_frames),
        )
    }
    table = pd.DataFrame(
        {
            "part": [
                name.removeprefix("left_").removeprefix("right_") for name in JOINTS
            ],
            "down": errors.bias[:, 0],
            "noise": WIDTH * errors.noise_sd,
            "lag": errors.noise_lag,
            **share,
            "score": errors.score,
            "score astray": errors.score_astray,
        }
    )
    return table.groupby("part", sort=False).mean().reset_index()


def off_from_kept(errors: DetectionErrors, model: str) -> dict[str, float]:
    """How far the errors that simulated people are given are from those measured.

    Args:
        errors: `DetectionErrors`, measured.
        model: str. One of `darkhar.config.POSE_MODELS`.

    Returns:
        By field, the mean absolute difference over joints.
    """
    kept = measured_errors(model)
    return {
        field.name: float(
            np.abs(getattr(errors, field.name) - getattr(kept, field.name)).mean()
        )
        for field in dataclasses.fields(errors)
    }


def write_measured(path: Path = MEASURED, *, every: int = 1) -> None:
    """Measures the errors of each version of MoveNet and keeps them.

    Args:
        path: Path. The file. Defaults to the library's.
        every: int. As for `measure_errors`. Defaults to 1.
    """
    found = {
        name: measure_errors(Parameters(pose_model=name), every=every).as_dict()
        for name in POSE_MODELS
    }
    path.write_text(_in_lines(found), encoding="utf-8")


def _in_lines(found: dict[str, dict[str, list]]) -> str:
    """JSON with a line for each field."""
    models = [
        f' "{name}": {{\n'
        + ",\n".join(f'  "{field}": {json.dumps(v)}' for field, v in errors.items())
        + "\n }"
        for name, errors in found.items()
    ]
    return "{\n" + ",\n".join(models) + "\n}\n"


if __name__ == "__main__":
    write_measured()

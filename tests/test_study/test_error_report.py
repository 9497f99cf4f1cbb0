import dataclasses

import numpy as np
import pytest

from darkclips import clip_plan
from darkclips.joints import joint_track
from darkhar.config import make_parameters
from darkhar.data.source import resolve_data
from darkhar.pose.detection_errors import measured_errors
from darkhar.pose.joints import JOINTS
from darkhar.study import error_report
from darkhar.study.error_report import error_table, measure_errors, off_from_kept

HIP = JOINTS.index("left_hip")


@pytest.mark.slow
def test_each_clip_is_held_to_its_own_joints(monkeypatch):
    parameters = make_parameters({"train_clips_per_class": 1, "val_clips_per_class": 1})
    specs = {(s.split, s.number, s.label): s for s in clip_plan(0, 1, 1)}

    def tracks(source, split, looked, clip_ids):
        assert looked.pose_every_frame and looked.pose_tracking
        assert looked.data_dir is None
        found = []
        clips = [c for c in getattr(source.layout, split) if c.clip_id in clip_ids]
        assert len(clips) == 3
        for clip in clips:
            name = "train" if split == "train" else "validate"
            number = int(clip.path.stem.rpartition("_")[2])
            (spec,) = (
                s
                for s in specs.values()
                if (s.split, s.number) == (name, number) and s.label == clip.label
            )
            joints = joint_track(spec).joints * [320 / 240, 1]
            scores = np.full((*joints.shape[:2], 1), 0.5)
            found.append(np.concatenate([joints, scores], axis=2).astype(np.float32))
        return [found]

    monkeypatch.setattr(error_report, "tracks", tracks)
    errors = measure_errors(parameters.replace(data_dir="/elsewhere"), every=2)
    assert len(resolve_data(parameters).layout.clips) == len(specs)
    # They are found where they are.
    assert np.abs(errors.bias).max() < 1e-5
    assert errors.noise_sd.max() < 1e-4
    assert errors.astray.max() == errors.swapped.max() == 0


def test_table_by_part():
    kept = measured_errors("movenet_lightning")
    table = error_table(kept).set_index("part")
    assert list(table.index) == [
        *("nose", "eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ]
    hips = [HIP, JOINTS.index("right_hip")]
    assert table.loc["hip", "noise"] == pytest.approx(320 * kept.noise_sd[hips].mean())
    # Episodes of n frames that begin in a share r of the others: r n / (1 + r n).
    rn = (kept.astray * kept.astray_frames)[hips]
    assert table.loc["hip", "astray"] == pytest.approx((rn / (1 + rn)).mean())


def test_off_from_what_is_kept():
    kept = measured_errors("movenet_thunder")
    assert set(off_from_kept(kept, "movenet_thunder").values()) == {0.0}
    noise = kept.noise_sd.copy()
    noise[HIP] += 0.17
    off = off_from_kept(dataclasses.replace(kept, noise_sd=noise), "movenet_thunder")
    assert off["noise_sd"] == pytest.approx(0.01)


def test_what_is_kept_is_written(monkeypatch, tmp_path):
    def measure_errors(parameters, *, every):
        assert every == 1 and parameters.pose_enhancement == "gamma"
        return measured_errors(parameters.pose_model)

    monkeypatch.setattr(error_report, "measure_errors", measure_errors)
    path = tmp_path / "errors.json"
    error_report.write_measured(path)
    # As the library keeps it, to the byte.
    assert path.read_text() == error_report.MEASURED.read_text()

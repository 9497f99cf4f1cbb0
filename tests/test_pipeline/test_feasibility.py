"""What is refused before the first notebook is executed."""

import dataclasses
from pathlib import Path

import pytest

from darkhar.config import DataError, ParameterError, WeightsError, make_parameters
from darkhar.data.layout import ClipRecord, Layout
from darkhar.data.source import DataSource
from darkhar.pipeline.feasibility import check_feasible


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))


def source(folder, *, scene="1"):
    """Two classes of three training clips, whose files hold no video."""
    clips = []
    for number in range(6):
        path = folder / f"{number}.mp4"
        path.write_bytes(b"no video")
        name = "Sit" if number < 3 else "Run"
        clips.append(
            ClipRecord(f"train/{number}", path, number // 3, name, scene, "train")
        )
    layout = Layout(folder, ("Sit", "Run"), tuple(clips), ())
    return DataSource(folder, layout, "fingerprint", False, {})


def test_more_folds_than_clips_of_a_class(tmp_path):
    parameters = make_parameters({"folds": 4})
    with pytest.raises(ParameterError, match="choose folds <= 3"):
        check_feasible(parameters, source(tmp_path))


def test_folds_of_choices_where_the_run_leaves_scenes_out(tmp_path):
    clips = source(tmp_path)
    train = [
        dataclasses.replace(clip, scene=str(number % 2))
        for number, clip in enumerate(clips.layout.train)
    ]
    layout = dataclasses.replace(clips.layout, train=tuple(train))
    parameters = make_parameters({"folds": 4, "splitter": "leave_one_scene_out"})
    with pytest.raises(ParameterError, match="choose folds <= 3"):
        check_feasible(parameters, dataclasses.replace(clips, layout=layout))


def test_scene_grouped_folds_of_unknown_scenes(tmp_path):
    parameters = make_parameters({"folds": 2, "splitter": "scene_grouped"})
    with pytest.raises(DataError, match="needs every training clip's scene"):
        check_feasible(parameters, source(tmp_path, scene=""))


def test_missing_weights(tmp_path):
    parameters = make_parameters({"folds": 3})
    missing = str(Path(tmp_path) / "weights.h5")
    parameters = dataclasses.replace(parameters, extractor_weights=missing)
    with pytest.raises(WeightsError, match=r"weights\.h5"):
        check_feasible(parameters, source(tmp_path))


def test_clips_that_do_not_decode(tmp_path):
    with pytest.raises(DataError, match=r"0\.mp4"):
        check_feasible(make_parameters({"folds": 3}), source(tmp_path))

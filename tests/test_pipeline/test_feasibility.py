"""What is refused before the first notebook is executed."""

import dataclasses
from pathlib import Path

import pytest

from darkhar.config import DataError, ParameterError, WeightsError, make_parameters
from darkhar.data.layout import Layout
from darkhar.data.measurement import MeasuredClip
from darkhar.data.source import DataSource
from darkhar.pipeline.feasibility import check_feasible


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))


def source(folder, *, scene="1"):
    """Two classes of three training clips."""
    clips = [
        MeasuredClip(
            clip_id=f"train/{number}",
            path=folder / "train" / f"{number}.mp4",
            label=number // 3,
            class_name="Sit" if number < 3 else "Run",
            scene=scene,
            split="train",
            n_frames=40,
            height=32,
            width=48,
            fps=30.0,
            brightness=18.0,
            sha256=f"{number}",
        )
        for number in range(6)
    ]
    layout = Layout(folder, ("Sit", "Run"), tuple(clips), ())
    return DataSource(folder, layout, "fingerprint", False)


def of_train(source, change):
    """A source with other training clips, each by its number and what it was."""
    clips = [change(number, clip) for number, clip in enumerate(source.layout.train)]
    layout = dataclasses.replace(source.layout, train=tuple(clips))
    return dataclasses.replace(source, layout=layout)


def test_more_folds_than_clips_of_a_class(tmp_path):
    parameters = make_parameters({"folds": 4})
    with pytest.raises(ParameterError, match="choose folds <= 3"):
        check_feasible(parameters, source(tmp_path))


def test_folds_of_choices_where_the_run_leaves_scenes_out(tmp_path):
    clips = of_train(
        source(tmp_path),
        lambda number, clip: dataclasses.replace(clip, scene=str(number % 2)),
    )
    parameters = make_parameters({"folds": 4, "splitter": "leave_one_scene_out"})
    with pytest.raises(ParameterError, match="choose folds <= 3"):
        check_feasible(parameters, clips)


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


def test_clips_of_several_sizes(tmp_path):
    clips = of_train(
        source(tmp_path),
        lambda number, clip: dataclasses.replace(clip, width=32 if number == 4 else 48),
    )
    check_feasible(make_parameters({"folds": 3}), clips)

"""What each step brings, with poses that need no camera."""

import dataclasses
import types

import numpy as np
import pytest
from made_clips import clips_of, moving_poses, study_of

from darkhar.config import ENHANCEMENTS, Parameters
from darkhar.pose.camera import without_noise
from darkhar.sampling.rules import uniform_indices
from darkhar.study import camera_report
from darkhar.study.camera_report import (
    corner_table,
    followed_clip,
    step_intervals,
    step_logits,
    step_table,
    step_words,
    steps,
    support_of_clips,
    support_table,
)
from darkhar.training.pose_fits import pose_fit

LABELS = np.arange(24) % 3


@pytest.fixture
def study(monkeypatch):
    """As filmed nothing can be told apart; with the camera held still, all can."""
    seen = {
        "as_filmed": moving_poses(np.full(24, 2)),
        "still": moving_poses(LABELS),
    }

    def poses(source, split, parameters):
        assert source == "source"
        found = seen[parameters.pose_camera]
        return [found if split == "train" else found.select(np.arange(3))]

    monkeypatch.setattr(camera_report, "poses", poses)
    clips = clips_of(LABELS, poses=seen["still"])
    return study_of(clips, clips.select(np.arange(3)), folds=2)


def test_steps(study):
    logits = step_logits(study, "source")
    # Nobody acts "class 0": steps of simulated people are left out.
    assert list(logits) == ["as filmed", "camera held still"]
    for protocol in (study.choice, "official"):
        expected = study.logits(
            pose_fit("kinematics", study.parameters), protocol, seeds=1
        )
        found = logits["camera held still"][protocol]
        np.testing.assert_array_equal(found, expected)
    table = step_table(study, logits)
    assert table["step"].tolist() == list(logits)
    assert table["n"].tolist() == [24, 24] and table["new n"].tolist() == [3, 3]
    filmed, still = table["held out"]
    assert still == table["new"][1] == 1 and filmed < 0.7
    drawn = step_intervals(table)
    assert drawn["value"].tolist() == [filmed, still]
    words = step_words(study, logits)
    assert list(words) == ["camera_held_still"]
    assert words["camera_held_still"].startswith("Holding the camera still raised")


def test_each_step_adds_to_the_one_before():
    parameters = Parameters(pose_every_frame=True, pose_classifier="trees_both")
    found = steps(parameters, ["walk", "run"])
    assert list(found) == [
        "sampled frames",
        "all frames",
        "camera held still",
        "with simulated people",
        "simulated people alone",
        "trees both",
    ]
    seen = [parameters.replace(**step.changes) for step in found.values()]
    assert [p.pose_every_frame for p in seen] == [False, *[True] * 5]
    assert [p.pose_camera for p in seen] == ["as_filmed"] * 2 + ["still"] * 4
    # Of classes that nobody acts, and the run's own classifier named once.
    assert list(steps(Parameters(), ["drink", "pour"])) == [
        "as filmed",
        "camera held still",
    ]


def test_support_by_split(study, monkeypatch):
    # a = 1, b = (x, y), corners: the first clip is lost in two of three frames.
    lost = np.array([[1, 0, 0, 0, 0], [1, 0, 0.3, 0.4, 9], *[[1, 0, 0.3, 0.4, 0]] * 2])
    sound = np.array([[1, 0, 0, 0, 0], [1, 0, 0, 0.1, 7], [1, 0, 0, 0, 7]])
    paths = {"train": [lost, sound], "val": [sound]}
    monkeypatch.setattr(camera_report, "camera_paths", lambda _, s, __: paths[s])
    train, val = support_table(study, "source").to_dict("records")
    assert train == pytest.approx(
        {
            "split": "training",
            "n": 2,
            "support": (1 / 3 + 1) / 2,
            "least": 1 / 3,
            "left": 1,
            "across": (0.5 + 0.1) / 2,
        }
    )
    assert (val["split"], val["n"], val["left"], val["support"]) == (
        "validation",
        1,
        0,
        1,
    )


def test_the_clip_that_the_camera_follows_farthest(monkeypatch):
    sizes = np.array([[240, 320]] * 4)
    clips = dataclasses.replace(clips_of(np.zeros(4, int)), frame_sizes=sizes)
    clips = dataclasses.replace(clips, n_frames=np.full(4, 9))
    across = [0.2, 0.9, 3.0, 1.5]
    paths = [np.tile([1.0, 0, 0, 0, 9], (9, 1)) for _ in across]
    for path, far in zip(paths, across, strict=True):
        path[:, 2] = np.linspace(0, far, 9)
    paths[3][4, 4] = 0  # lost in a frame
    found = np.random.default_rng(0).uniform(size=(4, 8, 17, 3))
    source = types.SimpleNamespace(clips=lambda split: clips)

    def shown_frames(of_source, split, indices):
        assert (of_source, split) == (source, "train")
        ((clip, frames),) = indices.items()
        assert clip == 1  # the third goes too far
        return [np.tile(frames[:, None, None, None], (1, 2, 2, 3)).astype(np.uint8)]

    monkeypatch.setattr(camera_report, "camera_paths", lambda *_: paths)
    monkeypatch.setattr(camera_report, "keypoints", lambda *_: [found])
    monkeypatch.setattr(camera_report, "shown_frames", shown_frames)
    parameters = Parameters(pose_samples=8, pose_enhancement="none")
    frames, joints, path = followed_clip(source, parameters, n_frames=3)
    detected = uniform_indices(9, 8)[[0, 4, 7]]
    assert frames[:, 0, 0, 0].tolist() == detected.tolist()
    np.testing.assert_allclose(joints, found[1][[0, 4, 7]] * [0.75, 1, 1])
    np.testing.assert_array_equal(path, paths[1][detected])


def test_corners_under_each_enhancement(monkeypatch):
    clips = clips_of(np.zeros(17, int))
    asked = []

    def camera_path(frames, boxes, *, brighten=None):
        assert boxes == clips.clip_ids.index(boxes_of(frames))
        asked.append((int(frames[0, 0, 0, 0]), brighten))
        # Brighter frames have more corners; black ones lose the camera.
        seen = float(frames.mean())
        return np.tile([1.0, 0, 0, 0, seen], (3, 1))

    def boxes_of(frames):
        return clips.clip_ids[0 if frames.shape[0] == 30 else 1]

    def enhanced(frames, name):
        return np.full_like(frames, 0 if name == "clahe" else 50)

    monkeypatch.setattr(camera_report, "camera_path", camera_path)
    monkeypatch.setattr(camera_report, "enhanced", enhanced)
    monkeypatch.setattr(camera_report, "boxes_in_all_frames", lambda *_: boxes)
    monkeypatch.setattr(
        camera_report,
        "shown_frames",
        lambda _, __, indices: [
            np.full((30, 2, 2, 3), 10, np.uint8) for clip in indices if clip in (0, 15)
        ],
    )
    boxes = {clip_id: 0 for clip_id in clips.clip_ids}
    source = types.SimpleNamespace(clips=lambda split: clips)
    table = corner_table(source, Parameters()).set_index("enhancement")
    assert list(table.index) == [
        "gamma, then CLAHE",
        *(name.replace("_", " ") for name in ENHANCEMENTS),
    ]
    assert set(table["n"]) == {2}  # the first of fifteen, and the sixteenth
    assert table.loc["gamma, then CLAHE", "corners"] == 10
    assert table.loc["gamma", "corners"] == 50
    assert table.loc["clahe"].tolist() == [2, 0, 0]
    assert asked[0] == (10, None) and asked[1][1] is without_noise


def test_support_of_each_clip(study, monkeypatch):
    half = np.array([[1.0, 0, 0, 0, 0], [1, 0, 0, 0, 9], [1, 0, 0, 0, 0]])
    paths = {"train": [half] * 24, "val": [half[:2]] * 3}
    monkeypatch.setattr(camera_report, "camera_paths", lambda _, s, __: paths[s])
    found = support_of_clips(study, "source")
    assert found["clip 23"] == 0.5 and found["clip 2"] == 1.0

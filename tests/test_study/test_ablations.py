import numpy as np
import pytest
from made_clips import CountedFit, clips_of, moving_poses, separable_frames, study_of

from darkhar.study import ablations as module
from darkhar.study.ablations import (
    Ablations,
    fewer_frames,
    halvings,
    settings_count,
)
from darkhar.training.fewer_clips import FewerFit

LABELS = np.repeat([0, 1, 2], [10, 4, 1])


def seen_by(share, seed=0):
    """Which clips a fit sees."""
    fit = CountedFit()
    FewerFit(fit, share=share).fit_clips(clips_of(LABELS), seed)
    return [int(clip_id.removeprefix("clip ")) for clip_id in fit.fits[0]]


def test_a_share_of_each_class():
    assert np.bincount(LABELS[seen_by(0.5)]).tolist() == [5, 2, 1]
    # Two clips of a class at least, if it has two.
    assert np.bincount(LABELS[seen_by(0.1)]).tolist() == [2, 2, 1]
    assert seen_by(1.0) == list(range(15))
    assert seen_by(0.5) == seen_by(0.5)
    assert seen_by(0.5) != seen_by(0.5, seed=1)


def test_fewer_frames_are_spread_evenly():
    features = np.arange(16)[np.newaxis, :, np.newaxis]
    assert fewer_frames(features, 4)[0, :, 0].tolist() == [2, 6, 10, 14]
    assert fewer_frames(features, 16)[0, :, 0].tolist() == list(range(16))


def test_halvings():
    assert halvings(16, 1) == [1, 2, 4, 8, 16]
    assert halvings(20, 4) == [5, 10, 20]
    assert halvings(3, 4) == []


@pytest.fixture
def study():
    labels = np.tile([0, 1, 2], 8)
    scenes = np.repeat(list("abcd"), 6)
    frames, poses = separable_frames(labels), moving_poses(labels)
    train = clips_of(labels, scenes, frames=frames, poses=poses)
    return study_of(train, train, folds=2, study_seeds=2)


def test_rows_score_held_out_clips(study):
    ablations = Ablations(study, source=None)
    rows = ablations.clip_counts()
    assert len(rows) == 4 * 2 * 2
    first = rows[0]
    assert (first["factor"], first["setting"]) == ("training clips", "25%")
    assert first["branch"] == "appearance"
    assert [row["protocol"] for row in rows[:2]] == [
        "stratified",
        "class_scene_grouped",
    ]
    whole = [row for row in rows if row["setting"] == "100%"]
    # Both branches tell the classes apart.
    assert min(row["accuracy"] for row in whole) > 0.9
    assert {(row["seeds"], row["n"]) for row in rows} == {(2, 24)}
    assert settings_count(module.pd.DataFrame(rows)) == 8


def test_fewer_frames_of_both_branches(study):
    rows = Ablations(study, source=None).frame_counts()
    of_branch = {
        branch: list(
            dict.fromkeys(row["setting"] for row in rows if row["branch"] == branch)
        )
        for branch in ("appearance", "pose")
    }
    assert of_branch == {"appearance": ["1", "2", "5"], "pose": ["4", "8"]}


def test_each_enhancement_is_asked_for_once(study, monkeypatch):
    asked = {}

    def frames(source, split, parameters, texts):
        asked["frames"] = (split, parameters.n_samples, texts)
        return [study.train["frames"]] * len(texts)

    def poses(source, split, parameters, texts):
        asked["poses"] = (split, texts)
        return [study.train["poses"]] * len(texts)

    monkeypatch.setattr(module, "frame_features", frames)
    monkeypatch.setattr(module, "poses", poses)
    rows = Ablations(study, source=None).enhancements()
    split, n_samples, texts = asked["frames"]
    # Validation clips are left alone.
    assert split == asked["poses"][0] == "train"
    assert n_samples == study.parameters.ablation_samples
    assert texts == asked["poses"][1]
    assert len(set(texts)) == len(texts)
    assert "gamma:gamma=3.0" in texts
    settings = {(row["factor"], row["setting"]) for row in rows}
    assert ("enhancement", "textbook equalization") in settings
    assert ("gamma", "2.2") in settings
    assert len(rows) == 2 * 2 * len(texts)

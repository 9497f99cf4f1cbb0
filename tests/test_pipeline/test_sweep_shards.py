import dataclasses

import pytest

from darkhar.config import NOTEBOOKS, Notebook, Parameters
from darkhar.pipeline.sweep.shards import Extraction, Shard, extractions, shards

FRAMES = {"a": Notebook(("data", "frames", "extractor"))}
ENHANCED = {"a": Notebook(("data", "frames", "enhancement"))}
KEYPOINTS = {"a": Notebook(("data", "pose"))}


def change(**values):
    return dataclasses.replace(Parameters(), **values)


def of(table, parameters):
    (extraction,) = extractions(table, parameters)
    return extraction


def clips(train, val):
    return {
        "train": [f"train/{i}" for i in range(train)],
        "val": [f"validate/{i}" for i in range(val)],
    }


def test_parts_of_equal_size_hold_every_clip_once():
    extraction = Extraction("frames", "none", Parameters())

    # Two for each of two workers would hold 13 / 4 clips, so 4.
    made = shards(extraction, clips(9, 4), workers=2)

    assert [(shard.split, len(shard.clip_ids)) for shard in made] == [
        ("train", 4),
        ("train", 4),
        ("train", 1),
        ("val", 4),
    ]
    assert [clip for shard in made for clip in shard.clip_ids] == [
        *clips(9, 4)["train"],
        *clips(9, 4)["val"],
    ]
    assert all(shard.extraction == extraction for shard in made)


@pytest.mark.parametrize(
    ("train", "val", "workers", "sizes"),
    [
        (12, 4, 2, [4, 4, 4, 4]),
        (12, 4, 1, [8, 4, 4]),
        (3, 1, 50, [1, 1, 1, 1]),
        (2, 0, 1, [1, 1]),
        (0, 0, 2, []),
    ],
)
def test_size_of_the_parts(train, val, workers, sizes):
    extraction = Extraction("frames", "none", Parameters())
    made = shards(extraction, clips(train, val), workers)

    assert [len(shard.clip_ids) for shard in made] == sizes


def test_keys_tell_apart_what_is_extracted():
    frames = Extraction("frames", "none", Parameters())
    one = Shard(frames, "train", ("a", "b"))
    others = [
        Shard(frames, "train", ("a",)),
        Shard(frames, "val", ("a", "b")),
        Shard(dataclasses.replace(frames, kind="keypoints"), "train", ("a", "b")),
        Shard(dataclasses.replace(frames, enhancement="gamma"), "train", ("a", "b")),
        Shard(
            dataclasses.replace(frames, parameters=change(n_samples=4)),
            "train",
            ("a", "b"),
        ),
    ]

    assert one.key == Shard(frames, "train", ("a", "b")).key
    assert len({one.key, *(shard.key for shard in others)}) == 6


def test_one_frame_is_not_all_frames():
    one, every = (
        Shard(of(FRAMES, change(n_samples=value)), "train", ("a",))
        for value in (1, 1.0)
    )

    assert one.key != every.key


def test_what_notebooks_extract():
    parameters = change(enhancement="clahe", pose_enhancement="gamma:gamma=3")

    assert extractions({"a": Notebook(("data", "frames", "fit"))}, parameters) == []
    both = {"a": Notebook(("enhancement", "extractor")), "b": Notebook(("pose",))}
    assert [(e.kind, e.enhancement) for e in extractions(both, parameters)] == [
        ("frames", "none"),
        ("frames", "clahe"),
        ("keypoints", "gamma:gamma=3"),
    ]
    assert extractions(NOTEBOOKS, parameters) == extractions(both, parameters)


@pytest.mark.parametrize("table", [FRAMES, KEYPOINTS, ENHANCED])
@pytest.mark.parametrize(
    "values",
    [
        {"lstm_units": 4},
        {"learning_rate": 0.1},
        {"folds": 2, "splitter": "scene_grouped"},
        {"pose_classifier": "lstm", "pose_units": 8},
        {"fusion": "gate"},
        {"study_seeds": 1, "ablation_samples": 2},
    ],
)
def test_what_is_fitted_afterwards_does_not_count(table, values):
    assert of(table, change(**values)) == of(table, Parameters())


@pytest.mark.parametrize(
    ("values", "frames", "keypoints"),
    [
        ({"n_samples": 4}, True, False),
        ({"sampler": "random"}, True, False),
        ({"extractor": "convnext_tiny"}, True, False),
        ({"extractor_weights": "/w.pth"}, True, False),
        ({"enhancement": "gamma"}, False, False),
        ({"pose_samples": 4}, False, True),
        ({"pose_model": "movenet_thunder"}, False, True),
        ({"pose_weights": "/w.json"}, False, True),
        ({"pose_tracking": True}, False, True),
        ({"pose_enhancement": "clahe"}, False, True),
        ({"engine": "tensorflow"}, True, True),
        # Of the embedded clips:
        ({"seed": 1}, True, True),
        ({"train_clips_per_class": 4}, True, True),
        ({"val_clips_per_class": 4}, True, True),
        ({"data_dir": "/clips"}, True, True),
    ],
)
def test_what_counts(values, frames, keypoints):
    parameters = change(**values)

    assert (of(FRAMES, parameters) != of(FRAMES, Parameters())) is frames
    assert (of(KEYPOINTS, parameters) != of(KEYPOINTS, Parameters())) is keypoints


def test_equalized_frames_follow_the_enhancement():
    gamma, steeper = (
        of(ENHANCED, change(enhancement=f"gamma{value}")) for value in ("", ":gamma=3")
    )

    assert (gamma.enhancement, steeper.enhancement) == ("gamma", "gamma:gamma=3")
    assert gamma.parameters == steeper.parameters


def test_the_seed_of_a_data_folder_counts_for_random_frames_only():
    here = {"data_dir": "/clips"}
    drawn = here | {"sampler": "random"}

    assert of(FRAMES, change(**here, seed=1)) == of(FRAMES, change(**here))
    assert of(FRAMES, change(**drawn, seed=1)) != of(FRAMES, change(**drawn))
    assert of(KEYPOINTS, change(**drawn, seed=1)) == of(KEYPOINTS, change(**drawn))


def test_what_matters_is_as_in_the_run():
    parameters = change(
        data_dir="/clips", seed=3, sampler="random", n_samples=0.5, lstm_units=4
    )

    assert of(FRAMES, parameters).parameters == change(
        data_dir="/clips", seed=3, sampler="random", n_samples=0.5
    )
    assert of(KEYPOINTS, parameters).parameters == change(data_dir="/clips")

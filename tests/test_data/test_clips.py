import dataclasses

import numpy as np
import pytest

from darkhar.config import make_parameters
from darkhar.data.clips import Clips
from darkhar.data.source import resolve_data
from darkhar.features.inputs import ClipVectors, FrameVectors
from darkhar.store.keys import key_of


@pytest.fixture
def clips():
    """Four clips of two classes, each with a view that tells which it is."""
    return Clips(
        labels=np.array([0, 1, 1, 0]),
        scenes=np.array(["a", "b", "a", "b"]),
        class_names=("Jump", "Run"),
        clip_ids=("0", "1", "2", "3"),
        n_frames=np.array([10, 11, 12, 13]),
        frame_sizes=np.array([[24, 32]] * 3 + [[12, 16]]),
        seconds=np.array([1.0, 1.1, 1.2, 1.3]),
        views={"one": ClipVectors(np.arange(4.0)[:, np.newaxis])},
    )


@pytest.fixture
def source(folder):
    return resolve_data(make_parameters({"data_dir": str(folder)}))


def test_clips_of_a_split(source):
    train, val = source.clips("train"), source.clips("val")
    assert (len(train), len(val), train.n_classes) == (3, 2, 2)
    assert train.labels.tolist() == [0, 0, 1]
    assert train.labels.dtype == np.int64
    assert train.scenes.tolist() == ["11", "8", "8"]
    assert val.scenes.tolist() == ["", ""]
    assert train.class_names == val.class_names == ("Jump", "Run")
    assert val.clip_ids == ("validate/26", "validate/177")
    assert train.n_frames.tolist() == [4, 7, 5]
    assert train.frame_sizes.tolist() == [[32, 48]] * 3
    np.testing.assert_allclose(train.seconds, [4 / 30, 7 / 30, 5 / 30])
    assert train.views == {}


def test_thirty_frames_a_second_where_a_file_does_not_say(source):
    layout = dataclasses.replace(
        source.layout,
        val=tuple(
            dataclasses.replace(clip, fps=fps)
            for clip, fps in zip(source.layout.val, (0.0, 15.0), strict=True)
        ),
    )
    silent = dataclasses.replace(source, layout=layout)
    np.testing.assert_allclose(silent.clips("val").seconds, [6 / 30, 3 / 15])


def test_selected_clips_bring_all_that_is_known_of_them(clips):
    some = clips.select(np.array([3, 1]))
    assert some.labels.tolist() == [0, 1]
    assert some.scenes.tolist() == ["b", "b"]
    assert some.clip_ids == ("3", "1")
    assert some.n_frames.tolist() == [13, 11]
    assert some.frame_sizes.tolist() == [[12, 16], [24, 32]]
    assert some.seconds.tolist() == [1.3, 1.1]
    assert some["one"].values.tolist() == [[3], [1]]
    assert some.class_names == clips.class_names
    # No field is left as it was for all clips.
    kept = [
        field.name
        for field in dataclasses.fields(Clips)
        if getattr(some, field.name) is getattr(clips, field.name)
    ]
    assert kept == ["class_names"]


def test_views_are_added_and_left_out(clips):
    other = FrameVectors(np.zeros((4, 2, 3), np.float32))
    both = clips.with_views(other=other)
    assert list(both.views) == ["one", "other"]
    assert both["other"] is other
    assert list(clips.views) == ["one"]
    assert list(both.only(["other"]).views) == ["other"]
    with pytest.raises(KeyError, match="missing"):
        both.only(["missing"])


def test_first_of_each_class(clips):
    assert clips.first_of_each_class().tolist() == [0, 1]
    assert clips.select(np.array([2, 3])).first_of_each_class().tolist() == [1, 0]
    with pytest.raises(IndexError):
        clips.select(np.array([0, 3])).first_of_each_class()


def test_alike_are_clips_of_one_class_and_scene(clips):
    assert clips.groups("class and scene") == ["0/a", "1/b", "1/a", "0/b"]
    assert clips.groups("scene") == ["a", "b", "a", "b"]


def test_keys_go_by_what_classifiers_see(clips):
    key = key_of(clips)
    others = dataclasses.replace(
        clips,
        clip_ids=("a", "b", "c", "d"),
        n_frames=2 * clips.n_frames,
        frame_sizes=2 * clips.frame_sizes,
        seconds=2 * clips.seconds,
    )
    assert key_of(others) == key
    changes = [
        {"labels": 1 - clips.labels},
        {"scenes": clips.scenes[::-1]},
        {"class_names": ("Run", "Jump")},
        {"views": {"one": ClipVectors(np.ones((4, 1)))}},
        {"views": {"two": clips["one"]}},
    ]
    keys = [key_of(dataclasses.replace(clips, **change)) for change in changes]
    assert len({key, *keys}) == 1 + len(changes)

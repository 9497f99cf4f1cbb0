import shutil

import pytest
from tiny_clips import write_class_folders, write_clip

from darkhar.config import DataError, make_parameters
from darkhar.data.folder_layouts import read_layout
from darkhar.data.source import resolve_data


@pytest.fixture
def classes(tmp_path):
    return write_class_folders(tmp_path / "clips")


def test_classes_are_folders_by_name(classes):
    layout = read_layout(classes)
    assert layout.class_names == ("Run", "Sit down")
    assert [(c.clip_id, c.label, c.class_name, c.split) for c in layout.clips] == [
        ("train/Run/3/a", 0, "Run", "train"),
        ("train/Run/b", 0, "Run", "train"),
        ("train/Sit down/Sit_down_8_1", 1, "Sit down", "train"),
        ("train/Sit down/Sit_down_9_2", 1, "Sit down", "train"),
        ("val/Run/c", 0, "Run", "val"),
        ("val/Sit down/d", 1, "Sit down", "val"),
    ]


def test_scenes_by_names_else_by_folders(classes):
    assert [c.scene for c in read_layout(classes).train] == ["3", "", "8", "9"]


@pytest.mark.parametrize("word", ["validate", "validation", "test", "Val"])
def test_names_of_the_validation_folder(classes, word):
    (classes / "val").rename(classes / word)
    ids = [clip.clip_id for clip in read_layout(classes).val]
    assert ids == [f"{word}/Run/c", f"{word}/Sit down/d"]


def test_validation_comes_before_a_test(classes):
    shutil.copytree(classes / "val", classes / "test")
    assert {c.clip_id.split("/")[0] for c in read_layout(classes).val} == {"val"}


def test_notes_are_no_lists(classes):
    expected = read_layout(classes)
    (classes / "test_notes.txt").write_text("the lens was dirty")
    assert read_layout(classes) == expected


@pytest.mark.parametrize(
    "name", ["a.MP4", "a.avi", "a.mkv", "a.webm", "a.mov", "a.m4v"]
)
def test_kinds_of_files(classes, name):
    (classes / "train/Run/3/a.mp4").rename(classes / "train/Run/3" / name)
    assert read_layout(classes).train[0].path == classes / "train/Run/3" / name


def test_clips_are_measured_whatever_their_size(classes):
    write_clip(classes / "train/Run/b.mp4", 4, size=(64, 32))
    source = resolve_data(make_parameters({"data_dir": str(classes)}))
    sizes = [(clip.width, clip.height) for clip in source.layout.train]
    assert sizes == [(48, 32), (32, 64), (48, 32), (48, 32)]


def test_validation_clips_in_no_folder_have_no_label(classes):
    shutil.rmtree(classes / "val")
    write_clip(classes / "val/26.mp4", 3)
    (clip,) = read_layout(classes).val
    assert (clip.clip_id, clip.label, clip.class_name) == ("val/26", -1, "")


def take_validation(classes):
    shutil.rmtree(classes / "val")


def stray(classes):
    write_clip(classes / "train/c.mp4", 3)


def same_stem(classes):
    shutil.copy(classes / "train/Run/b.mp4", classes / "train/Run/b.avi")


def empty(classes):
    (classes / "val/Run/c.mp4").write_bytes(b"")


def new_class(classes):
    shutil.copytree(classes / "val/Run", classes / "val/Walk")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            take_validation,
            ": no validation clips; put them in a folder CLASS of valida",
        ),
        (stray, "/train/c.mp4: is in no folder of a class; put it in one"),
        (same_stem, "/train/Run/b.mp4: differs from b.avi in its extension alone; ren"),
        (empty, "/val/Run/c.mp4: is empty; copy it again or take it out"),
        (new_class, "/train: class Walk has no training clip; put one in train/CLASS"),
    ],
)
def test_problems_are_one_line_with_the_way_out(classes, change, message):
    change(classes)
    with pytest.raises(DataError) as caught:
        read_layout(classes)
    assert str(caught.value).startswith(f"{classes}{message}")

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tiny_clips import grey_of, write_clip

from darkhar.config import DataError, UsageError, make_parameters
from darkhar.data import datasets
from darkhar.data.source import resolve_data


def resolve(folder):
    return resolve_data(make_parameters({"data_dir": str(folder)}))


@pytest.fixture
def builder(folder):
    return datasets.prepare(resolve(folder))


def last_two(n_frames):
    return np.array([n_frames - 2, n_frames - 1])


def test_builder_counts_and_names(builder):
    assert builder.name == "ee6222"
    assert builder.info.splits["train"].num_examples == 3
    assert builder.info.splits["val"].num_examples == 2
    assert builder.info.features["label"].names == ["Jump", "Run"]


def test_stores_what_is_known_of_clips_but_not_the_clips(builder):
    for split in ("train", "val"):
        stored = builder.as_dataset(split=split).as_numpy_iterator()
        known = datasets.load_examples(builder, split)
        for example, expected in zip(stored, known, strict=True):
            assert example.keys() == {"clip", *expected}
            for name in expected:
                value = example[name]
                read = value.decode() if isinstance(value, bytes) else value
                assert read == expected[name] or read == np.float32(expected[name])
    assert builder.info.dataset_size < 2000  # a clip alone has more bytes


def test_examples_without_the_clip(builder, folder):
    examples = datasets.load_examples(builder, "train")
    for example, clip in zip(examples, resolve(folder).layout.train, strict=True):
        assert example.pop("sha256") == clip.sha256
        assert example.pop("brightness") == clip.brightness
    size = {"height": 32, "width": 48, "fps": 30.0}
    assert examples == [
        {"clip_id": "train/Jump/Jump_11_1", "label": 0, "scene": "11", "n_frames": 4}
        | size,
        {"clip_id": "train/Jump/Jump_8_2", "label": 0, "scene": "8", "n_frames": 7}
        | size,
        {"clip_id": "train/Run/Run_8_1", "label": 1, "scene": "8", "n_frames": 5}
        | size,
    ]
    val = datasets.load_examples(builder, "val")
    assert [e["scene"] for e in val] == ["", ""]


def test_only_the_frames_of_the_rule(builder):
    examples = list(datasets.frames_dataset(builder, "train", last_two))
    assert [e["clip_id"].numpy().decode() for e in examples] == [
        "train/Jump/Jump_11_1",
        "train/Jump/Jump_8_2",
        "train/Run/Run_8_1",
    ]
    assert [e["label"].numpy() for e in examples] == [0, 0, 1]
    assert [e["indices"].numpy().tolist() for e in examples] == [[2, 3], [5, 6], [3, 4]]
    expected = [
        [grey_of(2, 20), grey_of(3, 20)],
        [grey_of(5, 22), grey_of(6, 22)],
        [grey_of(3, 24), grey_of(4, 24)],
    ]
    for example, levels in zip(examples, expected, strict=True):
        frames = example["frames"].numpy()
        assert frames.dtype == np.uint8
        assert frames.shape == (2, 32, 48, 3)
        assert frames.mean(axis=(1, 2, 3)) == pytest.approx(levels, abs=2)


def test_static_shape_of_frames(builder):
    dataset = datasets.frames_dataset(builder, "train", last_two)
    assert dataset.element_spec["frames"].shape.as_list() == [None, 32, 48, 3]


def test_some_clips_only(builder):
    ids = ["train/Run/Run_8_1", "train/Jump/Jump_11_1"]
    dataset = datasets.frames_dataset(builder, "train", last_two, clip_ids=ids)
    assert [e["clip_id"].numpy().decode() for e in dataset] == sorted(ids)
    assert not list(datasets.frames_dataset(builder, "train", last_two, clip_ids=[]))
    with pytest.raises(UsageError, match="'validate/26' is not in split 'train'"):
        datasets.frames_dataset(builder, "train", last_two, clip_ids=["validate/26"])


def test_memory_is_bounded(folder):
    rows = []
    for number in range(40):
        write_clip(folder / f"train/Run/Run_1_{number}.mp4", 2)
        rows.append(f"{number}\t1\tRun/Run_1_{number}.mp4\n")
    rows.append("40\t0\tJump/Jump_11_1.mp4\n")
    (folder / "train.txt").write_text("".join(rows))
    decoded = []

    def rule(n_frames):
        decoded.append(n_frames)
        return np.array([0])

    builder = datasets.prepare(resolve(folder))
    iterator = iter(datasets.frames_dataset(builder, "train", rule))
    for consumed in range(1, 11):
        next(iterator)
        # Those in hand: being decoded, decoded and waiting, prefetched.
        assert consumed <= len(decoded) <= consumed + 2 * datasets._PARALLEL_CLIPS + 2


def test_full_sequences_in_ragged_batches(builder):
    batches = list(datasets.clips_dataset(builder, "train", batch_size=2))
    clips, labels = batches[0]
    assert clips.shape.as_list() == [2, None, 32, 48, 3]
    assert clips.ragged_rank == 1
    assert clips.row_lengths().numpy().tolist() == [4, 7]
    assert labels.numpy().tolist() == [0, 0]
    assert clips[1][6].numpy().mean() == pytest.approx(grey_of(6, 22), abs=2)
    clips, labels = batches[1]
    assert clips.row_lengths().numpy().tolist() == [5]
    assert labels.numpy().tolist() == [1]
    assert len(batches) == 2


def test_clips_of_unequal_size(folder):
    write_clip(folder / "validate/26.mp4", 3, size=(16, 64))
    builder = datasets.prepare(resolve(folder))
    batches = list(datasets.clips_dataset(builder, "val", 2))
    assert [tuple(clips.bounding_shape()) for clips, _ in batches] == [
        (1, 3, 16, 64, 3),
        (1, 3, 32, 48, 3),
    ]
    assert {clips.ragged_rank for clips, _ in batches} == {1}
    assert [labels.numpy().tolist() for _, labels in batches] == [[0], [1]]
    shapes = [
        tuple(e["frames"].shape)
        for e in datasets.frames_dataset(builder, "val", last_two)
    ]
    assert shapes == [(2, 16, 64, 3), (2, 32, 48, 3)]


def prepared_files(cache):
    return [p for p in (cache / "tfds").rglob("*") if p.suffix != ".lock"]


def test_failed_preparation_leaves_nothing(folder, own_cache, monkeypatch):
    source = resolve(folder)

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(datasets.EE6222, "_generate_examples", fail)
    with pytest.raises(KeyboardInterrupt):
        datasets.prepare(source)
    assert prepared_files(own_cache) == []


def test_moved_folder_with_its_set_prepared_before(builder, folder, tmp_path):
    moved = folder.rename(tmp_path / "elsewhere")
    again = datasets.prepare(resolve(moved))
    assert again.data_dir == builder.data_dir
    example = next(iter(datasets.frames_dataset(again, "val", last_two)))
    means = example["frames"].numpy().mean(axis=(1, 2, 3))
    assert means == pytest.approx([grey_of(4, 26), grey_of(5, 26)], abs=2)


@pytest.mark.parametrize("change", [lambda path: write_clip(path, 6), Path.unlink])
def test_clip_that_changed_since_it_was_measured(builder, folder, change):
    change(folder / "validate/177.mp4")
    passed = []
    with (
        pytest.raises(
            DataError, match=r"^\S*validate/177\.mp4(: no such clip| has changed)"
        ) as caught,
        datasets.data_errors(),
    ):
        for example in datasets.frames_dataset(builder, "val", last_two):
            passed.append(example["clip_id"].numpy())
    assert passed == [b"validate/26"]
    assert "\n" not in str(caught.value)


def test_other_errors_pass_as_they_are(builder):
    def rule(n_frames):
        raise ZeroDivisionError

    with (
        pytest.raises(tf.errors.UnknownError, match="ZeroDivisionError"),
        datasets.data_errors(),
    ):
        next(iter(datasets.frames_dataset(builder, "val", rule)))


def test_interrupted_preparation_starts_again(folder, own_cache, monkeypatch):
    source = resolve(folder)
    # What a killed process leaves.
    left = (
        own_cache / "tfds" / source.fingerprint / "ee6222" / "x" / "1.0.0.incompleteX"
    )
    left.mkdir(parents=True)
    (left / "ee6222-train.tfrecord").write_bytes(b"half")
    builder = datasets.prepare(source)
    assert len(datasets.load_examples(builder, "train")) == 3
    assert not left.exists()


def test_prepared_once(folder, monkeypatch):
    first = datasets.prepare(resolve(folder))

    def fail(*_, **__):
        raise AssertionError("prepared again")

    monkeypatch.setattr(datasets.EE6222, "download_and_prepare", fail)
    second = datasets.prepare(resolve(folder))
    assert second.data_dir == first.data_dir
    assert second.info.features["label"].names == ["Jump", "Run"]


def test_silent_and_at_home_in_the_cache(folder, own_cache, monkeypatch, capfd):
    home = folder.parent / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    builder = datasets.prepare(resolve(folder))
    list(datasets.frames_dataset(builder, "train", last_two))
    assert Path(builder.data_dir).is_relative_to(own_cache / "tfds")
    assert list(home.iterdir()) == []
    out, err = capfd.readouterr()
    assert out == ""
    # TensorFlow's own messages of its C++ side aside.
    assert [
        line
        for line in err.splitlines()
        if "Dl" in line or "Generating" in line or "WARNING" in line
    ] == []


def test_cites_the_data(builder):
    assert builder.info.citation.startswith("@inproceedings{xu2021arid")


@pytest.mark.parametrize("damage", ["delete", "cut"])
def test_a_damaged_set_is_prepared_again(folder, damage):
    source = resolve(folder)
    shard = Path(str(datasets.prepare(source).info.splits["val"].filepaths[0]))
    whole = shard.read_bytes()
    if damage == "delete":
        shard.unlink()
    else:
        shard.write_bytes(whole[: len(whole) // 2])
    assert len(datasets.load_examples(datasets.prepare(source), "val")) == 2
    assert shard.read_bytes() == whole

"""The data set in TensorFlow Datasets' own way."""

import os
import subprocess
import sys

import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from tiny_clips import grey_of, write_clip

from darkhar.config import DataError, UsageError
from darkhar.data.datasets import data_errors
from darkhar.data.video import decode_frames


@pytest.fixture
def load(folder, tmp_path):
    """`tfds.load` of the tiny folder."""

    def loaded(**arguments):
        return tfds.load(
            "ee6222",
            data_dir=tmp_path / "prepared",
            builder_kwargs={"folder": folder},
            **arguments,
        )

    return loaded


def test_importing_the_library_makes_it_known_without_tensorflow():
    code = (
        "import sys, darkhar\n"
        "assert not {'tensorflow', 'tensorflow_datasets'} & set(sys.modules)\n"
        "import tensorflow_datasets as tfds\n"
        "print(tfds.builder_cls('ee6222').__module__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert done.stdout.strip() == "darkhar.data.builder"


def test_frames_of_whole_clips(load):
    examples = list(load(split="train"))
    assert [tuple(e["clip"].shape) for e in examples] == [
        (4, 32, 48, 3),
        (7, 32, 48, 3),
        (5, 32, 48, 3),
    ]
    assert examples[0]["clip"].dtype == tf.uint8
    means = examples[1]["clip"].numpy().mean(axis=(1, 2, 3))
    assert means == pytest.approx([grey_of(i, 22) for i in range(7)], abs=2)
    assert [e["scene"].numpy() for e in examples] == [b"11", b"8", b"8"]


def test_supervised_pairs(load):
    dataset, info = load(split="val", as_supervised=True, with_info=True)
    assert dataset.element_spec[0].shape.as_list() == [None, 32, 48, 3]
    assert [(len(clip), int(label)) for clip, label in dataset] == [(6, 0), (3, 1)]
    assert info.features["label"].names == ["Jump", "Run"]


def test_the_files_contents_where_decoding_is_skipped(load, folder):
    skip = {"clip": tfds.decode.SkipDecoding()}
    expected = (folder / "validate/26.mp4").read_bytes()
    for decoders in (
        skip,
        tfds.decode.PartialDecoding({"clip": True, "label": True}, decoders=skip),
    ):
        first = next(iter(load(split="val", decoders=decoders)))
        assert first["clip"].dtype == tf.string
        assert first["clip"].numpy() == expected
    first, _ = next(iter(load(split="val", decoders=skip, as_supervised=True)))
    assert first.numpy() == expected


def test_a_decoder_of_ones_own(load):
    @tfds.decode.make_decoder(output_dtype=tf.uint8)
    def last_frame(stored, feature):
        return tf.numpy_function(
            lambda content: decode_frames(content)[-1],
            [feature.encoded(stored)],
            tf.uint8,
        )

    first = next(iter(load(split="val", decoders={"clip": last_frame()})))
    assert first["clip"].shape == (32, 48, 3)
    assert first["clip"].numpy().mean() == pytest.approx(grey_of(5, 26), abs=2)


def test_slices(load):
    lengths = {
        split: [len(e["clip"]) for e in load(split=split)]
        for split in ("train[:33%]", "train[1:]", "train[:1]+val")
    }
    assert lengths == {
        "train[:33%]": [4],
        "train[1:]": [7, 5],
        "train[:1]+val": [4, 6, 3],
    }


def test_data_frame_and_pictures(load):
    dataset, info = load(split="train", with_info=True)
    frame = tfds.as_dataframe(dataset, info)
    assert [clip.shape[0] for clip in frame["clip"]] == [4, 7, 5]
    assert "<img" in info.features["clip"].repr_html(frame["clip"][0]) or (
        "<video" in info.features["clip"].repr_html(frame["clip"][0])
    )
    figure = tfds.show_examples(dataset, info, rows=1, cols=3)
    middles = [ax.images[0].get_array() for ax in figure.axes]
    expected = [grey_of(2, 20), grey_of(3, 22), grey_of(2, 24)]
    assert [m.mean() for m in middles] == pytest.approx(expected, abs=2)


def test_clips_of_several_sizes_and_without_labels(load, folder):
    write_clip(folder / "validate/26.mp4", 3, size=(16, 64))
    (folder / "validate.txt").write_text("0\t26.mp4\n1\t177.mp4\n")
    pairs = list(load(split="val", as_supervised=True))
    assert [tuple(clip.shape) for clip, _ in pairs] == [(3, 16, 64, 3), (3, 32, 48, 3)]
    assert [int(label) for _, label in pairs] == [-1, -1]


def test_clips_are_not_copied(load):
    _, info = load(split="train", with_info=True)
    assert info.dataset_size < 2500  # a clip alone has more bytes


def test_folder_that_moved(load, folder, tmp_path):
    load(split="train")
    moved = folder.rename(tmp_path / "elsewhere")
    dataset = tfds.load(
        "ee6222",
        split="train",
        data_dir=tmp_path / "prepared",
        builder_kwargs={"folder": moved},
    )
    assert [len(e["clip"]) for e in dataset] == [4, 7, 5]


def test_prepared_before_and_read_without_the_builder(load, tmp_path):
    _, info = load(split="train", with_info=True)
    builder = tfds.builder_from_directory(info.data_dir)
    clips = [e["clip"] for e in tfds.as_numpy(builder.as_dataset(split="val"))]
    assert [clip.shape for clip in clips] == [(6, 32, 48, 3), (3, 32, 48, 3)]


def test_clip_that_changed_since(load, folder):
    dataset = load(split="val")
    write_clip(folder / "validate/177.mp4", 6)
    with pytest.raises(DataError, match=r"177\.mp4 has changed since"), data_errors():
        list(dataset)


def test_missing_folder(tmp_path):
    with pytest.raises(UsageError, match="none is missing"):
        tfds.builder("ee6222", folder=tmp_path / "none", data_dir=tmp_path)

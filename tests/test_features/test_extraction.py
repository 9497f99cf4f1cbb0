import numpy as np
import pytest
import tensorflow as tf

from darkclips.video import encode_clip
from darkhar.backbones.extractors import get_extractor
from darkhar.config import make_parameters
from darkhar.data.source import resolve_data
from darkhar.data.video import decode_frames
from darkhar.features import clip_features
from darkhar.features import frame_features as extraction
from darkhar.features.frame_features import extract_features

LENGTHS = {"Jump_1_1": 7, "Jump_2_1": 12, "Run_1_1": 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three training clips and one for validation, two classes."""
    directory = tmp_path_factory.mktemp("clips")
    noise = np.random.default_rng(0)
    (directory / "mapping_table_23.txt").write_text("0\tJump\n1\tRun\n")
    rows = []
    for row, (name, n_frames) in enumerate(LENGTHS.items()):
        action = name.split("_")[0]
        frames = noise.integers(0, 60, (n_frames, 48, 64, 3)).astype(np.uint8)
        encode_clip(frames, directory / "train" / action / f"{name}.mp4")
        rows.append(f"{row}\t{int(action == 'Run')}\t{action}/{name}.mp4\r\n")
    (directory / "train.txt").write_text("".join(rows), newline="")
    frames = noise.integers(0, 60, (5, 48, 64, 3)).astype(np.uint8)
    encode_clip(frames, directory / "validate" / "26.mp4")
    (directory / "validate.txt").write_text("0\t1\t26.mp4\r\n", newline="")
    return directory


@pytest.fixture
def parameters(folder):
    return make_parameters({"data_dir": str(folder), "n_samples": 4})


@pytest.fixture
def source(parameters):
    return resolve_data(parameters)


@pytest.fixture
def decoded(monkeypatch):
    """The clips that are decoded, call by call."""
    calls = []
    frames_dataset = clip_features.frames_dataset

    def spy(builder, split, rule, clip_ids=None):
        calls.append(sorted(clip_ids))
        return frames_dataset(builder, split, rule, clip_ids)

    monkeypatch.setattr(clip_features, "frames_dataset", spy)
    return calls


def expected_features(clip, indices):
    """Features of a clip's frames by the plain calls."""
    frames = decode_frames(clip.path)[indices]
    extractor = get_extractor("efficientnet_lite0")
    return extractor.model(tf.image.resize(frames, (224, 224))).numpy()


def test_features_of_a_split(source, parameters, capfd):
    result = extract_features(source, "train", parameters=parameters)
    assert result.features.shape == (3, 4, 1280)
    assert result.features.dtype == np.float32
    assert result.labels.tolist() == [0, 0, 1]
    assert result.labels.dtype == np.int64
    assert result.clip_ids == (
        "train/Jump/Jump_1_1",
        "train/Jump/Jump_2_1",
        "train/Run/Run_1_1",
    )
    assert result.scenes == ("1", "2", "1")
    assert result.n_frames.tolist() == [7, 12, 3]
    # Segment centres of 7 and 12 frames; 3 frames for 4 samples.
    indices = [[0, 2, 4, 6], [1, 4, 7, 10], [0, 1, 1, 2]]
    for clip, taken, features in zip(
        source.layout.train, indices, result.features, strict=True
    ):
        np.testing.assert_allclose(
            features, expected_features(clip, taken), atol=1e-4, rtol=1e-4
        )
    # Not a terminal: no progress bar.
    assert "clip/s" not in capfd.readouterr().err


def test_no_frame_passes_twice(source, parameters, decoded, own_cache):
    first = extract_features(source, "train", parameters=parameters)
    again = extract_features(source, "train", parameters=parameters)
    assert decoded == [list(first.clip_ids)]
    np.testing.assert_array_equal(again.features, first.features)
    # One entry is lost, one is damaged: these two are extracted again, and their
    # floats do not depend on the company.
    entries = sorted((own_cache / "features").rglob("*.npy"))
    assert len(entries) == 3
    entries[0].unlink()
    entries[1].write_bytes(entries[1].read_bytes()[:-5])
    repaired = extract_features(source, "train", parameters=parameters)
    assert len(decoded) == 2
    assert len(decoded[1]) == 2
    np.testing.assert_array_equal(repaired.features, first.features)


def test_other_settings_are_other_entries(source, parameters, decoded):
    plain = extract_features(source, "val", parameters=parameters)
    equalized = extract_features(
        source, "val", parameters=parameters, enhancement="textbook_equalization"
    )
    assert np.abs(plain.features - equalized.features).max() > 0.1
    values = parameters.as_dict() | {"sampler": "random", "n_samples": 2}
    random = extract_features(source, "val", parameters=make_parameters(values))
    assert random.features.shape == (1, 2, 1280)
    assert decoded == [["validate/26"]] * 3
    assert plain.scenes == ("",)


def test_enhancements_parameters_make_other_entries(source, parameters, decoded):
    features = {
        text: extract_features(
            source, "val", parameters=parameters, enhancement=text
        ).features
        for text in ("gamma", "gamma:gamma=2.8", "gamma:gamma=2.2")
    }
    assert len(decoded) == 2
    assert np.array_equal(features["gamma"], features["gamma:gamma=2.2"])
    assert np.abs(features["gamma"] - features["gamma:gamma=2.8"]).max() > 0.01


def test_fraction_of_frames(source, parameters):
    halves = make_parameters(parameters.as_dict() | {"n_samples": 0.5})
    result = extract_features(source, "train", parameters=halves)
    assert [clip.shape for clip in result.features] == [
        (4, 1280),
        (6, 1280),
        (2, 1280),
    ]


def test_many_frames_pass_in_several_batches(source, parameters, monkeypatch):
    whole = extract_features(source, "train", parameters=parameters)
    monkeypatch.setattr(extraction, "_FRAMES_AT_ONCE", 3)
    monkeypatch.setattr(clip_features, "code_version", lambda module: "another")
    parts = extract_features(source, "train", parameters=parameters)
    np.testing.assert_allclose(parts.features, whole.features, atol=1e-4)


def test_progress_on_demand(source, parameters, capfd):
    extract_features(source, "val", parameters=parameters, progress=True)
    assert "val: efficientnet_lite0" in capfd.readouterr().err

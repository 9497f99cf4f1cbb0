import numpy as np
import pytest
import tensorflow as tf

from darkclips.video import encode_clip
from darkhar.backbones.weights import Weights
from darkhar.config import WeightsError, make_parameters
from darkhar.data.source import resolve_data
from darkhar.data.video import decode_frames
from darkhar.features import keypoints as pose_extraction
from darkhar.features.keypoints import example_frames, extract_keypoints
from darkhar.pose.movenet import get_movenet
from darkhar.pose.tracking import track_clip

LENGTHS = {"Jump_1_1": 7, "Run_1_1": 20}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two training clips and one for validation."""
    directory = tmp_path_factory.mktemp("clips")
    noise = np.random.default_rng(0)
    (directory / "mapping_table_23.txt").write_text("0\tJump\n1\tRun\n")
    clips = {f"train/{n.split('_')[0]}/{n}.mp4": t for n, t in LENGTHS.items()}
    for path, n_frames in (clips | {"validate/26.mp4": 5}).items():
        frames = noise.integers(0, 60, (n_frames, 48, 64, 3)).astype(np.uint8)
        encode_clip(frames, directory / path)
    (directory / "train.txt").write_text(
        "0\t0\tJump/Jump_1_1.mp4\n1\t1\tRun/Run_1_1.mp4\n"
    )
    (directory / "validate.txt").write_text("0\t1\t26.mp4\n")
    return directory


@pytest.fixture
def source(folder):
    return resolve_data(make_parameters({"data_dir": str(folder)}))


class BrightnessAsKeypoints:
    """In place of MoveNet: every joint is where the frame's mean says."""

    def __init__(self):
        self.batches = []

    def fitted(self, frames):
        return tf.cast(frames, tf.float32)

    def detect_fitted(self, images, height, width):
        assert images.dtype == tf.float32
        assert (height, width) == images.shape[1:3]
        self.batches.append(len(images))
        mean = images.numpy().mean(axis=(1, 2, 3)) / 255
        return np.tile(mean[:, np.newaxis, np.newaxis], [1, 17, 3])

    def detect_in(self, frames, boxes):
        assert len(frames) == len(boxes) == 1
        height, width = frames.shape[1:3]
        return self.detect_fitted(frames, height, width) / 2


@pytest.fixture
def models(monkeypatch):
    """The stand-ins for MoveNet that were made."""
    made = []

    def make(name, weights, *, engine):
        made.append(BrightnessAsKeypoints())
        return made[-1]

    def resolve(name, weights):
        return Weights(None, f"sha256 of {name}", "a test")

    monkeypatch.setattr(pose_extraction, "get_movenet", make)
    monkeypatch.setattr(pose_extraction, "resolve_movenet", resolve)
    return made


def settings(**changes):
    """Parameters with four frames a clip, as they were recorded."""
    pose = {"samples": 4, "enhancement": "none"} | changes
    return make_parameters({f"pose_{name}": value for name, value in pose.items()})


def means(source, indices):
    return [
        decode_frames(clip.path)[taken].mean(axis=(1, 2, 3)) / 255
        for clip, taken in zip(source.layout.train, indices, strict=True)
    ]


def test_keypoints_of_a_split(source, models):
    result = extract_keypoints(source, "train", parameters=settings())
    assert result.features.shape == (2, 4, 17, 3)
    assert result.features.dtype == np.float32
    assert result.labels.tolist() == [0, 1]
    assert result.n_frames.tolist() == [7, 20]
    # Segment centres of 7 and of 20 frames.
    expected = means(source, [[0, 2, 4, 6], [2, 7, 12, 17]])
    np.testing.assert_allclose(result.features[:, :, 5, 1], expected, atol=1e-6)


def test_kept_in_the_cache(source, models, own_cache):
    first = extract_keypoints(source, "train", parameters=settings())
    again = extract_keypoints(source, "train", parameters=settings())
    np.testing.assert_array_equal(again.features, first.features)
    assert len(models) == 1
    assert len(list(own_cache.rglob("*.npy"))) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"tracking": True},
        {"model": "movenet_thunder"},
        {"enhancement": "textbook_equalization"},
        {"samples": 5},
    ],
)
def test_other_settings_are_other_entries(source, models, other):
    extract_keypoints(source, "val", parameters=settings())
    extract_keypoints(source, "val", parameters=settings(**other))
    assert len(models) == 2


def test_arguments_in_place_of_parameters(source, models):
    given = extract_keypoints(
        source,
        "val",
        parameters=settings(),
        enhancement="textbook_equalization",
        tracking=True,
    )
    other = settings(enhancement="textbook_equalization", tracking=True)
    expected = extract_keypoints(source, "val", parameters=other)
    np.testing.assert_array_equal(given.features, expected.features)
    assert len(models) == 1


def test_enhanced_before_detection(source, models):
    plain, equalized = (
        extract_keypoints(source, "val", parameters=settings(enhancement=name)).features
        for name in ("none", "textbook_equalization")
    )
    assert plain.max() < 0.25
    assert equalized.min() > 0.4


def test_tracking_passes_frames_one_by_one(source, models):
    result = extract_keypoints(source, "train", parameters=settings(tracking=True))
    assert models[0].batches == [1] * 8
    expected = means(source, [[0, 2, 4, 6], [2, 7, 12, 17]])
    np.testing.assert_allclose(2 * result.features[:, :, 0, 0], expected, atol=1e-6)


def test_batches_and_time_and_size(source, models):
    result = extract_keypoints(source, "train", parameters=settings(samples=20))
    # The shorter clip repeats frames.
    assert models[0].batches == [8, 8, 4] * 2
    assert result.seconds.tolist() == pytest.approx([7 / 30, 20 / 30])
    assert result.frame_sizes.tolist() == [[48, 64], [48, 64]]


def test_example_frames_are_among_those_detected(source):
    parameters = settings(samples=8)
    frames, moments = example_frames(source, "train", [1], 4, parameters=parameters)
    # Centres of quarters of eight; segment centres of 20 frames in eight parts.
    assert moments.tolist() == [1, 3, 5, 7]
    video = decode_frames(source.layout.train[1].path)
    np.testing.assert_array_equal(frames[0], video[[3, 8, 13, 18]])


def test_example_frames_are_enhanced(source):
    frames, moments = example_frames(
        source,
        "val",
        [0],
        9,
        parameters=settings(),
        enhancement="textbook_equalization",
    )
    assert frames[0].shape == (4, 48, 64, 3)
    assert moments.tolist() == [0, 1, 2, 3]
    assert frames[0].mean() > 100


def test_no_weights_no_work(source, monkeypatch):
    def unreachable(name, weights):
        raise WeightsError("no npm")

    monkeypatch.setattr(pose_extraction, "resolve_movenet", unreachable)
    with pytest.raises(WeightsError, match="no npm"):
        extract_keypoints(source, "train", parameters=settings())


def test_with_movenet(source, movenet_files):
    graph = movenet_files("movenet_lightning")
    movenet = get_movenet("movenet_lightning", graph)
    frames = decode_frames(source.layout.val[0].path)
    for tracking in (False, True):
        parameters = settings(samples=5, weights=str(graph), tracking=tracking)
        result = extract_keypoints(source, "val", parameters=parameters)
        expected = track_clip(movenet, frames) if tracking else movenet.detect(frames)
        np.testing.assert_allclose(result.features[0], expected, atol=1e-4)

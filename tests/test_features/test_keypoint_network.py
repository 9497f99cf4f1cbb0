import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from darkhar.backbones.weights import Weights
from darkhar.config import WeightsError, make_parameters
from darkhar.data.video import decode_frames
from darkhar.features import keypoint_network
from darkhar.features.clip_views import keypoints
from darkhar.features.keypoint_network import KeypointNetwork
from darkhar.pose.movenet import MoveNet, get_movenet
from darkhar.pose.tracking import track_clip
from darkhar.store.keys import key_of

# Segment centres of 5 and of 6 frames.
INDICES = 2 * [[0, 1, 3, 4], [0, 2, 3, 5]]


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
        return Weights(Path("graph"), f"sha256 of {name}", "a test")

    monkeypatch.setattr(keypoint_network, "get_movenet", make)
    monkeypatch.setattr(keypoint_network, "resolve_movenet", resolve)
    return made


def settings(**changes):
    """Parameters with four frames a clip, as they were recorded."""
    pose = {"samples": 4, "enhancement": "none"} | changes
    return make_parameters({f"pose_{name}": value for name, value in pose.items()})


def means(source):
    return [
        decode_frames(clip.path)[taken].mean(axis=(1, 2, 3)) / 255
        for clip, taken in zip(source.layout.train, INDICES, strict=True)
    ]


def test_keypoints_of_a_split(source, models):
    (found,) = keypoints(source, "train", settings())
    assert found.shape == (4, 4, 17, 3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:, :, 5, 1], means(source), atol=1e-6)
    (again,) = keypoints(source, "train", settings())
    np.testing.assert_array_equal(again, found)
    assert len(models) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"tracking": True},
        {"model": "movenet_thunder"},
        {"enhancement": "textbook_equalization"},
        {"samples": 5},
    ],
)
def test_other_settings_are_detected_anew(source, models, other):
    keypoints(source, "val", settings())
    keypoints(source, "val", settings(**other))
    assert len(models) == 2


def test_arguments_in_place_of_parameters(source, models):
    name = "textbook_equalization"
    given = keypoints(source, "val", settings(), [name], tracking=True)
    expected = keypoints(source, "val", settings(enhancement=name, tracking=True))
    np.testing.assert_array_equal(given, expected)
    assert len(models) == 1


def test_enhanced_before_detection(source, models):
    names = ["none", "textbook_equalization"]
    plain, equalized = keypoints(source, "val", settings(), names)
    assert plain.max() < 0.25
    assert equalized.min() > 0.4


def test_tracking_passes_frames_one_by_one(source, models):
    (found,) = keypoints(source, "train", settings(tracking=True))
    assert models[0].batches == [1] * 16
    np.testing.assert_allclose(2 * found[:, :, 0, 0], means(source), atol=1e-6)


def test_a_clip_is_detected_as_a_whole(source, models):
    # Shorter clips repeat frames.
    keypoints(source, "train", settings(samples=20))
    assert models[0].batches == [20] * 4


def test_the_network_of_a_run(models):
    network = KeypointNetwork.of(settings(enhancement="gamma", tracking=True))
    assert network.movenet is MoveNet
    assert network.enhancement.keywords == {"name": "gamma", "gamma": 2.2}
    assert network.weights_sha256 == "sha256 of movenet_lightning"
    assert network.title == "movenet_lightning, tracking, enhancement gamma"
    assert network.of_clip("a") is network
    assert not KeypointNetwork.of(settings()).tracking


def test_what_the_key_goes_by(models, tmp_path):
    network = KeypointNetwork.of(settings())
    same = dataclasses.replace(network, weights=tmp_path, engine="another")
    assert key_of(same) == key_of(network)
    changes = {
        "model": "movenet_thunder",
        "movenet": BrightnessAsKeypoints,
        "enhancement": KeypointNetwork.of(settings(enhancement="gamma")).enhancement,
        "tracking": True,
        "engine_version": "tensorflow 1",
        "weights_sha256": "ab",
    }
    keys = [key_of(dataclasses.replace(network, **{n: v})) for n, v in changes.items()]
    assert len({key_of(network), *keys}) == 7


def test_nothing_starts_without_weights(source, monkeypatch, own_cache):
    def unreachable(name, weights):
        raise WeightsError("no npm")

    monkeypatch.setattr(keypoint_network, "resolve_movenet", unreachable)
    with pytest.raises(WeightsError, match="no npm"):
        keypoints(source, "train", settings())
    assert not (own_cache / "features").exists()


@pytest.mark.parametrize("tracking", [False, True])
def test_with_movenet(source, movenet_files, tracking):
    graph = movenet_files("movenet_lightning")
    parameters = settings(samples=7, weights=str(graph), tracking=tracking)
    (found,) = keypoints(source, "val", parameters)
    movenet = get_movenet("movenet_lightning", graph)
    frames = decode_frames(source.layout.val[0].path)
    expected = track_clip(movenet, frames) if tracking else movenet.detect(frames)
    np.testing.assert_allclose(found[0], expected, atol=1e-4)

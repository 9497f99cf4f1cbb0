import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from darkhar.backbones.efficientnet_lite import LITE0
from darkhar.backbones.extractors import get_extractor
from darkhar.config import ParameterError, WeightsError, make_parameters
from darkhar.data.video import decode_frames
from darkhar.enhancement.registry import get_enhancement
from darkhar.features.clip_views import frame_features, frame_rule
from darkhar.features.frame_network import FrameNetwork
from darkhar.features.inputs import FrameVectors
from darkhar.store.keys import key_of

FOUR = make_parameters({"n_samples": 4})
# Segment centres of 5 and of 6 frames.
INDICES = 2 * [[0, 1, 3, 4], [0, 2, 3, 5]]


def by_plain_calls(model, size, frames):
    return model(tf.image.resize(frames, (size, size))).numpy()


def test_features_are_those_of_the_plain_calls(source):
    (found,) = frame_features(source, "train", FOUR)
    assert isinstance(found, FrameVectors)
    assert found.values.shape == (4, 4, 1280)
    assert found.values.dtype == np.float32
    model = get_extractor("efficientnet_lite0").model
    for clip, taken, features in zip(
        source.layout.train, INDICES, found.values, strict=True
    ):
        expected = by_plain_calls(model, 224, decode_frames(clip.path)[taken])
        np.testing.assert_allclose(features, expected, atol=1e-4, rtol=1e-4)


def test_frames_are_enhanced_at_their_own_size(source, small):
    names = ["textbook_equalization", "gamma:gamma=3"]
    found = frame_features(source, "val", FOUR, names)
    frames = decode_frames(source.layout.val[0].path, frame_rule(FOUR)(7))
    for name, features in zip(names, found, strict=True):
        expected = by_plain_calls(small, 8, get_enhancement(name)(frames))
        np.testing.assert_allclose(features.values[0], expected, rtol=1e-5)


def test_fraction_of_frames(source, small):
    (found,) = frame_features(source, "train", make_parameters({"n_samples": 0.5}))
    # Halves of a frame are rounded up.
    assert [clip.shape for clip in found.values] == 2 * [(3, 5), (3, 5)]


def test_random_frames_are_the_runs_own(source, small):
    values = {"sampler": "random", "n_samples": 2, "seed": 5}
    rule = frame_rule(make_parameters(values))
    (of_run,) = frame_features(source, "train", make_parameters(values))
    (of_all,) = frame_features(source, "train", make_parameters({"n_samples": 1.0}))
    taken = [clip[rule(len(clip))] for clip in of_all.values]
    np.testing.assert_allclose(of_run.values, taken, atol=1e-4)


def test_a_backbone_is_built_and_compiled_once_for_all_enhancements():
    plain, bright = (
        FrameNetwork.of(FOUR).start(),
        FrameNetwork.of(FOUR, "gamma").start(),
    )
    assert plain.compute is bright.compute
    other = FrameNetwork.of(FOUR.replace(extractor="efficientnet_lite1")).start()
    assert other.compute is not plain.compute


def test_the_network_of_a_run():
    network = FrameNetwork.of(make_parameters({"engine": "tensorflow"}), "gamma")
    assert network.backbone is LITE0
    assert network.enhancement.keywords == {"name": "gamma", "gamma": 2.2}
    assert network.engine_version == f"tensorflow {tf.__version__}"
    assert network.weights.name == "efficientnet-lite0-57934424.pth"
    assert network.weights_sha256.startswith("579344248a93e230")
    assert network.title == "efficientnet_lite0, enhancement gamma"
    assert network.of_clip("a") is network


def test_what_the_key_goes_by(tmp_path):
    network = FrameNetwork.of(FOUR)
    # Where the weights lie does not matter, and the engine is in its version.
    same = dataclasses.replace(network, weights=tmp_path, engine="another")
    assert key_of(same) == key_of(network)
    changes = {
        "extractor": "efficientnet_lite1",
        "enhancement": FrameNetwork.of(FOUR, "gamma").enhancement,
        "engine_version": "tensorflow 1",
        "weights_sha256": "ab",
    }
    keys = [key_of(dataclasses.replace(network, **{n: v})) for n, v in changes.items()]
    assert len({key_of(network), *keys}) == 5
    # Nor does what is not of the network.
    other = make_parameters({"epochs": 3, "seed": 7, "n_samples": 9})
    assert key_of(FrameNetwork.of(other)) == key_of(network)


def test_nothing_starts_without_weights_or_an_engine(source, tmp_path, own_cache):
    missing = make_parameters({"extractor_weights": str(tmp_path / "none.pth")})
    with pytest.raises(WeightsError, match="no file with weights"):
        frame_features(source, "val", missing)
    with pytest.raises(ParameterError, match="did you mean 'gamma'"):
        frame_features(source, "val", FOUR, ["none", "gama"])
    assert not (own_cache / "features").exists()

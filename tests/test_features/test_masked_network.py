import numpy as np
import pytest
import tensorflow as tf

from darkhar.config import make_parameters
from darkhar.data import datasets
from darkhar.data.video import decode_frames
from darkhar.features.clip_views import frame_features, masked_features
from darkhar.features.frame_network import FrameNetwork
from darkhar.features.masked_network import MaskedNetwork
from darkhar.pose.person_masking import boxes_at, mask_region, person_boxes
from darkhar.store.keys import key_of

PARAMETERS = make_parameters({"n_samples": 4, "pose_samples": 3})
# Segment centres of 5 and of 6 frames: of three parts, and of four.
SEEN = 2 * [[0, 2, 4], [1, 3, 5]]
SAMPLED = 2 * [[0, 1, 3, 4], [0, 2, 3, 5]]


def people():
    """Keypoints of a person about the middle of the frame."""
    found = np.ones((4, 3, 17, 3), np.float32)
    found[..., :2] = np.random.default_rng(1).uniform(0.4, 0.6, (4, 3, 17, 2))
    return found


@pytest.fixture
def decoded(monkeypatch):
    """The clips that are decoded."""
    names = []
    decode = datasets.decode_frames

    def spy(content, indices, *, name):
        names.append(name)
        return decode(content, indices, name=name)

    monkeypatch.setattr(datasets, "decode_frames", spy)
    return names


@pytest.fixture
def features(source, small):
    """Of training clips, by region and keypoints."""
    clips = source.clips("train")

    def of(regions, found):
        return masked_features(source, "train", PARAMETERS, regions, found, clips)

    return of


def test_features_of_masked_frames(source, small, features):
    regions = ["person only", "still background"]
    only, background = features(regions, people())
    assert only.values.shape == (4, 4, 5)
    # A still background has one frame a clip.
    assert background.values.shape == (4, 1, 5)
    for number, clip in enumerate(source.layout.train):
        boxes = person_boxes(people()[number])
        boxes = boxes_at(boxes, np.array(SEEN[number]), np.array(SAMPLED[number]))
        frames = decode_frames(clip.path)[SAMPLED[number]]
        for region, found in zip(regions, (only, background), strict=True):
            masked = mask_region(frames, boxes.round(4), region)
            expected = small(tf.image.resize(masked, (8, 8))).numpy()
            np.testing.assert_allclose(found.values[number], expected, rtol=1e-4)
    (whole,) = frame_features(source, "train", PARAMETERS)
    assert np.abs(whole.values - only.values).max() > 0.1


def test_regions_share_what_is_decoded_and_boxes_count(features, decoded):
    only, removed = features(["person only", "person removed"], people())
    assert np.abs(removed.values - only.values).max() > 0.1
    assert len(decoded) == 4
    np.testing.assert_array_equal(
        features(["person only"], people())[0].values, only.values
    )
    assert len(decoded) == 4
    # One clip's person is elsewhere.
    found = people()
    found[1, ..., 0] += 0.25
    (others,) = features(["person only"], found)
    assert len(decoded) == 5
    changed = (others.values != only.values).any(axis=(1, 2))
    assert changed.tolist() == [False, True, False, False]


def test_what_the_key_of_a_clip_goes_by():
    network = FrameNetwork.of(PARAMETERS)
    boxes = {"a": np.ones([2, 4]), "b": np.zeros([2, 4])}
    of_a = key_of(MaskedNetwork(network, "person only", boxes).of_clip("a"))
    others = [
        MaskedNetwork(network, "person only", boxes).of_clip("b"),
        MaskedNetwork(network, "person removed", boxes).of_clip("a"),
        MaskedNetwork(network, "person only", {"a": boxes["b"]}).of_clip("a"),
        MaskedNetwork(
            FrameNetwork.of(PARAMETERS, "gamma"), "person only", boxes
        ).of_clip("a"),
        network,
    ]
    assert len({of_a, *map(key_of, others)}) == 6
    # Another clip's boxes do not matter.
    alone = MaskedNetwork(network, "person only", {"a": boxes["a"]})
    assert key_of(alone.of_clip("a")) == of_a

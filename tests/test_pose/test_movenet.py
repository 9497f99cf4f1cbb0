import importlib.util
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from darkhar.pose.movenet import get_movenet
from darkhar.pose.tfjs_graph import read_graph_model
from darkhar.pose.tracking import track_clip, whole_frame_region

DATA = Path(__file__).parents[1] / "data"
MODELS = ("movenet_lightning", "movenet_thunder")


@pytest.fixture(scope="module")
def reference():
    """The maker of the images, and their keypoints by TensorFlow.js."""
    spec = importlib.util.spec_from_file_location(
        "make_movenet_keypoints", DATA / "make_movenet_keypoints.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script, np.load(DATA / "movenet_keypoints.npz")


@pytest.fixture(scope="module", params=MODELS)
def movenet(request, movenet_files):
    return get_movenet(request.param, movenet_files(request.param))


@pytest.fixture(scope="module")
def lightning(movenet_files):
    return get_movenet("movenet_lightning", movenet_files("movenet_lightning"))


def test_keypoints_equal_those_of_tensorflow_js(movenet, reference):
    script, stored = reference
    images = script.reference_images(stored["frames"], movenet.image_size)
    keypoints = movenet.images_to_keypoints(images.astype(np.float32))
    np.testing.assert_allclose(keypoints, stored[movenet.name], atol=1e-4)


def test_batch_equals_the_published_graph_frame_by_frame(
    movenet, movenet_files, reference
):
    script, stored = reference
    images = script.reference_images(stored["frames"], movenet.image_size)
    graph = read_graph_model(movenet_files(movenet.name))

    @tf.function
    def published(image):
        return graph.compute({"input": image}, ["Identity"])[0]

    expected = [published(image[np.newaxis].astype(np.int32))[0, 0] for image in images]
    keypoints = movenet.images_to_keypoints(images.astype(np.float32))
    np.testing.assert_allclose(keypoints, expected, atol=1e-4)


def test_detection_in_a_frame(lightning, reference):
    _, stored = reference
    plain = lightning.detect(stored["frames"][:1])[0]
    assert plain[:, 2].mean() > 0.4
    # The same frame, 144x192, within one of 200x200.
    larger = np.zeros([1, 200, 200, 3], np.uint8)
    larger[:, 28:172, 4:196] = stored["frames"][0]
    found = lightning.detect(larger)[0]
    back = (found * [200, 200, 1] - [28, 4, 0]) / [144, 192, 1]
    seen = (plain[:, 2] > 0.4) & (back[:, 2] > 0.4)
    assert seen.sum() >= 8
    assert np.abs(back - plain)[seen, :2].max() < 0.05


def test_part_of_a_frame(lightning, reference):
    _, stored = reference
    frames = stored["frames"]
    # The whole frame, resized otherwise.
    region = whole_frame_region(144, 192)[np.newaxis]
    whole = lightning.detect_in(frames, np.repeat(region, 2, axis=0))
    plain = lightning.detect(frames)
    seen = plain[0, :, 2] > 0.4
    assert np.abs(whole - plain)[0, seen, :2].max() < 0.03
    # In a corner, keypoints lie in the part that is looked at.
    corner = lightning.detect_in(frames[:1], [[0, 0, 0.25, 0.25]])
    assert corner[..., :2].max() < 0.3


def test_tracking_through_a_still_clip(lightning, reference):
    _, stored = reference
    clip = np.repeat(stored["frames"][:1], 3, axis=0)
    tracked = track_clip(lightning, clip)
    assert tracked.shape == (3, 17, 3)
    plain = lightning.detect(clip[:1])[0]
    both = (tracked[-1, :, 2] > 0.4) & (plain[:, 2] > 0.4)
    assert both.sum() >= 8
    assert np.abs(tracked[-1] - plain)[both, :2].max() < 0.05

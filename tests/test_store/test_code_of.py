"""Which lines of the library belong to a result, and so to its key."""

from pathlib import Path

import numpy as np
import pytest

from darkhar.config import EXTRACTORS, POSE_CLASSIFIERS, Parameters
from darkhar.enhancement.registry import enhancement_layer
from darkhar.features.frame_network import FrameNetwork
from darkhar.features.keypoint_network import KeypointNetwork
from darkhar.features.masked_network import MaskedNetwork
from darkhar.pose.movenet import MoveNet
from darkhar.store import code as module
from darkhar.store.code import code_of, imported_code
from darkhar.store.keys import key_of
from darkhar.training.estimator_fits import VectorFit
from darkhar.training.pose_fits import pose_fit
from darkhar.training.sequence_fit import SequenceFit


def test_imports_are_followed():
    appearance = imported_code("darkhar.features.frame_network")
    pose = imported_code("darkhar.features.keypoint_network")
    assert "darkhar.backbones.extractors" in appearance - pose
    assert {"darkhar.pose.movenet", "darkhar.pose.tracking"} <= pose - appearance
    # What both do, and how a module imported as a name is found.
    assert {"darkhar.features.extraction", "darkhar.enhancement.registry"} <= (
        pose & appearance
    )
    assert "darkhar.backbones.weights" not in appearance | pose
    of_config = {n for n in appearance | pose if n.startswith("darkhar.config")}
    assert of_config == {"darkhar.config.keras_settings"}


def test_modules_of_others_count_by_their_packages_versions(monkeypatch):
    assert imported_code("numpy") == set()
    before = code_of("numpy"), code_of("darkhar.sampling.rules")
    assert before[0] != before[1]
    monkeypatch.setattr(module.importlib.metadata, "version", lambda name: "99")
    code_of.cache_clear()
    try:
        assert code_of("numpy") == code_of("scipy") != before[0]
        assert code_of("darkhar.sampling.rules") != before[1]
    finally:
        code_of.cache_clear()


def frame_network(extractor, enhancement):
    return FrameNetwork(
        extractor=extractor,
        backbone=EXTRACTORS[extractor].load(),
        enhancement=enhancement_layer(enhancement),
        engine="tensorflow",
        engine_version="tensorflow 2",
        weights_sha256="ab",
        weights=Path("weights"),
    )


def keypoint_network(enhancement):
    return KeypointNetwork(
        model="movenet_lightning",
        movenet=MoveNet,
        enhancement=enhancement_layer(enhancement),
        tracking=False,
        engine="tensorflow",
        engine_version="tensorflow 2",
        weights_sha256="ab",
        weights=Path("weights"),
    )


LITE, CONVNEXT = "efficientnet_lite0", "convnext_tiny"
RESULTS = {
    "lite, gamma": frame_network(LITE, "gamma").of_clip("a"),
    "lite, clahe": frame_network(LITE, "clahe").of_clip("a"),
    "convnext, none": frame_network(CONVNEXT, "none").of_clip("a"),
    "masked": MaskedNetwork(
        frame_network(LITE, "none"), "person only", {"a": np.ones([2, 4])}
    ).of_clip("a"),
    "keypoints, gamma": keypoint_network("gamma").of_clip("a"),
    "sequence": SequenceFit.of(Parameters(), "frames"),
    "vectors": VectorFit("frames"),
    **{name: pose_fit(name, Parameters()) for name in POSE_CLASSIFIERS},
}
FRAMES = {"lite, gamma", "lite, clahe", "convnext, none", "masked"}
POSE_NETWORKS = {name for name, row in POSE_CLASSIFIERS.items() if row.is_network}
FITS = {"sequence", "vectors", *POSE_CLASSIFIERS}


@pytest.fixture(scope="module")
def keys():
    """Those of the results by the code as it is."""
    found = {name: key_of(result) for name, result in RESULTS.items()}
    assert len(set(found.values())) == len(RESULTS)
    return found


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("backbones/efficientnet_lite.py", {"lite, gamma", "lite, clahe", "masked"}),
        ("backbones/convnext.py", {"convnext, none"}),
        ("backbones/images.py", FRAMES),
        ("backbones/engines.py", {*FRAMES, "keypoints, gamma"}),
        ("enhancement/gamma.py", {"lite, gamma", "keypoints, gamma"}),
        ("enhancement/clahe.py", {"lite, clahe"}),
        ("enhancement/layers.py", {*FRAMES, "keypoints, gamma"}),
        ("features/frame_network.py", FRAMES),
        ("features/masked_network.py", {"masked"}),
        ("features/keypoint_network.py", {"keypoints, gamma"}),
        ("pose/person_masking.py", {"masked"}),
        ("pose/tracking.py", {"keypoints, gamma"}),
        ("pose/movenet_decoding.py", {"keypoints, gamma"}),
        ("data/video.py", {*FRAMES, "keypoints, gamma"}),
        ("models/sequence.py", {"sequence"}),
        ("models/compilable.py", {"sequence", *POSE_NETWORKS}),
        ("models/graph_convolution.py", POSE_NETWORKS),
        ("training/network.py", {"sequence", *POSE_NETWORKS}),
        ("training/fits.py", FITS),
        # Files of weights count by their content; the others compute nothing.
        ("backbones/weights.py", set()),
        ("pose/movenet_weights.py", set()),
        ("config/parameters.py", set()),
        ("data/datasets.py", set()),
        ("figures/style.py", set()),
        ("store/shelf.py", set()),
    ],
)
def test_a_changed_line_changes_the_keys_of_what_it_computes(
    keys, change_code, file, changed
):
    change_code(file)
    assert {n for n, result in RESULTS.items() if key_of(result) != keys[n]} == changed

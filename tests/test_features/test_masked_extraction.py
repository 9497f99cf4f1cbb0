import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from darkclips.video import encode_clip
from darkhar.backbones.extractors import get_extractor
from darkhar.config import make_parameters
from darkhar.data.source import resolve_data
from darkhar.data.video import decode_frames
from darkhar.features import clip_features
from darkhar.features.frame_features import extract_features
from darkhar.features.masked_features import extract_masked_features
from darkhar.pose.person_masking import mask_region, person_boxes


@pytest.fixture(scope="module")
def parameters(tmp_path_factory):
    """One training clip of eight frames of noise, one for validation."""
    directory = tmp_path_factory.mktemp("clips")
    noise = np.random.default_rng(0)
    (directory / "mapping_table_23.txt").write_text("0\tJump\n")
    for path in ("train/Jump/Jump_1_1.mp4", "validate/26.mp4"):
        frames = noise.integers(0, 60, (8, 48, 64, 3)).astype(np.uint8)
        encode_clip(frames, directory / path)
    (directory / "train.txt").write_text("0\t0\tJump/Jump_1_1.mp4\n")
    (directory / "validate.txt").write_text("0\t0\t26.mp4\n")
    return make_parameters(
        {"data_dir": str(directory), "n_samples": 4, "pose_samples": 8}
    )


def test_features_of_masked_frames(parameters, monkeypatch):
    source = resolve_data(parameters)
    whole = extract_features(source, "train", parameters=parameters)
    found = np.ones((1, 8, 17, 3), np.float32)
    found[..., :2] = np.random.default_rng(1).uniform(0.4, 0.6, (1, 8, 17, 2))
    keypoints = dataclasses.replace(whole, features=found)

    def features(region):
        return extract_masked_features(
            source, "train", keypoints, parameters=parameters, region=region
        )

    only = features("person only")
    # The frames sampled are those of `extract_features`: segment centres.
    frames = decode_frames(source.layout.train[0].path)[[1, 3, 5, 7]]
    boxes = person_boxes(found[0])[[1, 3, 5, 7]].round(4)
    masked = mask_region(frames, boxes, "person only")
    extractor = get_extractor("efficientnet_lite0")
    expected = extractor.model(tf.image.resize(masked, (224, 224))).numpy()
    np.testing.assert_allclose(only.features[0], expected, atol=1e-4, rtol=1e-4)
    assert only.clip_ids == whole.clip_ids
    removed = features("person removed")
    assert np.abs(removed.features - whole.features).max() > 0.1
    assert np.abs(removed.features - only.features).max() > 0.1

    # The second time nothing is decoded; with other boxes it is.
    decoded = []
    frames_dataset = clip_features.frames_dataset
    monkeypatch.setattr(
        clip_features,
        "frames_dataset",
        lambda *args, **options: (
            decoded.append(options) or frames_dataset(*args, **options)
        ),
    )
    np.testing.assert_array_equal(features("person only").features, only.features)
    assert not decoded
    keypoints.features[..., 0] += 0.2
    assert np.abs(features("person only").features - only.features).max() > 0.1
    assert len(decoded) == 1

"""Features of frames without the person, or of the person without the frame."""

import dataclasses
from typing import Literal

import numpy as np
import tensorflow as tf

from darkhar.config import Parameters, cache_root
from darkhar.data.datasets import frames_dataset, load_examples, prepare
from darkhar.data.source import DataSource
from darkhar.enhancement.registry import specification
from darkhar.features.cache import FeatureCache, feature_key
from darkhar.features.clip_features import ClipFeatureSet, in_batches
from darkhar.features.code_version import code_version
from darkhar.features.extraction import extract_features, frame_feature_function
from darkhar.features.person_masking import Region, boxes_at, mask_region, person_boxes
from darkhar.features.weights import resolve_weights
from darkhar.sampling.rules import get_rule

_FRAMES_AT_ONCE = 32


def extract_masked_features(
    source: DataSource,
    split: Literal["train", "val"],
    keypoints: ClipFeatureSet,
    *,
    parameters: Parameters,
    region: Region,
) -> ClipFeatureSet:
    """Features of the frames that `extract_features` sees, without enhancement, masked.

    Boxes of frames whose keypoints were not detected are interpolated in time.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        keypoints: `ClipFeatureSet`. As of `extract_keypoints`, of that split.
        parameters: `Parameters`. The run's.
        region: str. What is left of the frames, as in
            `darkhar.features.person_masking.mask_region`.

    Returns:
        `ClipFeatureSet`, as `extract_features` returns it; of a still background, with
        one frame a clip.

    Raises:
        WeightsError: the extractor's weights cannot be had.
        DataError: a clip does not decode.
    """
    whole = extract_features(source, split, parameters=parameters)
    rule = get_rule(parameters.sampler, parameters.n_samples, parameters.seed)
    pose_rule = get_rule("uniform", parameters.pose_samples)
    weights = resolve_weights(parameters.extractor, parameters.extractor_weights)
    builder = prepare(source)
    cache = FeatureCache(cache_root() / "features")
    code = code_version(__name__)
    boxes, keys = {}, {}
    for example, found in zip(
        load_examples(builder, split), keypoints.features, strict=True
    ):
        clip_id, n_frames = example["clip_id"], example["n_frames"]
        boxes[clip_id] = boxes_at(
            person_boxes(found), pose_rule(n_frames), rule(n_frames)
        ).round(4)
        keys[clip_id] = feature_key(
            clip_sha256=example["sha256"],
            indices=rule(n_frames),
            enhancement=specification("none"),
            extractor=f"{parameters.extractor}, {region}: {boxes[clip_id].tolist()}",
            weights_sha256=weights.sha256,
            code=code,
        )
    known = {clip_id: cache.get(key) for clip_id, key in keys.items()}
    missing = [clip_id for clip_id, features in known.items() if features is None]
    if missing:
        features_of = in_batches(
            frame_feature_function(
                parameters.extractor, parameters.extractor_weights, "none"
            ),
            _FRAMES_AT_ONCE,
        )
        for clip in frames_dataset(builder, split, rule, clip_ids=missing):
            clip_id = clip["clip_id"].numpy().decode()
            masked = mask_region(clip["frames"].numpy(), boxes[clip_id], region)
            known[clip_id] = features_of(tf.constant(masked))
            cache.put(keys[clip_id], known[clip_id])
    features = [known[clip_id] for clip_id in whole.clip_ids]
    if isinstance(whole.features, np.ndarray):
        features = np.stack(features)
    return dataclasses.replace(whole, features=features)

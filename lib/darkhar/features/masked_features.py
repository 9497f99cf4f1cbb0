"""Features of frames without the person, or of the person without the frame."""

import dataclasses
from collections.abc import Mapping
from typing import Literal

import numpy as np
import tensorflow as tf

from darkhar.backbones.engines import engine_for, engine_version
from darkhar.backbones.weights import resolve_weights
from darkhar.config import Parameters
from darkhar.data.datasets import load_examples, prepare
from darkhar.data.source import DataSource
from darkhar.enhancement.registry import specification
from darkhar.features.clip_features import ClipFeatureSet, kept_or_computed
from darkhar.features.frame_features import backbone_function, extract_features
from darkhar.pose.person_masking import Region, boxes_at, mask_region, person_boxes
from darkhar.sampling.rules import get_rule
from darkhar.store.arrays import feature_key
from darkhar.store.code import code_version


def extract_masked_features(
    source: DataSource,
    split: Literal["train", "val"],
    keypoints: ClipFeatureSet,
    *,
    parameters: Parameters,
    region: Region,
    progress: bool | None = None,
) -> ClipFeatureSet:
    """Features of the frames that `extract_features` sees, without enhancement, masked.

    Boxes of frames whose keypoints were not detected are interpolated in time.

    Args:
        source: `DataSource`. The clips.
        split: str. `"train"` or `"val"`.
        keypoints: `ClipFeatureSet`. As of `extract_keypoints`, of that split.
        parameters: `Parameters`. The run's.
        region: str. What is left of the frames, as in
            `darkhar.pose.person_masking.mask_region`.
        progress: bool or None. As `extract_features`.

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
    engine = engine_for(parameters.extractor, parameters.engine)
    builder = prepare(source)
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
            engine=engine_version(engine),
            code=code,
        )
    known = kept_or_computed(
        builder,
        split,
        rule,
        keys,
        lambda: backbone_function(parameters, "none", _mask(boxes, region)),
        description=f"{split}: {parameters.extractor}, {region}",
        progress=progress,
    )
    features = [known[clip_id] for clip_id in whole.clip_ids]
    if isinstance(whole.features, np.ndarray):
        features = np.stack(features)
    return dataclasses.replace(whole, features=features)


def _mask(boxes: Mapping[str, np.ndarray], region: Region):
    """`mask_region` in a graph, with the boxes of each clip."""

    def mask(frames: np.ndarray, clip_id: bytes) -> np.ndarray:
        return mask_region(frames, boxes[clip_id.decode()], region)

    def masked(frames, clip_id):
        shown = tf.numpy_function(mask, [frames, clip_id], tf.uint8)
        shown.set_shape([None, *frames.shape[1:]])
        return shown

    return masked

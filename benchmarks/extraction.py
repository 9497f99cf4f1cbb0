"""Extraction from files against the bare networks on images that are in memory."""

import contextlib
import uuid
from collections.abc import Iterator
from unittest import mock

import keras

from benchmarks.clips import clips, empty_cache
from benchmarks.ratios import Ratio, time_in_turns
from darkhar.backbones.extractors import Extractor, build_backbone
from darkhar.config import Parameters, make_parameters
from darkhar.data.datasets import frames_dataset, load_examples, prepare
from darkhar.features import extraction, pose_extraction
from darkhar.features.clip_features import ClipFunction, kept_or_computed
from darkhar.pose.movenet import get_movenet
from darkhar.sampling.rules import get_rule

_PAIRS = 5


def measure() -> list[Ratio]:
    """ConvNeXt-Small, EfficientNet-Lite0 and MoveNet Thunder."""
    ratios = []
    with clips(train=2) as data_dir:
        for name, values, bar in (
            ("ConvNeXt-Small", {"extractor": "convnext_small"}, 1.10),
            ("EfficientNet-Lite0", {}, None),
        ):
            parameters = make_parameters({"data_dir": str(data_dir), **values})
            with random_weights():
                function = extraction.backbone_function(
                    parameters, "keras_cv_equalization"
                )
            ratios.append(
                _measure(name, parameters, function, parameters.n_samples, bar)
            )
        parameters = make_parameters({"data_dir": str(data_dir), "pose_samples": 32})
        movenet = get_movenet("movenet_thunder", engine="openvino")
        function = pose_extraction.clip_function(movenet, "gamma", tracking=True)
        ratios.append(
            _measure("MoveNet Thunder, tracking", parameters, function, 32, None)
        )
    return ratios


@contextlib.contextmanager
def random_weights() -> Iterator[None]:
    """ConvNeXt without its weights, which cannot be had everywhere."""

    def extractor(name: str, weights: object) -> Extractor:
        keras.utils.set_random_seed(0)
        model = build_backbone(name)
        size, dim = model.input_shape[1], model.output_shape[-1]
        return Extractor(name, size, dim, model, "", "random")

    with mock.patch.object(extraction, "get_extractor", extractor):
        yield


def _measure(
    name: str,
    parameters: Parameters,
    function: ClipFunction,
    n_samples: int,
    bar: float | None,
) -> Ratio:
    from darkhar.data.source import resolve_data

    builder = prepare(resolve_data(parameters))
    rule = get_rule("uniform", n_samples)
    examples = load_examples(builder, "train")
    prepared = [
        tuple(function.prepare(clip["frames"], clip["clip_id"]))
        for clip in frames_dataset(builder, "train", rule)
    ]

    def from_memory() -> None:
        for tensors in prepared:
            function.compute(*tensors)

    def from_files() -> None:
        # Keys that never were: nothing is in the cache.
        keys = {example["clip_id"]: uuid.uuid4().hex for example in examples}
        with empty_cache():
            kept_or_computed(
                builder,
                "train",
                rule,
                keys,
                lambda: function,
                description="benchmark",
                progress=False,
            )

    return time_in_turns(
        f"extraction, {name}, {len(examples)} clips of {n_samples} frames",
        ("the network alone, images in memory", from_memory),
        ("from files, enhanced, into the cache", from_files),
        items=n_samples * len(examples),
        pairs=_PAIRS,
        kind="at most",
        bar=bar,
    )

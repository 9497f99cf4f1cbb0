"""Extraction from files against the bare networks on images that are in memory."""

from benchmarks.clips import clips, empty_cache
from benchmarks.networks import StartedNetwork, random_weights
from benchmarks.ratios import Ratio, time_in_turns
from darkhar.config import make_parameters
from darkhar.data.datasets import frames_dataset, prepare
from darkhar.data.source import DataSource, resolve_data
from darkhar.features.clip_views import frame_rule, pose_rule
from darkhar.features.extraction import extract
from darkhar.features.frame_network import FrameNetwork
from darkhar.features.keypoint_network import KeypointNetwork
from darkhar.sampling.rules import FrameRule

_PAIRS = 5


def measure() -> list[Ratio]:
    """ConvNeXt-Small, EfficientNet-Lite0 and MoveNet Thunder."""
    lite = make_parameters({})
    thunder = make_parameters(
        {"pose_model": "movenet_thunder", "pose_tracking": True, "pose_samples": 32}
    )
    # Before the cache is another one: Thunder's weights are in it.
    tracking = StartedNetwork(KeypointNetwork.of(thunder))
    with random_weights("convnext_small") as weights:
        convnext = lite.replace(extractor="convnext_small", extractor_weights=weights)
        small, lite0 = (
            StartedNetwork(FrameNetwork.of(parameters, "keras_cv_equalization"))
            for parameters in (convnext, lite)
        )
    with clips(train=2) as data_dir, empty_cache():
        source = resolve_data(make_parameters({"data_dir": str(data_dir)}))
        return [
            _measure("ConvNeXt-Small", small, source, frame_rule(convnext), bar=1.10),
            _measure("EfficientNet-Lite0", lite0, source, frame_rule(lite)),
            _measure("MoveNet Thunder, tracking", tracking, source, pose_rule(thunder)),
        ]


def _measure(
    name: str,
    network: StartedNetwork,
    source: DataSource,
    rule: FrameRule,
    *,
    bar: float | None = None,
) -> Ratio:
    function = network.start()
    prepared = [
        function.prepare(clip["frames"], clip["clip_id"])
        for clip in frames_dataset(prepare(source), "train", rule)
    ]

    def from_memory() -> None:
        for tensors in prepared:
            function.compute(*tensors)

    def from_files() -> None:
        extract(source, "train", rule, [network], progress=False)

    return time_in_turns(
        f"extraction, {name}, {len(prepared)} clips of {rule.n_samples} frames",
        ("the network alone, images in memory", from_memory),
        ("from files, enhanced, into the cache", from_files),
        items=rule.n_samples * len(prepared),
        pairs=_PAIRS,
        kind="at most",
        bar=bar,
    )

"""What bfloat16 changes: predictions of a classifier that was fitted on float32."""

import dataclasses

import numpy as np

from benchmarks.clips import clips, empty_cache
from benchmarks.networks import random_weights
from benchmarks.ratios import Ratio, ratio_of
from darkhar.backbones.engines import engine_version, resolve_engine
from darkhar.config import ParameterError, Parameters, make_parameters
from darkhar.data.clips import Clips
from darkhar.data.source import resolve_data
from darkhar.features.clip_views import frame_rule
from darkhar.features.extraction import extract
from darkhar.features.frame_network import FrameNetwork
from darkhar.features.inputs import FrameVectors
from darkhar.training.sequence_fit import SequenceFit

_BFLOAT16 = "openvino_bfloat16"


class _LongFit(SequenceFit):
    """Fitted for all epochs, whatever folds would choose."""

    def chosen_epochs(self, clips: Clips, seed: int) -> int:
        return self.sequence.epochs


def measure() -> list[Ratio]:
    """EfficientNet-Lite0 with its weights, ConvNeXt-Small with random ones."""
    try:
        resolve_engine(_BFLOAT16)
    except ParameterError:  # the processor has no bfloat16
        return []
    with (
        clips(train=6, val=10) as data_dir,
        empty_cache(),
        random_weights("convnext_small") as weights,
    ):
        lite = make_parameters({"data_dir": str(data_dir), "engine": "openvino"})
        convnext = lite.replace(
            extractor="convnext_small", extractor_weights=weights, n_samples=4
        )
        return [
            _measure("EfficientNet-Lite0", lite),
            _measure("ConvNeXt-Small", convnext),
        ]


def _measure(name: str, parameters: Parameters) -> Ratio:
    source, rule = resolve_data(parameters), frame_rule(parameters)
    in_float32 = FrameNetwork.of(parameters)
    # Also where the library would not.
    in_bfloat16 = dataclasses.replace(
        in_float32, engine=_BFLOAT16, engine_version=engine_version(_BFLOAT16)
    )

    def features(split, *networks):
        extracted = extract(source, split, rule, networks, progress=False)
        return [np.stack(of_network) for of_network in extracted]

    def seen(split, values):
        return source.clips(split).with_views(frames=FrameVectors(values))

    train = seen("train", *features("train", in_float32))
    predict = _LongFit.of(parameters, "frames").fit_all(train, parameters.seed)
    exact, rounded = features("val", in_float32, in_bfloat16)
    logits = predict(seen("val", exact))
    is_changed = logits.argmax(axis=1) != predict(seen("val", rounded)).argmax(axis=1)
    second, first = np.sort(logits, axis=1)[:, -2:].T
    lead = first - second
    difference = np.abs(exact - rounded).max() / np.abs(exact).max()
    return ratio_of(
        f"predictions that bfloat16 changes, {name}",
        ("clips", [float(len(exact))]),
        ("changed", [float(is_changed.sum())]),
        unit="",
        kind="at most",
        bar=0.0,
        note=f"features differ by up to {difference:.1e} of the largest"
        + (
            f"; where an answer changes, its logit led by {lead[is_changed].max():.2g}"
            f" at most, in the median clip by {np.median(lead):.2g}"
            if is_changed.any()
            else ""
        ),
    )

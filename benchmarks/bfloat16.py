"""What bfloat16 changes: predictions of a classifier that was fitted on float32."""

from unittest import mock

import keras
import numpy as np

from benchmarks.clips import clips, empty_cache
from benchmarks.extraction import random_weights
from benchmarks.ratios import Ratio, ratio_of
from darkhar.backbones.engines import resolve_engine
from darkhar.backbones.weights import Weights
from darkhar.config import ParameterError, Parameters, make_parameters
from darkhar.data.source import DataSource, resolve_data
from darkhar.features import frame_features as extraction
from darkhar.features.frame_features import extract_features
from darkhar.training.cross_validation import fit_final
from darkhar.training.fit import predict_logits


def measure() -> list[Ratio]:
    """EfficientNet-Lite0 with its weights, ConvNeXt-Small with random ones."""
    try:
        resolve_engine("openvino_bfloat16")
    except ParameterError:  # the processor has no bfloat16
        return []
    ratios = []
    with clips(train=6, val=10) as data_dir, empty_cache():
        for name, values in (
            ("EfficientNet-Lite0", {}),
            ("ConvNeXt-Small", {"extractor": "convnext_small", "n_samples": 4}),
        ):
            parameters = make_parameters({"data_dir": str(data_dir), **values})
            source = resolve_data(parameters)
            with (
                mock.patch.object(
                    extraction, "resolve_weights", lambda *_: Weights(None, "", "")
                ),
                # Also where the library would not.
                mock.patch.object(extraction, "engine_for", lambda _, name: name),
            ):
                if name.startswith("ConvNeXt"):
                    with random_weights():
                        ratios.append(_measure(name, source, parameters))
                else:
                    ratios.append(_measure(name, source, parameters))
    return ratios


def _measure(name: str, source: DataSource, parameters: Parameters) -> Ratio:
    def features(split, engine):
        values = parameters.as_dict() | {"engine": engine}
        return extract_features(
            source, split, parameters=make_parameters(values), progress=False
        )

    train = features("train", "openvino")
    keras.utils.set_random_seed(0)
    model = fit_final(
        train.features,
        train.labels,
        n_classes=len(source.layout.class_names),
        parameters=parameters,
        epochs=parameters.epochs,
    )
    exact = features("val", "openvino").features
    rounded = features("val", "openvino_bfloat16").features
    logits = predict_logits(model, exact)
    is_changed = logits.argmax(axis=1) != predict_logits(model, rounded).argmax(axis=1)
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

"""A k-fold experiment: features once, against the backbone inside every epoch."""

import time
from unittest import mock

import keras
import numpy as np

from benchmarks.clips import clips, empty_cache
from benchmarks.extraction import random_weights
from benchmarks.ratios import Ratio, ratio_of
from darkhar.backbones.weights import Weights
from darkhar.config import make_parameters
from darkhar.data.source import resolve_data
from darkhar.data.video import decode_frames
from darkhar.features import frame_features as extraction
from darkhar.features.frame_features import extract_features
from darkhar.models.clip_extractor import ClipFeatures
from darkhar.models.clip_layers import ResizedFrames
from darkhar.models.sequence import build_classifier
from darkhar.sampling.rules import get_rule
from darkhar.training.cross_validation import settings_from
from darkhar.training.fit import fit_classifier, predict_logits
from darkhar.training.network import fit_network, network_logits
from darkhar.training.seeds import FOLD_FITS, derived_seed
from darkhar.training.splitters import run_folds

_FRAMES = 2


def measure() -> list[Ratio]:
    """3 folds of 10 epochs, ConvNeXt-Small and the paper's BiLSTM."""
    with clips(train=3) as data_dir:
        parameters = make_parameters(
            {
                "data_dir": str(data_dir),
                "extractor": "convnext_small",
                "n_samples": _FRAMES,
                "folds": 3,
                "epochs": 10,
                "patience": 10,
                "learning_rate": 1e-4,
            }
        )
        source = resolve_data(parameters)
        labels = np.array([clip.label for clip in source.layout.train])
        scenes = np.array([clip.scene for clip in source.layout.train])
        folds = run_folds(parameters, labels, scenes, "stratified")
        n_classes = len(source.layout.class_names)
        settings = settings_from(parameters, n_classes)

        def ours():
            with (
                empty_cache(),
                mock.patch.object(
                    extraction, "resolve_weights", lambda *_: Weights(None, "", "")
                ),
            ):
                features = extract_features(
                    source, "train", parameters=parameters
                ).features
            logits = np.zeros((len(labels), n_classes))
            for number, fold in enumerate(folds):
                model, _ = fit_classifier(
                    features[fold.train],
                    labels[fold.train],
                    n_classes=n_classes,
                    settings=settings,
                    seed=derived_seed(parameters.seed, FOLD_FITS, number),
                    held_out=(features[fold.held_out], labels[fold.held_out]),
                )
                logits[fold.held_out] = predict_logits(model, features[fold.held_out])
            return logits

        def original():
            backbone = extraction.get_extractor("convnext_small", None)
            backbone.model.trainable = False
            rule = get_rule("uniform", _FRAMES)
            frames = np.stack([_sampled(clip, rule) for clip in source.layout.train])

            def build(**head):
                # The classifier first: its initial weights are drawn as in ours.
                classifier = build_classifier(**head)
                inputs = keras.Input(frames.shape[1:], dtype="uint8")
                x = ResizedFrames(backbone.image_size)(inputs)
                x = ClipFeatures(backbone.model)(x)
                return keras.Model(inputs, classifier(x))

            logits = np.zeros((len(labels), n_classes))
            for number, fold in enumerate(folds):
                model, _ = fit_network(
                    build,
                    {
                        "n_classes": n_classes,
                        "feature_dim": backbone.feature_dim,
                        "n_frames": _FRAMES,
                        "lstm_units": settings.lstm_units,
                        "dropout": settings.dropout,
                    },
                    frames[fold.train],
                    labels[fold.train],
                    schedule=settings.schedule,
                    seed=derived_seed(parameters.seed, FOLD_FITS, number),
                    held_out=(frames[fold.held_out], labels[fold.held_out]),
                )
                logits[fold.held_out] = network_logits(model, frames[fold.held_out])
            return logits

        with random_weights():
            results = {}
            for name, way in (("ours", ours), ("original", original)):
                keras.backend.clear_session()
                start = time.perf_counter()
                logits = way()
                results[name] = (time.perf_counter() - start, logits)
    (own_time, own), (original_time, others) = results["ours"], results["original"]
    difference = np.abs(own - others).max()
    return [
        ratio_of(
            f"3 folds of 10 epochs, ConvNeXt-Small, {len(labels)} clips of {_FRAMES}"
            " frames",
            ("the backbone inside every epoch, TensorFlow", [original_time]),
            ("features once, from files, by OpenVINO", [own_time]),
            unit="s",
            kind="at least",
            bar=25.0,
            note=f"held-out logits differ by {difference:.1e}",
        )
    ]


def _sampled(clip, rule) -> np.ndarray:
    from darkhar.data.video import probe

    return decode_frames(clip.path, rule(probe(clip.path).n_frames))

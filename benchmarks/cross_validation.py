"""A k-fold experiment: features once, against the backbone inside every epoch."""

import time
from collections.abc import Sequence

import keras
import numpy as np
from tests.shared.keras_fit import keras_fit

from benchmarks.clips import clips, empty_cache
from benchmarks.networks import random_weights
from benchmarks.ratios import Ratio, ratio_of
from darkhar.backbones.extractors import get_extractor
from darkhar.config import Parameters, make_parameters
from darkhar.data.source import DataSource, resolve_data
from darkhar.data.video import decode_frames
from darkhar.features.clip_views import frame_features, frame_rule
from darkhar.models.clip_extractor import ClipFeatures
from darkhar.models.clip_layers import ResizedFrames
from darkhar.models.sequence import build_classifier
from darkhar.training.fit_jobs import fold_jobs
from darkhar.training.network import Schedule, network_logits
from darkhar.training.sequence_fit import SequenceFit
from darkhar.training.splitters import Fold, run_folds


def measure() -> list[Ratio]:
    """3 folds of 10 epochs, ConvNeXt-Small and the paper's BiLSTM."""
    with (
        clips(train=3) as data_dir,
        empty_cache(),
        random_weights("convnext_small") as weights,
    ):
        parameters = make_parameters(
            {
                "data_dir": str(data_dir),
                "extractor": "convnext_small",
                "extractor_weights": weights,
                "n_samples": 2,
                "folds": 3,
                "epochs": 10,
                "patience": 10,
                "learning_rate": 1e-4,
            }
        )
        source = resolve_data(parameters)
        folds = run_folds(
            source.clips("train"), "stratified", parameters.folds, parameters.seed
        )
        own, own_time = _timed(_features_once, source, parameters, folds)
        others, others_time = _timed(_backbone_inside, source, parameters, folds)
    difference = np.abs(own - others).max()
    return [
        ratio_of(
            f"{parameters.folds} folds of {parameters.epochs} epochs, ConvNeXt-Small,"
            f" {len(own)} clips of {parameters.n_samples} frames",
            ("the backbone inside every epoch, TensorFlow", [others_time]),
            ("features once, from files, by OpenVINO", [own_time]),
            unit="s",
            kind="at least",
            bar=25.0,
            note=f"held-out logits differ by {difference:.1e}",
        )
    ]


def _timed(way, *arguments) -> tuple[np.ndarray, float]:
    keras.backend.clear_session()
    start = time.perf_counter()
    logits = way(*arguments)
    return logits, time.perf_counter() - start


def _features_once(
    source: DataSource, parameters: Parameters, folds: Sequence[Fold]
) -> np.ndarray:
    (frames,) = frame_features(source, "train", parameters)
    seen = source.clips("train").with_views(frames=frames)
    fit = SequenceFit.of(parameters, "frames")
    return fit.held_out(seen, folds, parameters.seed)


def _backbone_inside(
    source: DataSource, parameters: Parameters, folds: Sequence[Fold]
) -> np.ndarray:
    backbone = get_extractor(parameters.extractor, parameters.extractor_weights)
    rule, labels = frame_rule(parameters), source.clips("train").labels
    n_classes = len(source.layout.class_names)
    frames = np.stack(
        [decode_frames(c.path, rule(c.n_frames)) for c in source.layout.train]
    )
    schedule = Schedule(
        epochs=parameters.epochs,
        batch_size=parameters.batch_clips_per_class * n_classes,
        learning_rate=parameters.learning_rate,
        patience=parameters.patience,
    )

    def build(**head):
        # The classifier first: its initial weights are drawn as in ours.
        classifier = build_classifier(**head)
        inputs = keras.Input(frames.shape[1:], dtype="uint8")
        x = ResizedFrames(backbone.image_size)(inputs)
        x = ClipFeatures(backbone.model)(x)
        return keras.Model(inputs, classifier(x))

    logits = np.zeros((len(labels), n_classes))
    for job in fold_jobs(folds, parameters.seed, stop_early=True):
        model, _ = keras_fit(
            build,
            {
                "n_classes": n_classes,
                "feature_dim": backbone.feature_dim,
                "n_frames": parameters.n_samples,
                "lstm_units": parameters.lstm_units,
                "dropout": parameters.dropout,
            },
            frames[job.fitted],
            labels[job.fitted],
            schedule=schedule,
            seed=job.seed,
            held_out=(frames[job.held_out], labels[job.held_out]),
        )
        logits[job.held_out] = network_logits(model, frames[job.held_out])
    return logits

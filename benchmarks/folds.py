"""Networks of folds, fitted together or by Keras one after another."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from tests.shared.keras_fit import keras_fit
from tests.shared.made_clips import clips_of

from benchmarks.ratios import Ratio, time_in_turns
from darkhar.config import POSE_CLASSIFIERS, make_parameters
from darkhar.models.pose_networks import build_pose_network
from darkhar.models.sequence import build_classifier
from darkhar.training.fit_jobs import fold_jobs
from darkhar.training.fit_networks import fit_networks
from darkhar.training.network import Build, Schedule, network_logits
from darkhar.training.splitters import run_folds

_CLIPS, _CLASSES, _EPOCHS = 90, 6, 10


def measure() -> list[Ratio]:
    """The demo's folds and networks, on inputs that are drawn at random."""
    random = np.random.default_rng(0)
    frames = random.normal(size=(_CLIPS, 16, 1280)).astype(np.float32)
    joints = random.uniform(size=(2 * _CLIPS, 16, 17, 7)).astype(np.float32)
    return [
        _ratio("sequence", build_classifier, {"feature_dim": 1280}, frames),
        *(
            _ratio(name, build_pose_network, {"name": name}, joints)
            for name, row in POSE_CLASSIFIERS.items()
            if row.is_network
        ),
    ]


def _ratio(
    name: str, build: Build, sizes: Mapping[str, Any], inputs: np.ndarray
) -> Ratio:
    parameters = make_parameters({})
    sizes = {"n_classes": _CLASSES, "n_frames": 16, **sizes}
    labels = np.arange(len(inputs)) % _CLASSES
    folds = run_folds(clips_of(labels), "stratified", parameters.folds, parameters.seed)
    jobs = fold_jobs(folds, parameters.seed, stop_early=True)
    schedule = Schedule(_EPOCHS, 2 * _CLASSES, parameters.learning_rate, _EPOCHS)

    def one_after_another():
        return [
            keras_fit(
                build,
                sizes,
                inputs[job.fitted],
                labels[job.fitted],
                schedule=schedule,
                seed=job.seed,
                held_out=(inputs[job.held_out], labels[job.held_out]),
            )
            for job in jobs
        ]

    def together():
        return fit_networks(build, sizes, inputs, labels, jobs, schedule=schedule)

    difference = max(
        np.abs(network_logits(ours, inputs) - network_logits(theirs, inputs)).max()
        for (ours, *_), (theirs, _) in zip(together(), one_after_another(), strict=True)
    )
    return time_in_turns(
        f"{len(folds)} folds of {_EPOCHS} epochs, {len(inputs)} clips, {name}",
        ("Keras, fold after fold", one_after_another),
        ("together", together),
        items=len(folds),
        item="fold",
        pairs=7,
        note=f"logits differ by {difference:.1e}",
    )

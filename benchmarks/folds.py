"""Classifiers of cross-validation's folds, fitted side by side or one after another."""

import numpy as np

from benchmarks.ratios import Ratio, time_in_turns
from darkhar.config import make_parameters
from darkhar.training.cross_validation import settings_from
from darkhar.training.fit import fit_classifier, fit_folds, predict_logits
from darkhar.training.splitters import run_folds

_CLIPS, _CLASSES, _EPOCHS = 90, 6, 10


def measure() -> list[Ratio]:
    """The demo's folds and classifier, on features that are drawn at random."""
    parameters = make_parameters({"epochs": _EPOCHS, "patience": _EPOCHS})
    random = np.random.default_rng(parameters.seed)
    shape = (_CLIPS, int(parameters.n_samples), 1280)
    features = random.normal(size=shape).astype(np.float32)
    labels = np.arange(_CLIPS) % _CLASSES
    folds = run_folds(parameters, labels, np.full(_CLIPS, ""), "stratified")
    seeds = list(range(len(folds)))
    options = {
        "n_classes": _CLASSES,
        "settings": settings_from(parameters, _CLASSES),
    }

    def one_after_another():
        return [
            fit_classifier(
                features[fold.train],
                labels[fold.train],
                seed=seed,
                held_out=(features[fold.held_out], labels[fold.held_out]),
                **options,
            )
            for fold, seed in zip(folds, seeds, strict=True)
        ]

    def side_by_side():
        return fit_folds(features, labels, folds, seeds=seeds, **options)

    difference = max(
        np.abs(predict_logits(ours, features) - predict_logits(theirs, features)).max()
        for (ours, *_), (theirs, _) in zip(
            side_by_side(), one_after_another(), strict=True
        )
    )
    return [
        time_in_turns(
            f"{len(folds)} folds of {_EPOCHS} epochs, {_CLIPS} clips",
            ("Keras, fold after fold", one_after_another),
            ("side by side", side_by_side),
            items=len(folds),
            item="fold",
            pairs=7,
            note=f"logits differ by {difference:.1e}",
        )
    ]

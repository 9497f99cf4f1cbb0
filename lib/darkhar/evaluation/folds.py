"""What cross-validation says: a row a fold, and a summary."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from darkhar.evaluation.metrics import accuracy_interval, cross_entropy
from darkhar.training.cross_validation import CrossValidation


def fold_table(cv: CrossValidation, labels: np.ndarray) -> pd.DataFrame:
    """A row a fold, scored on the clips it held out.

    Args:
        cv: `CrossValidation`.
        labels: int `[clips]`. Of all training clips.

    Returns:
        Table with columns `fold` (from 1), `train_clips`, `held_out_clips`,
        `epochs_run`, `best_epoch`, `loss` (nats per clip) and `accuracy`, both
        of the best epoch's weights.
    """
    rows = []
    for number, result in enumerate(cv.folds, start=1):
        held_out = labels[result.fold.held_out]
        rows.append(
            {
                "fold": number,
                "train_clips": len(result.fold.train),
                "held_out_clips": len(held_out),
                "epochs_run": len(result.history["loss"]),
                "best_epoch": result.best_epoch,
                "loss": cross_entropy(result.logits, held_out),
                "accuracy": float((result.logits.argmax(axis=1) == held_out).mean()),
            }
        )
    return pd.DataFrame(rows)


def cross_validation_summary(
    cv: CrossValidation, labels: np.ndarray
) -> dict[str, float | int]:
    """All folds together.

    Each clip counts once, with the logits of the fold that held it out. The
    best epoch was chosen on the same clips, so the figures lean to the bright
    side; and the interval takes the clips as independent, which clips of one
    scene are not.

    Returns:
        dict with `accuracy` (of all held-out clips together), `correct`, `n`,
        `low`, `high` (Wilson's 95% interval), `accuracy_mean` and
        `accuracy_sd` (over folds; sample standard deviation), `loss_mean`
        (over folds, nats per clip) and `chosen_epochs`.
    """
    table = fold_table(cv, labels)
    correct = int((cv.logits.argmax(axis=1) == labels).sum())
    low, high = accuracy_interval(correct, len(labels))
    return {
        "accuracy": correct / len(labels),
        "correct": correct,
        "n": len(labels),
        "low": low,
        "high": high,
        "accuracy_mean": float(table["accuracy"].mean()),
        "accuracy_sd": float(table["accuracy"].std(ddof=1)),
        "loss_mean": float(table["loss"].mean()),
        "chosen_epochs": cv.chosen_epochs,
    }


# How the clips that are scored were held out, in words.
_HELD_OUT = {"stratified": "at random", "scene_grouped": "scene by scene"}


def protocol_table(
    ways: Mapping[str, CrossValidation],
    labels: np.ndarray,
    validation: Mapping[str, float | int],
) -> pd.DataFrame:
    """Accuracy by how the clips that are scored were held out.

    Args:
        ways: mapping of splitter name to `CrossValidation`.
        labels: int `[clips]`. Of all training clips.
        validation: mapping as `evaluation.metrics.score` returns it.

    Returns:
        Table with columns `clips held out`, `n`, `accuracy`, `low`, `high`
        (Wilson's 95% interval): a row a splitter, then the validation clips.
    """
    scores = {
        _HELD_OUT[splitter]: cross_validation_summary(cv, labels)
        for splitter, cv in ways.items()
    }
    scores["validation split"] = validation
    return pd.DataFrame(
        {"clips held out": name}
        | {column: score[column] for column in ("n", "accuracy", "low", "high")}
        for name, score in scores.items()
    )

"""What cross-validation says: a row a fold, and a summary."""

import numpy as np
import pandas as pd

from darkhar.evaluation.metrics import accuracy, cross_entropy
from darkhar.training.fold_results import CrossValidation


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
    return {
        **accuracy(cv.logits, labels),
        "accuracy_mean": float(table["accuracy"].mean()),
        "accuracy_sd": float(table["accuracy"].std(ddof=1)),
        "loss_mean": float(table["loss"].mean()),
        "chosen_epochs": cv.chosen_epochs,
    }

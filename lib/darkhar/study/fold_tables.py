"""What cross-validation says: a row a fold, and a summary."""

from collections.abc import Mapping

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


# How the clips that are scored were held out, in words.
_HELD_OUT = {
    "stratified": "at random",
    "leave_one_scene_out": "one scene after the other",
    "scene_grouped": "scene by scene",
    "class_scene_grouped": "scene by scene of a class",
}


def protocol_table(
    held_out: Mapping[str, np.ndarray],
    labels: np.ndarray,
    validation: Mapping[str, float | int],
) -> pd.DataFrame:
    """Accuracy by how the clips that are scored were held out.

    Args:
        held_out: mapping of splitter name to logits, float `[clips, classes]`, of
            each training clip from the fit that did not see it.
        labels: int `[clips]`. Of all training clips.
        validation: mapping as `evaluation.metrics.score` returns it.

    Returns:
        Table with columns `clips held out`, `n`, `accuracy`, `low`, `high`
        (Wilson's 95% interval): a row a splitter, then the validation clips.
    """
    scores = {
        _HELD_OUT[splitter]: accuracy(logits, labels)
        for splitter, logits in held_out.items()
    }
    scores["validation split"] = validation
    return pd.DataFrame(
        {"clips held out": name}
        | {column: score[column] for column in ("n", "accuracy", "low", "high")}
        for name, score in scores.items()
    )


def comparison_table(
    held_out: Mapping[str, Mapping[str, np.ndarray]], labels: np.ndarray, of: str
) -> pd.DataFrame:
    """Accuracy of several classifiers on clips that they did not see.

    Args:
        held_out: mapping of the classifier's name to a mapping of splitter name to
            logits, as in `protocol_table`; all with the same splitters.
        labels: int `[clips]`. Of all training clips.
        of: str. Name of the first column, such as `"classifier"`.

    Returns:
        Table with the columns `of` and `n`, and for each splitter `<splitter>`,
        `<splitter> low` and `<splitter> high`: accuracy and Wilson's 95% interval.
    """
    rows = []
    for name, by_splitter in held_out.items():
        row = {of: name, "n": len(labels)}
        for splitter, logits in by_splitter.items():
            score = accuracy(logits, labels)
            row[splitter] = score["accuracy"]
            row[f"{splitter} low"] = score["low"]
            row[f"{splitter} high"] = score["high"]
        rows.append(row)
    return pd.DataFrame(rows)


def intervals(table: pd.DataFrame, of: str) -> list[dict[str, str | float | int]]:
    """A `comparison_table` as the values and intervals that it holds.

    Args:
        table: table as `comparison_table` returns it.
        of: str. Name of its first column.

    Returns:
        A dict for each row and splitter, `name`, `value`, `low`, `high`, `n` and,
        where there are several splitters, `series`.
    """
    series = [column for column in table.columns[2:] if f"{column} low" in table]
    return [
        {
            "name": str(row[of]).replace("_", " "),
            "value": row[column],
            "low": row[f"{column} low"],
            "high": row[f"{column} high"],
            "n": row["n"],
            "series": column if len(series) > 1 else "",
        }
        for row in table.to_dict("records")
        for column in series
    ]

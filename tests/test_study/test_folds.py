import numpy as np
import pytest

from darkhar.study.fold_table import cross_validation_summary, fold_table
from darkhar.training.fold_results import CrossValidation, FoldResult
from darkhar.training.splitters import Fold

LABELS = np.array([0, 1, 0, 1])


def cross_validation():
    """Two folds: the first right on both of its clips, the second on one."""
    odd = np.array([np.log(3), 0.0])
    logits = np.array([odd, -odd, odd, odd], np.float32)
    halves = np.array([0, 1]), np.array([2, 3])
    results = [
        FoldResult(
            fold=Fold(train=halves[1 - i], held_out=halves[i]),
            history={"loss": [1.0] * (3 + i), "val_loss": [1.0] * (3 + i)},
            best_epoch=1 + i,
            logits=logits[halves[i]],
        )
        for i in range(2)
    ]
    return CrossValidation(folds=results, chosen_epochs=2, logits=logits)


def test_fold_table_by_hand():
    table = fold_table(cross_validation(), LABELS)
    assert table["fold"].tolist() == [1, 2]
    assert table["held_out_clips"].tolist() == [2, 2]
    assert table["epochs_run"].tolist() == [3, 4]
    assert table["best_epoch"].tolist() == [1, 2]
    assert table["accuracy"].tolist() == [1.0, 0.5]
    # True class at 3/4 each; then at 3/4 and 1/4.
    quarter = np.log(4)
    three_quarters = np.log(4 / 3)
    assert table["loss"].tolist() == pytest.approx(
        [three_quarters, (three_quarters + quarter) / 2]
    )


def test_summary_by_hand():
    summary = cross_validation_summary(cross_validation(), LABELS)
    assert (summary["correct"], summary["n"], summary["accuracy"]) == (3, 4, 0.75)
    assert summary["accuracy_mean"] == 0.75
    assert summary["accuracy_sd"] == pytest.approx(np.sqrt(2 * 0.25**2))
    assert summary["chosen_epochs"] == 2
    assert summary["low"] < 0.75 < summary["high"]

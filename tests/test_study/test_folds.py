import numpy as np
import pytest

from darkhar.study.fold_tables import (
    comparison_table,
    cross_validation_summary,
    fold_table,
    protocol_table,
)
from darkhar.training.fold_results import CrossValidation, FoldResult
from darkhar.training.splitters import SPLITTERS, Fold

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


def test_protocols_side_by_side():
    validation = {"n": 8, "accuracy": 0.25, "low": 0.1, "high": 0.5, "loss": 2.0}
    table = protocol_table(
        {"scene_grouped": cross_validation().logits}, LABELS, validation
    )
    assert table["clips held out"].tolist() == ["scene by scene", "validation split"]
    assert table["n"].tolist() == [4, 8]
    assert table["accuracy"].tolist() == [0.75, 0.25]
    assert table["high"].tolist()[1] == 0.5


def test_every_splitter_has_its_words():
    held_out = dict.fromkeys(SPLITTERS, cross_validation().logits)
    table = protocol_table(
        held_out, LABELS, {"n": 8, "accuracy": 0, "low": 0, "high": 1}
    )
    assert table["clips held out"].nunique() == len(SPLITTERS) + 1


def test_classifiers_side_by_side():
    right = np.eye(2)[LABELS]
    table = comparison_table(
        {
            "a": {"stratified": right, "scene_grouped": right[::-1]},
            "b": {"stratified": cross_validation().logits, "scene_grouped": right},
        },
        LABELS,
        "classifier",
    )
    assert table.columns.tolist() == [
        "classifier",
        "n",
        "stratified",
        "stratified low",
        "stratified high",
        "scene_grouped",
        "scene_grouped low",
        "scene_grouped high",
    ]
    assert table["classifier"].tolist() == ["a", "b"]
    assert table["stratified"].tolist() == [1.0, 0.75]
    assert table["scene_grouped"].tolist() == [0.0, 1.0]
    # Wilson's interval of four out of four: n / (n + z^2) to one.
    assert table["stratified low"][0] == pytest.approx(4 / (4 + 1.959964**2))
    assert table["scene_grouped high"][0] == pytest.approx(
        1.959964**2 / (4 + 1.959964**2)
    )

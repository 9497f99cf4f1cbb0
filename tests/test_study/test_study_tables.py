import numpy as np
import pytest

from darkhar.config import make_parameters
from darkhar.evaluation.failures import confident_errors
from darkhar.study.ablation_rows import ablation_rows
from darkhar.study.clip_models import ClipModel
from darkhar.study.tables import compare_pairs, study_table, wide

LABELS, VAL_LABELS = np.array([0, 1, 0, 1]), np.array([1, 0])
RIGHT, WRONG = np.eye(2)[LABELS], np.eye(2)[1 - LABELS]
VAL_RIGHT = np.eye(2)[VAL_LABELS]
LOGITS = {
    "a": {
        "stratified": np.stack([RIGHT, WRONG]),
        "official": np.stack([VAL_RIGHT, VAL_RIGHT]),
    },
    "b": {"stratified": RIGHT[np.newaxis]},
}


def test_a_row_for_each_model_and_protocol():
    table = study_table(LOGITS, LABELS, VAL_LABELS)
    assert table["model"].tolist() == ["a", "a", "b"]
    assert table["protocol"].tolist() == [
        "random folds",
        "validation split",
        "random folds",
    ]
    assert table["n"].tolist() == [4, 2, 4]
    assert table["accuracy"].tolist() == [0.5, 1.0, 1.0]
    assert table["sd"].tolist() == pytest.approx([np.sqrt(0.5), 0, 0])
    cells = wide(table)
    assert cells.loc["a"].tolist() == ["0.500 ± 0.707", "1.000 ± 0.000"]
    assert cells.loc["b"].tolist() == ["1.000", ""]


def test_pairs_have_as_many_seeds_as_both():
    (found,) = compare_pairs(
        [("a", "b")], LOGITS, "stratified", LABELS, VAL_LABELS, seed=0
    )
    assert (found.seeds, found.difference) == (1, 0.0)


def test_confident_errors():
    # The second and third clip are wrong; the third is the surest.
    logits = np.log([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.1, 0.9]])
    table = confident_errors("m", logits, LABELS, ["x", "y"], list("pqrs"), n=5)
    assert table["clip"].tolist() == ["r", "q"]
    assert table["index"].tolist() == [2, 1]
    assert table["true"].tolist() == ["x", "y"]
    assert table["predicted"].tolist() == ["y", "x"]
    assert table["probability"].tolist() == pytest.approx([0.8, 0.6])
    assert table["true_probability"].tolist() == pytest.approx([0.2, 0.4])
    assert len(confident_errors("m", logits, LABELS, "xy", "pqrs", n=1)) == 1


def test_ablation_rows_score_held_out_clips():
    model = ClipModel("m", lambda folds, seed: RIGHT, lambda seed: None, False)
    rows = ablation_rows(
        "sampler",
        "uniform",
        "pose",
        model,
        ("stratified", "class_scene_grouped"),
        make_parameters({"folds": 2, "study_seeds": 2}),
        LABELS,
        np.array(list("abcd")),
    )
    assert [row["protocol"] for row in rows] == ["stratified", "class_scene_grouped"]
    assert [(row["accuracy"], row["seeds"], row["n"]) for row in rows] == [
        (1, 2, 4)
    ] * 2

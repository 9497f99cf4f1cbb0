import numpy as np
import pytest
from made_clips import CountedFit, clips_of, study_of

from darkhar.config import PROTOCOLS, SPLITTERS
from darkhar.evaluation.failures import confident_errors
from darkhar.study.pairs import (
    Pair,
    compare_pairs,
    compare_to_first,
    pair_rows,
    pairs,
    placed_rows,
    recall_table,
    scarce_logits,
    surest_errors,
)
from darkhar.study.study_tables import (
    chance_table,
    chance_tests,
    comparison_table,
    intervals,
    model_table,
    protocol_table,
    protocols_table,
    scrap_key,
    wide,
)

LABELS, VAL_LABELS = np.array([0, 1, 0, 1]), np.array([1, 0])
STUDY = study_of(clips_of(LABELS), clips_of(VAL_LABELS), folds=2)
RIGHT, WRONG = np.eye(2)[LABELS], np.eye(2)[1 - LABELS]
VAL_RIGHT = np.eye(2)[VAL_LABELS]
# Three right, one wrong.
MOSTLY = np.eye(2)[[0, 1, 0, 0]]
LOGITS = {
    "a": {
        "stratified": np.stack([RIGHT, WRONG]),
        "official": np.stack([VAL_RIGHT, VAL_RIGHT]),
    },
    "b": {"stratified": RIGHT[np.newaxis], "official": VAL_RIGHT[np.newaxis]},
}


def test_a_row_for_each_model_and_protocol():
    del_official = {"a": LOGITS["a"], "b": {"stratified": RIGHT[np.newaxis]}}
    table = model_table(STUDY, del_official)
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


def test_protocols_and_what_they_leak():
    labels, scenes = np.repeat([0, 1], 6), list("aaabbbcccddd")
    study = study_of(clips_of(labels, scenes), clips_of(VAL_LABELS), folds=3)
    table = protocols_table(study)
    assert table["name"].tolist() == list(PROTOCOLS)
    # Three folds, but for the four scenes and for the one fit of all training clips.
    fits = dict.fromkeys(SPLITTERS, 3) | {"leave_one_scene_out": 4, "official": 1}
    assert dict(zip(table["name"], table["fits"], strict=True)) == fits
    scored = dict.fromkeys(SPLITTERS, 12) | {"official": 2}
    assert dict(zip(table["name"], table["scored"], strict=True)) == scored
    assert all(leak.endswith(".") for leak in table["leak"])


def test_chance_is_tested_with_the_runs_seed_on_validation_clips():
    tests = chance_tests(STUDY, LOGITS)
    table = chance_table(tests)
    assert table["model"].tolist() == ["a", "b"]
    assert table["correct"].tolist() == [2, 2]
    # Of two clips, either both are right or none: two of two dealings are as extreme.
    assert table["p"].tolist() == [1.0, 1.0]
    assert table["verdict"].tolist() == ["compatible with chance"] * 2
    assert scrap_key("appearance, enhanced") == "appearance_enhanced"


def test_pairs_have_as_many_seeds_as_both():
    (found,) = compare_pairs(STUDY, LOGITS, "stratified", [Pair("a", "b", "B")])
    assert (found.seeds, found.difference) == (1, 0.0)
    assert found.p_corrected == found.p


def test_pairs_are_corrected_for_their_number():
    logits = {
        "none": RIGHT[np.newaxis],
        "x": MOSTLY[np.newaxis],
        "y": WRONG[np.newaxis],
    }
    worse, worst = compare_to_first(STUDY, logits, "stratified")
    assert (worse.first, worse.second, worse.difference) == ("none", "x", -0.25)
    # McNemar's exact test of 4 clips that one alone classifies correctly: 2 / 2**4.
    assert worst.p == pytest.approx(0.125)
    assert worst.p_corrected == pytest.approx(0.25)
    table = pair_rows([worse, worst])
    assert table["is_clear"].tolist() == [False, False]
    placed = placed_rows({"held_out": [worse], "validation": [worst]})
    assert placed["comparison"].tolist() == [
        "x against none (held out)",
        "y against none (validation)",
    ]


def test_models_of_pairs_are_scored_where_choices_are_made_and_on_validation():
    fit = CountedFit()
    logits = scarce_logits(STUDY, {"m": fit})
    assert list(logits["m"]) == ["stratified", "official"]
    assert logits["m"]["official"].shape == (3, 2, 2)
    assert {pair.first for pair in pairs("gamma").values()} == {"appearance", "pose"}
    assert pairs("gamma")["enhancement"].subject == "The enhancement (gamma)"


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


def test_errors_and_recall_of_several_models():
    final = {"good": VAL_RIGHT, "bad": VAL_RIGHT[::-1]}
    errors = surest_errors(STUDY, final, ["p", "q"], n=1)
    assert errors["model"].tolist() == ["bad"]
    assert errors["clip"].tolist() == ["p"]
    recall = recall_table(STUDY, final)
    assert recall.columns.tolist() == ["class", "n", "good", "bad"]
    assert recall["n"].tolist() == [1, 1]
    assert recall["good"].tolist() == [1, 1]
    assert recall["bad"].tolist() == [0, 0]


def test_ways_of_holding_out_side_by_side():
    validation = {"n": 8, "accuracy": 0.25, "low": 0.1, "high": 0.5, "loss": 2.0}
    table = protocol_table({"scene_grouped": MOSTLY}, LABELS, validation)
    assert table["clips held out"].tolist() == ["scene by scene", "validation split"]
    assert table["n"].tolist() == [4, 8]
    assert table["accuracy"].tolist() == [0.75, 0.25]
    assert table["high"].tolist()[1] == 0.5
    unscored = protocol_table({"scene_grouped": MOSTLY}, LABELS, None)
    assert unscored["clips held out"].tolist() == ["scene by scene"]
    every = protocol_table(dict.fromkeys(SPLITTERS, MOSTLY), LABELS, validation)
    assert every["clips held out"].nunique() == len(SPLITTERS) + 1


def test_classifiers_side_by_side():
    table = comparison_table(
        {"a_b": RIGHT, "c": MOSTLY, "d": WRONG}, LABELS, of="classifier", on="held out"
    )
    assert table.columns.tolist() == [
        "classifier",
        "n",
        "held out",
        "held out low",
        "held out high",
    ]
    assert table["classifier"].tolist() == ["a_b", "c", "d"]
    assert table["n"].tolist() == [4, 4, 4]
    assert table["held out"].tolist() == [1.0, 0.75, 0.0]
    # Wilson's interval of four out of four: n / (n + z^2) to one.
    certain = 4 / (4 + 1.959964**2)
    assert table["held out low"][0] == pytest.approx(certain)
    assert table["held out high"][2] == pytest.approx(1 - certain)
    shown = intervals(table, "classifier")
    assert shown.columns.tolist() == ["name", "value", "low", "high", "n"]
    assert shown["name"].tolist() == ["a b", "c", "d"]
    assert shown["value"].tolist() == [1.0, 0.75, 0.0]
    assert shown["low"][0] == pytest.approx(certain)
    assert shown["high"][2] == pytest.approx(1 - certain)

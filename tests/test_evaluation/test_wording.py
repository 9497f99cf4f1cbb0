import pandas as pd
import pytest

from darkhar.evaluation.chance import ChanceTest
from darkhar.evaluation.metrics import accuracy_interval
from darkhar.evaluation.paired import PairedComparison
from darkhar.evaluation.scene_probe import SceneProbe
from darkhar.evaluation.wording import (
    enumerated,
    signed_points,
    word_chance,
    word_comparison,
    word_gap,
    word_importance,
    word_many,
    word_p,
    word_probe,
    word_unprobed,
)


def minus(text):
    """The text with true minus signs in place of tildes."""
    return text.replace("~", "\N{MINUS SIGN}")


def comparison(**changes):
    values = {
        "first": "appearance",
        "second": "equalized",
        "n": 36,
        "seeds": 3,
        "difference": 0.1389,
        "low": -0.0556,
        "high": 0.3333,
        "only_first": 3,
        "only_second": 8,
        "p": 0.2266,
    }
    return PairedComparison(**values | changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "Equalization changed accuracy by +13.9 points (95% interval ~5.6 to +33.3;"
            " exact McNemar p = 0.23; 36 clips, 3 seeds), which is compatible with no"
            " effect.",
        ),
        (
            {"low": 0.0, "p": 0.03, "seeds": 1},
            "Equalization changed accuracy by +13.9 points (95% interval 0.0 to +33.3;"
            " exact McNemar p = 0.030; 36 clips), which is compatible with no effect.",
        ),
        (
            {"low": 0.05, "p": 0.0004, "p_corrected": 0.002},
            "Equalization raised accuracy by 13.9 points (95% interval +5.0 to +33.3;"
            " exact McNemar p < 0.001, corrected p = 0.0020; 36 clips, 3 seeds).",
        ),
        (
            {"difference": -0.2, "low": -0.3, "high": -0.1, "p": 0.01},
            "Equalization lowered accuracy by 20.0 points (95% interval ~30.0 to ~10.0;"
            " exact McNemar p = 0.010; 36 clips, 3 seeds).",
        ),
        (
            {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0, "only_first": 0}
            | {"only_second": 0, "seeds": 1},
            "Equalization left accuracy as it was (95% interval 0.0 to 0.0; exact"
            " McNemar p = 1.0; 36 clips): no clip is classified correctly by one"
            " alone.",
        ),
        (
            {"difference": 0.0, "low": -0.1, "high": 0.1, "p": 1.0, "only_first": 4}
            | {"only_second": 4, "seeds": 1, "n": 1},
            "Equalization left accuracy as it was (95% interval ~10.0 to +10.0; exact"
            " McNemar p = 1.0; 1 clip), which is compatible with no effect.",
        ),
        # The interval alone is not enough for a claim.
        (
            {"low": 0.02, "p": 0.03, "p_corrected": 0.12},
            "Equalization changed accuracy by +13.9 points (95% interval +2.0 to +33.3;"
            " exact McNemar p = 0.030, corrected p = 0.12; 36 clips, 3 seeds), but the"
            " test does not exclude that it is no effect.",
        ),
        # Of several seeds, only the first is known not to differ in any clip.
        (
            {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0, "only_first": 0}
            | {"only_second": 0},
            "Equalization left accuracy as it was (95% interval 0.0 to 0.0; exact"
            " McNemar p = 1.0; 36 clips, 3 seeds), which is compatible with no effect.",
        ),
        # Nothing that a claim rests on is rounded to what would contradict it.
        (
            {"low": 0.0004, "p": 0.0497, "seeds": 1},
            "Equalization raised accuracy by 13.9 points (95% interval +0.04 to +33.3;"
            " exact McNemar p = 0.0497; 36 clips).",
        ),
    ],
)
def test_comparison(changes, sentence):
    assert word_comparison(comparison(**changes), "Equalization") == minus(sentence)


@pytest.mark.parametrize(
    ("difference", "low", "high"),
    [(0.1, -0.2, 0.3), (0.1, 0.0, 0.3), (-0.1, -0.3, 0.0), (0.0, -0.1, 0.1)],
)
@pytest.mark.parametrize("p", [0.0001, 0.5])
def test_an_interval_with_zero_never_reads_as_a_change(difference, low, high, p):
    c = comparison(difference=difference, low=low, high=high, p=p, p_corrected=p)
    text = word_comparison(c, "It")
    assert text.endswith("which is compatible with no effect.")
    assert "raised" not in text
    assert "lowered" not in text
    assert "none differs clearly" in word_many([c, c], "Models")


def test_many():
    clear = {"low": 0.05, "p": 0.001, "p_corrected": 0.004}
    first = comparison(second="gamma", **clear)
    second = comparison(second="clahe", p_corrected=0.4)
    third = comparison(
        second="retinex", difference=-0.2, **clear | {"low": -0.3, "high": -0.1}
    )
    end = " clearly in accuracy on these 36 clips (McNemar's exact test, corrected by"
    end += " Holm's method)."
    assert word_many([first, second, third], "Enhancements") == minus(
        "Of 3 enhancements compared with appearance, gamma (+13.9 points) and retinex"
        " (~20.0 points) differ" + end
    )
    assert word_many([first, second], "Enhancements") == (
        "Of 2 enhancements compared with appearance, gamma (+13.9 points) differs" + end
    )
    assert word_many([second, second], "Enhancements") == (
        "Of 2 enhancements compared with appearance, none differs" + end
    )
    assert word_many([second], "Enhancements") == (
        "Compared with appearance, clahe (+13.9 points) does not differ" + end
    )
    assert word_many([first], "Enhancements") == (
        "Compared with appearance, gamma (+13.9 points) differs" + end
    )
    assert word_many([], "Enhancements") == "Enhancements were not compared."
    assert word_many([second, second], "CLAHE variants").startswith(
        "Of 2 CLAHE variants compared with appearance, none differs"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [({}, "not corrected"), ({"first": "pose", "p_corrected": 0.1}, "same first")],
)
def test_what_many_does_not_word(changes, message):
    with pytest.raises(ValueError, match=message):
        word_many([comparison(p_corrected=0.1), comparison(**changes)], "Enhancements")


@pytest.mark.parametrize(
    ("p", "written", "low", "high", "verdict"),
    [
        (0.4, "p = 0.40", 0.04, 0.25, "compatible with chance"),
        (0.01, "p = 0.010", 0.2, 0.4, "above chance"),
        (0.0002, "p < 0.001", 0.02, 0.1, "below chance"),
        (0.01, "p = 0.010", 0.1, 0.4, "compatible with chance"),
        (0.2, "p = 0.20", 0.2, 0.4, "compatible with chance"),
    ],
)
def test_chance(p, written, low, high, verdict):
    test = ChanceTest("appearance", 4 / 36, 4, 36, low, high, 1 / 6, 0.2, p)
    assert word_chance(test) == (
        f"Appearance classifies 4 of 36 clips correctly (0.111; 95% interval {low:.3f}"
        f" to {high:.3f}; permutation test {written}), which is {verdict} (0.167)."
    )


def test_probe():
    def sentence(p):
        return word_probe(
            SceneProbe("frames", 0.853, 0.7, 0.9, 150, 12, 0.4, 0.412, 0.45, p)
        )

    found = (
        "they name the scene of 85% of 150 clips, one of 12 scenes, where scenes"
        " permuted within classes give 41% (permutation test"
    )
    assert sentence(0.005) == (
        "Features of frames tell the scene beyond what the class tells:"
        f" {found} p = 0.0050)."
    )
    assert sentence(0.3) == (
        "That features of frames tell the scene beyond what the class tells is not"
        f" shown: {found} p = 0.30)."
    )


def test_unprobed():
    assert word_unprobed("frames", "no scene has two") == (
        "Whether features of frames tell the scene cannot be asked of these training"
        " clips: no scene has two."
    )


@pytest.mark.parametrize(
    ("correct", "verdict"),
    [(4, "the second is lower"), (32, "a difference is not shown")],
)
def test_gap(correct, verdict):
    inside = {"correct": 81, "n": 90, "accuracy": 0.9}
    outside = {"correct": correct, "n": 36, "accuracy": correct / 36}
    # Newcombe's method 10, from the Wilson limits of the two shares.
    (low_in, high_in), (low_out, high_out) = (
        accuracy_interval(x["correct"], x["n"]) for x in (inside, outside)
    )
    d, p, q = correct / 36 - 0.9, correct / 36, 0.9
    low = d - ((p - low_out) ** 2 + (high_in - q) ** 2) ** 0.5
    high = d + ((high_out - p) ** 2 + (q - low_in) ** 2) ** 0.5
    assert word_gap("appearance", inside, outside) == (
        f"Appearance has an accuracy of 0.900 in random folds and {p:.3f} in the"
        f" validation split: {verdict} ({signed_points(d)}, 95% interval"
        f" {signed_points(low, unit='')} to {signed_points(high, unit='')})."
    )


@pytest.mark.parametrize("correct", [0, 36])
def test_gap_of_nothing(correct):
    both = {"correct": correct, "n": 36, "accuracy": correct / 36}
    # Wilson's limit for 0 of 36 is z^2 / (36 + z^2), on both sides.
    assert word_gap("pose", both, both) == minus(
        f"Pose has an accuracy of {correct / 36:.3f} in random folds and"
        f" {correct / 36:.3f} in the validation split: a difference is not shown (0.0"
        " points, 95% interval ~9.6 to +9.6)."
    )


def test_gap_upwards():
    inside = {"correct": 10, "n": 100, "accuracy": 0.1}
    outside = {"correct": 60, "n": 100, "accuracy": 0.6}
    # Wilson: 0.0552 to 0.1744 and 0.5020 to 0.6906. By Newcombe's method 10,
    # 0.5 - hypot(0.0980, 0.0744) and 0.5 + hypot(0.0906, 0.0448).
    assert word_gap("pose", inside, outside, places=("one place", "another")) == (
        "Pose has an accuracy of 0.100 in one place and 0.600 in another: the second is"
        " higher (+50.0 points, 95% interval +37.7 to +60.1)."
    )


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (1.0, "p = 1.0"),
        (0.2266, "p = 0.23"),
        (0.0999, "p = 0.10"),
        (0.05, "p = 0.050"),
        (0.0496, "p = 0.0496"),
        (0.0494, "p = 0.049"),
        (0.0400, "p = 0.040"),
        (0.0010, "p = 0.0010"),
        (0.00099, "p < 0.001"),
    ],
)
def test_p(p, text):
    assert word_p(p) == text


def test_points_and_lists():
    assert signed_points(-0.0004) == "0.0 points"
    assert signed_points(-0.05, unit="") == minus("~5.0")
    assert enumerated(["a", "b", "c"]) == "a, b and c"
    assert enumerated(["a"]) == "a"


def importance(*rows):
    return pd.DataFrame(rows, columns=["part", "rise", "low", "high"])


def test_importance_names_what_is_not_told_apart():
    rows = [("hips", 0.9, 0.6, 1.2), ("face", 0.1, 0.05, 0.2)]
    assert word_importance(importance(*rows), "groups of joints") == (
        "Of 2 groups of joints, the loss rises most without “hips”, by 0.90 nats per"
        " clip (95% interval 0.60 to 1.20)."
    )
    tied = [("knees", 0.8, 0.5, 1.1), *rows, ("elbows", 0.7, -0.1, 1.4)]
    assert word_importance(importance(*tied), "groups of joints") == (
        "Of 4 groups of joints, the loss rises most without “hips”, by 0.90 nats per"
        " clip (95% interval 0.60 to 1.20); “knees” (by 0.80) is not clearly behind."
    )
    both = [*tied[:3], ("feet", 0.85, 0.4, 1.3)]
    assert word_importance(importance(*both), "parts").endswith(
        "; “feet” (by 0.85) and “knees” (by 0.80) are not clearly behind."
    )


def test_importance_without_a_clear_rise():
    none = [("1st", 0.2, -0.1, 0.5), ("2nd", 0.0, 0.0, 0.0)]
    assert word_importance(importance(*none), "eighths of the clip") == (
        "Of 2 eighths of the clip, none has a rise of the loss whose interval excludes"
        " zero."
    )

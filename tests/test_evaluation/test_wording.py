import pandas as pd
import pytest

from darkhar.evaluation.chance import ChanceTest
from darkhar.evaluation.gaps import Gap
from darkhar.evaluation.paired import PairedComparison
from darkhar.evaluation.probe_result import SceneProbe
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
            "Equalization left accuracy as it was (exact McNemar p = 1.0; 36 clips): no"
            " clip is classified correctly by one alone.",
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
            "Equalization left accuracy as it was (exact McNemar p = 1.0; 36 clips, 3"
            " seeds), in every clip, which does not exclude a small effect.",
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
        "Appearance, with the run's seed, classifies 4 of 36 clips correctly (0.111;"
        f" 95% interval {low:.3f} to {high:.3f}; permutation test {written}), which is"
        f" {verdict} (0.167)."
    )


def test_probe():
    def sentence(p):
        return word_probe(
            SceneProbe("frames", 0.853, 0.7, 0.9, 150, 12, 0.412, 0.45, p)
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


def gap_of(**changes):
    values = {
        "name": "appearance",
        "places": ("random folds", "the validation split"),
        "accuracies": (0.9, 0.2),
        "n": (90, 36),
        "seeds": (3, 3),
        "low": -0.8,
        "high": -0.55,
        "p": 0.0001,
        "p_corrected": 0.0002,
    }
    return Gap(**values | changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "Appearance has an accuracy of 0.900 in random folds and 0.200 in the"
            " validation split (90 and 36 clips; means of 3 seeds): the second is lower"
            " (~70.0 points, 95% interval ~80.0 to ~55.0; Fisher's exact p < 0.001,"
            " corrected p < 0.001).",
        ),
        (
            {"places": ("one place", "another"), "accuracies": (0.1, 0.6)}
            | {"low": 0.38, "high": 0.6, "seeds": (1, 1), "p_corrected": None},
            "Appearance has an accuracy of 0.100 in one place and 0.600 in another (90"
            " and 36 clips): the second is higher (+50.0 points, 95% interval +38.0 to"
            " +60.0; Fisher's exact p < 0.001).",
        ),
    ],
)
def test_gap(changes, sentence):
    assert word_gap(gap_of(**changes)) == minus(sentence)


@pytest.mark.parametrize(
    "changes", [{"high": 0.01}, {"p_corrected": 0.06}, {"p": 0.06, "p_corrected": None}]
)
def test_a_gap_is_claimed_only_if_interval_and_test_exclude_none(changes):
    text = word_gap(gap_of(**changes))
    assert "): a difference is not shown (" in text
    assert "lower" not in text


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
    return pd.DataFrame(rows, columns=["part", "rise", "low", "high", "lead"])


def test_importance_names_what_is_not_told_apart():
    rows = [("hips", 0.9, 0.6, 1.2, 0.0), ("face", 0.1, 0.05, 0.2, 0.5)]
    assert word_importance(importance(*rows), "groups of joints") == (
        "Of 2 groups of joints, the loss rises most without “hips”, by 0.90 nats per"
        " clip (95% interval 0.60 to 1.20)."
    )
    # Also those whose own interval holds zero.
    level = [("knees", 0.8, -0.1, 1.1, -0.2), *rows]
    assert word_importance(importance(*level), "groups of joints") == (
        "Of 3 groups of joints, the loss rises most without “hips”, by 0.90 nats per"
        " clip (95% interval 0.60 to 1.20); “knees” (by 0.80) is not clearly behind."
    )
    both = [*level, ("feet", 0.85, 0.4, 1.3, -0.1)]
    assert word_importance(importance(*both), "parts").endswith(
        "; “feet” (by 0.85) and “knees” (by 0.80) are not clearly behind."
    )


def test_importance_without_a_clear_rise():
    none = [("1st", 0.2, -0.1, 0.5, 0.0), ("2nd", 0.0, 0.0, 0.0, -0.1)]
    assert word_importance(importance(*none), "eighths of the clip") == (
        "Of 2 eighths of the clip, none has a rise of the loss whose interval excludes"
        " zero."
    )

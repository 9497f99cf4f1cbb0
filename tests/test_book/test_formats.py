"""What a reader sees of a value."""

import pytest
from scraps.formats import format_value
from scraps.problems import ScrapProblem


@pytest.mark.parametrize(
    ("value", "spec", "shown"),
    [
        (0.19449, ".3f", "0.194"),
        (0.1945, ".1%", "19.4%"),
        (2 / 3, ".0%", "67%"),
        (-0.02349, "+.3f", "\N{MINUS SIGN}0.023"),
        (0.02349, "+.3f", "+0.023"),
        (-0.0004, ".3f", "0.000"),
        (2.4e-6, ".1e", "2.4 × 10⁻⁶"),
        (3.1e12, ".2e", "3.10 × 10¹²"),
        (0.0, ".1e", "0"),
        (1e-4, "g", "0.0001"),
        (1e-5, "g", "1 × 10⁻⁵"),
        (3369504, ",d", "3,369,504"),
        (36.0, "d", "36"),
        (36.0, "", "36"),
        (36, "", "36"),
        (0, "", "0"),
        (True, "", "yes"),
        ("uniform", "", "uniform"),
        ("0123456789abcdef", ".4", "0123"),
        (["Jump"], "", "Jump"),
        (["Jump", "Run", "Sit"], "", "Jump, Run and Sit"),
        ([0.25, 0.5], ".1f", "0.2 and 0.5"),
        ([], "", "none"),
    ],
)
def test_format(value, spec, shown):
    assert format_value(value, spec, "key") == shown


@pytest.mark.parametrize(
    ("value", "spec", "problem"),
    [
        (float("nan"), ".3f", "baseline#x is nan, not a number"),
        (float("inf"), ".3f", "baseline#x is inf, not a number"),
        ("nan", ".3f", "baseline#x is nan, not a number"),
        ([0.5, float("nan")], ".3f", "baseline#x is nan, not a number"),
        (None, ".3f", "baseline#x is empty"),
        ({"accuracy": 1}, "", "baseline#x is a group of results"),
        (0.5, "", "baseline#x is a fractional number and needs a format"),
        (0.5, "d", "with format 'd'"),
        ("uniform", ".3f", "with format '.3f'"),
        (b"1", "", "baseline#x is no number and no text"),
    ],
)
def test_unusable(value, spec, problem):
    with pytest.raises(ScrapProblem) as raised:
        format_value(value, spec, "baseline#x")
    assert problem in str(raised.value)

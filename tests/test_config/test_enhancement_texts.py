import pytest

from darkhar.config import (
    ENHANCEMENTS,
    ParameterError,
    canonical_enhancement,
    make_parameters,
    parse_enhancement,
    parse_parameters,
)


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("none", "none", {}),
        ("gamma", "gamma", {"gamma": 2.2}),
        ("gamma:gamma=2.8", "gamma", {"gamma": 2.8}),
        ("gamma:gamma=3", "gamma", {"gamma": 3.0}),
        ("clahe", "clahe", {"clip_limit": 2.0, "tiles": 8}),
        ("clahe:tiles=4", "clahe", {"clip_limit": 2.0, "tiles": 4}),
        (" clahe : tiles = 4 ", "clahe", {"clip_limit": 2.0, "tiles": 4}),
        (
            "clahe:tiles=16,clip_limit=3",
            "clahe",
            {"clip_limit": 3.0, "tiles": 16},
        ),
        ("retinex:saturated=5e-2", "retinex", {"saturated": 0.05}),
        ("agcwd:alpha=.75", "agcwd", {"alpha": 0.75}),
    ],
)
def test_texts(text, name, values):
    parsed = parse_enhancement(text)
    assert parsed == (name, values)
    for key, value in parsed[1].items():
        assert type(value) is type(values[key])


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("gamma:gamma=2.2", "gamma"),
        ("gamma:gamma=2.20", "gamma"),
        ("gamma:gamma=2.80", "gamma:gamma=2.8"),
        ("gamma:gamma=3.0", "gamma:gamma=3"),
        ("clahe:tiles=8,clip_limit=2", "clahe"),
        ("clahe:tiles=4,clip_limit=3", "clahe:clip_limit=3,tiles=4"),
        ("clahe:tiles=10", "clahe:tiles=10"),
        ("clahe: tiles=08 , clip_limit=1e1", "clahe:clip_limit=10"),
        ("retinex:saturated=-0.0", "retinex:saturated=0"),
        ("retinex:saturated=1e-3", "retinex:saturated=0.001"),
        ("none", "none"),
    ],
)
def test_canonical(text, canonical):
    assert canonical_enhancement(text) == canonical
    assert canonical_enhancement(canonical) == canonical
    assert parse_enhancement(canonical) == parse_enhancement(text)


@pytest.mark.parametrize("name", ENHANCEMENTS)
def test_defaults_are_in_their_ranges(name):
    assert canonical_enhancement(name) == name
    for parameter in ENHANCEMENTS[name].parameters.values():
        assert type(parameter.default) is parameter.type
        assert parameter.parse(str(parameter.default)) == parameter.default
        assert parameter.parse(str(parameter.high)) == parameter.high


WRONG = [
    ("gama", "unknown enhancement 'gama'; did you mean 'gamma'?"),
    ("", "unknown enhancement ''"),
    ("Clahe", "did you mean 'clahe'?"),
    (
        "gamma:gama=2",
        "enhancement 'gamma' has no parameter 'gama'; did you mean 'gamma',"
        " a number above 0.1 and at most 10?",
    ),
    ("clahe:tile=4", "did you mean 'tiles', a whole number of at least 1 and at most"),
    (
        "gamma:gamma=0.1",
        "'gamma' of enhancement 'gamma' should be a number above 0.1 and at most 10."
        " Received: '0.1'",
    ),
    ("gamma:gamma=10.1", "at most 10. Received: '10.1'"),
    ("gamma:gamma=nan", "Received: 'nan'"),
    ("gamma:gamma=inf", "Received: 'inf'"),
    ("gamma:gamma=", "Received: ''"),
    ("gamma:gamma=1_0", "Received: '1_0'"),
    ("clahe:tiles=4.0", "should be a whole number of at least 1 and at most 64"),
    ("clahe:tiles=65", "Received: '65'"),
    ("clahe:clip_limit=0.9", "a number of at least 1 and at most 256"),
    ("agcwd:alpha=0", "a number above 0 and at most 1"),
    ("retinex:saturated=-0.1", "a number of at least 0 and at most 0.25"),
    ("gamma:", "takes key=value after the colon, keys: gamma. Received: 'gamma:'"),
    ("clahe:4", "keys: clip_limit, tiles"),
    ("clahe:tiles=4,", "takes key=value"),
    ("clahe:tiles=4,tiles=4", "got 'tiles' twice"),
    ("none:x=1", "enhancement 'none' has no parameters"),
    ("textbook_equalization:bins=8", "has no parameters"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_wrong_texts(text, message):
    for function in (parse_enhancement, canonical_enhancement):
        with pytest.raises(ParameterError) as raised:
            function(text)
        assert message in str(raised.value)
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_wrong_texts_as_a_run_parameter(text, message):
    with pytest.raises(ParameterError) as made:
        make_parameters({"enhancement": text})
    with pytest.raises(ParameterError) as parsed:
        parse_parameters({"enhancement": text})
    assert str(made.value) == str(parsed.value)
    assert str(made.value).startswith("parameter 'enhancement': ")
    assert message in str(made.value)
    assert "\n" not in str(made.value)
    assert made.value.exit_code == 2


def test_run_parameter_is_canonical():
    text = "clahe:tiles=4,clip_limit=2.0"
    assert make_parameters({"enhancement": text}).enhancement == "clahe:tiles=4"
    assert parse_parameters({"enhancement": text}) == {"enhancement": "clahe:tiles=4"}
    assert parse_parameters({"enhancement": "none"}) == {"enhancement": "none"}
    same = make_parameters({"enhancement": "gamma:gamma=2.2"})
    assert same == make_parameters({"enhancement": "gamma"})


def test_run_parameter_is_a_text():
    with pytest.raises(ParameterError, match="'enhancement' should be a valid string"):
        make_parameters({"enhancement": 2.2})

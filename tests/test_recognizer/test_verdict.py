import pytest

from darkhar.recognizer.verdict import NOBODY_SEEN, NOT_SURE, Verdict

CHANCES = {"Run": 0.2, "Walk": 0.7, "Sit": 0.05}


def test_the_likeliest_is_the_answer():
    verdict = Verdict(CHANCES)
    assert verdict.action == "Walk"
    assert [name for name, _ in verdict.ranked] == ["Walk", "Run", "Sit"]
    assert verdict.as_dict() == {
        "action": "Walk",
        "likeliest": "Walk",
        "probability": 0.7,
        "next": "Run",
        "next_probability": 0.2,
        "unsure": "",
        "probabilities": CHANCES,
    }


def test_unsure_names_no_action_but_the_likeliest():
    verdict = Verdict(CHANCES, NOT_SURE)
    assert verdict.action is None
    assert verdict.as_dict()["likeliest"] == "Walk"


def test_of_a_clip_that_could_not_be_looked_at_there_are_no_probabilities():
    found = Verdict({}, NOBODY_SEEN).as_dict()
    assert found["action"] is found["likeliest"] is found["next"] is None
    assert found["unsure"] == "nobody seen" and found["probability"] == 0


def test_one_without_probabilities_says_why():
    with pytest.raises(ValueError, match="says why"):
        Verdict({})

import re

import pytest

from darkhar.config import ENHANCEMENTS, FUSIONS, NAMES, SPLITTERS
from darkhar.config.ranges import allowed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("seed", "a whole number, at least 0, below 2147483648"),
        ("learning_rate", "a number, above 0, at most 1"),
        (
            "n_samples",
            "a whole number, at least 1, at most 1000, or a number, above 0, at most 1",
        ),
        ("pose_tracking", "true or false"),
        ("data_dir", "a path, or none"),
        ("fusion", ", ".join(FUSIONS)),
        ("pose_splitter", f"{', '.join(SPLITTERS)}, or none"),
    ],
)
def test_in_words(name, words):
    assert allowed(name) == words


def test_an_enhancement_with_its_own_parameters():
    words = allowed("pose_enhancement")
    assert re.sub(r" \([^)]*\)", "", words) == ", ".join(ENHANCEMENTS)
    assert "gamma (gamma: a number above 0.1 and at most 10)" in words
    assert "at most 256; tiles: a whole number of at least 1 and at most 64)" in words


def test_all_have_words():
    assert all(allowed(name) for name in NAMES)

import pytest

from darkhar.config import NAMES
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
        ("fusion", "score_average, concatenation, gate"),
        (
            "pose_splitter",
            "stratified, leave_one_scene_out, scene_grouped, class_scene_grouped, or"
            " none",
        ),
    ],
)
def test_in_words(name, words):
    assert allowed(name) == words


def test_an_enhancement_with_its_own_parameters():
    words = allowed("pose_enhancement")
    assert words.startswith("none, keras_cv_equalization, textbook_equalization, ")
    assert "gamma (gamma: a number above 0.1 and at most 10), clahe (" in words


def test_all_have_words():
    assert all(allowed(name) for name in NAMES)

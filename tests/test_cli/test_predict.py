"""`darkhar predict`, with a recognizer whose answers are known."""

import csv
import io
import json

import pytest

from darkhar import recognizer as room
from darkhar.cli.main import main
from darkhar.config import DataError
from darkhar.recognizer.verdict import NOBODY_SEEN, NONE_OF_THESE, Verdict

VERDICTS = {
    "a.mp4": Verdict({"Run": 0.25, "Walk": 0.7}),
    "b.mp4": Verdict({"Run": 0.25, "Walk": 0.1}, NONE_OF_THESE),
    "c.mp4": Verdict({}, NOBODY_SEEN),
}


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    asked = []
    monkeypatch.chdir(tmp_path)
    for name in (*VERDICTS, "bad.mp4"):
        (tmp_path / name).touch()

    class Fake:
        def predict_file(self, path):
            if path.name not in VERDICTS:
                raise DataError(f"{path}: does not decode")
            return VERDICTS[path.name]

    def load_recognizer(parameters):
        asked.append(parameters)
        return Fake()

    monkeypatch.setattr(room, "load_recognizer", load_recognizer)

    def called(*arguments):
        with pytest.raises(SystemExit) as caught:
            main(["predict", *arguments])
        printed = capsys.readouterr()
        return caught.value.code, printed.out.splitlines(), printed.err, asked

    return called


def test_a_line_a_clip(call):
    code, lines, _, _ = call("a.mp4", "b.mp4", "c.mp4")
    assert code == 0
    assert lines == [
        "a.mp4: Walk 0.70, next Run 0.25",
        "b.mp4: unsure (none of the actions), Run 0.25, next Walk 0.10",
        "c.mp4: unsure (nobody seen)",
    ]


def test_one_that_cannot_be_read_keeps_no_other_from_being_judged(call):
    code, lines, errors, _ = call("bad.mp4", "a.mp4")
    assert code == 1
    assert lines == ["a.mp4: Walk 0.70, next Run 0.25"]
    assert errors == "error: bad.mp4: does not decode\n"


def test_a_missing_one_is_named_before_work_starts(call):
    code, lines, errors, asked = call("a.mp4", "gone.mp4")
    assert (code, lines, asked) == (1, [], [])
    assert errors == "error: gone.mp4: no such clip\n"


def test_objects_and_tables(call):
    _, lines, _, _ = call("--json", "a.mp4", "c.mp4")
    first, second = map(json.loads, lines)
    assert first["clip"] == "a.mp4" and first["action"] == "Walk"
    assert first["probabilities"] == {"Run": 0.25, "Walk": 0.7}
    assert second["action"] is None and second["unsure"] == "nobody seen"
    _, lines, _, _ = call("--csv", "a.mp4", "b.mp4")
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    assert rows[0] == {
        "clip": "a.mp4",
        "action": "Walk",
        "likeliest": "Walk",
        "probability": "0.7",
        "next": "Run",
        "next_probability": "0.25",
        "unsure": "",
    }
    assert rows[1]["action"] == "" and rows[1]["unsure"] == "none of the actions"


def test_what_looks_at_the_clips(call):
    _, _, _, asked = call("-p", "pose_model=movenet_thunder", "a.mp4")
    assert asked[0].pose_model == "movenet_thunder" and asked[0].pose_every_frame


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-p", "lstm_units=3", "a.mp4"], "the recognizer takes pose_model, pose_weig"),
        (["-p", "pose_model", "a.mp4"], "-p takes KEY=VALUE"),
        (["-p", "pose_model=x", "a.mp4"], "pose_model"),
        ([], "Missing argument 'CLIP...'"),
    ],
)
def test_a_wrong_call(call, arguments, words):
    code, lines, errors, asked = call(*arguments)
    assert (code, lines, asked) == (2, [], [])
    assert words in errors

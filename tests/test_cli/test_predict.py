"""`darkhar predict`, with predictions that are known."""

import csv
import io
import json
from pathlib import Path

import pytest

from darkhar.cli.main import main
from darkhar.config import DataError
from darkhar.pipeline import predictions as module
from darkhar.pipeline.predictions import Prediction
from darkhar.recognizer.timeline import Segment
from darkhar.recognizer.verdict import NOBODY_SEEN, NONE_OF_THESE, Verdict

VERDICTS = {
    "a.mp4": Verdict({"Run": 0.25, "Walk": 0.7}),
    "b.mp4": Verdict({"Run": 0.25, "Walk": 0.1}, NONE_OF_THESE),
    "c.mp4": Verdict({}, NOBODY_SEEN),
}


SEGMENTS = (
    Segment(0, 2.25, "Walk", 0.7),
    Segment(2.25, 4.0, None, 0.2, NONE_OF_THESE),
)


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    asked = []
    monkeypatch.chdir(tmp_path)
    for name in (*VERDICTS, "bad.mp4"):
        (tmp_path / name).touch()

    def predictions(request, paths, *, scheduler):
        asked.append((request, scheduler))
        for path in paths:
            if path.name not in VERDICTS:
                yield DataError(f"{path}: does not decode")
            elif request.window is None:
                yield Prediction(path, VERDICTS[path.name])
            else:
                yield Prediction(path, segments=SEGMENTS)

    monkeypatch.setattr(module, "predictions", predictions)

    def called(*arguments, listing=""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(listing.encode())))
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
    assert (code, lines, asked) == (2, [], [])
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


def test_folders_and_lists(call, tmp_path):
    (tmp_path / "film" / "deep").mkdir(parents=True)
    for name in ("film/c.mp4", "film/deep/a.MP4", "film/notes.txt", "film/.b.mp4"):
        (tmp_path / name).touch()
    VERDICTS["a.MP4"] = VERDICTS["a.mp4"]
    _, lines, _, _ = call("film")
    assert [line.split(":")[0] for line in lines] == ["film/c.mp4", "film/deep/a.MP4"]
    _, lines, _, _ = call("-", "c.mp4", listing="\ufeffb.mp4\n\na.mp4\r\nfilm/deep\n")
    names = [line.split(":")[0] for line in lines]
    assert names == ["b.mp4", "a.mp4", "film/deep/a.MP4", "c.mp4"]
    # One that is gone from a list keeps no other from being judged.
    code, lines, errors, _ = call("-", listing="gone.mp4\na.mp4\n")
    assert code == 1 and lines == ["a.mp4: Walk 0.70, next Run 0.25"]
    (tmp_path / "empty").mkdir()
    code, _, errors, _ = call("empty")
    assert code == 2 and errors.startswith("error: empty holds no clip; name files")
    assert call("-")[2].startswith("error: the list holds no clip")


def test_windows(call):
    _, lines, _, asked = call("--window", "2", "a.mp4", "b.mp4")
    assert lines[:3] == [
        "a.mp4: 0.00 to 2.25 s, Walk 0.70",
        "a.mp4: 2.25 to 4.00 s, unsure (none of the actions)",
        "b.mp4: 0.00 to 2.25 s, Walk 0.70",
    ]
    assert asked[-1][0].window == 2 and asked[-1][0].step == 0.5
    _, lines, _, _ = call("--window", "2", "--csv", "a.mp4")
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    assert rows[1] == {
        "clip": "a.mp4",
        "start": "2.25",
        "end": "4.0",
        "action": "",
        "probability": "0.2",
        "unsure": NONE_OF_THESE,
    }
    _, lines, _, _ = call("--window", "2", "--json", "a.mp4")
    assert json.loads(lines[0])["end"] == 2.25


def test_what_looks_at_the_clips(call):
    _, _, _, asked = call("-p", "pose_model=movenet_thunder", "a.mp4")
    (request, scheduler), *_ = asked
    assert request.parameters.pose_model == "movenet_thunder"
    assert request.parameters.pose_every_frame
    assert scheduler is None
    options = ["--scheduler", "tcp://host:8786", "--sheet", "s.png", "--video", "v.mp4"]
    _, _, _, asked = call(*options, "a.mp4")
    request, scheduler = asked[-1]
    assert scheduler == "tcp://host:8786"
    assert (request.sheet, request.video) == (Path("s.png"), Path("v.mp4"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-p", "lstm_units=3", "a.mp4"], "the recognizer takes pose_model, pose_weig"),
        (["-p", "pose_model", "a.mp4"], "-p takes KEY=VALUE"),
        (["-p", "pose_model=x", "a.mp4"], "pose_model"),
        ([], "Missing argument 'CLIP...'"),
        (["--json", "--csv", "a.mp4"], "--json and --csv are two forms: give one"),
        (["--step", "1", "a.mp4"], "--step is from window to window: give --window"),
        (["--run", "gone", "a.mp4"], "no results of a run or in a folder 'gone'"),
        (["--run", "demo", "-p", "engine=auto", "a.mp4"], "give --run or -p, not both"),
        (["--window", "0.1", "a.mp4"], "a window lasts 0.5 s or longer"),
        (["--window", "2", "--step", "-1", "a.mp4"], "a step is longer than no time"),
    ],
)
def test_a_wrong_call(call, arguments, words):
    code, lines, errors, asked = call(*arguments)
    assert (code, lines, asked) == (2, [], [])
    assert words in errors


def test_whatever_a_name_holds_is_a_line(call, tmp_path):
    name = "a\nb.mp4"
    (tmp_path / name).touch()
    VERDICTS[name] = VERDICTS["a.mp4"]
    assert call(name)[1] == ["a\\nb.mp4: Walk 0.70, next Run 0.25"]
    (line,) = call("--json", name)[1]
    assert json.loads(line)["clip"] == name

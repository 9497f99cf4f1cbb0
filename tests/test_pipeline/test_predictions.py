"""What is asked of files, with a recognizer whose answers are known."""

import contextlib
import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from written_clips import write_clip

from darkhar.config import DataError, UsageError
from darkhar.data.video import decode_frames
from darkhar.pipeline import predictions as module
from darkhar.pipeline.predictions import Request, predictions
from darkhar.recognizer import Recognizer
from darkhar.recognizer.confidence import Confidence
from darkhar.recognizer.recognizer import Sighting
from darkhar.recognizer.simulated import SETTINGS
from darkhar.recognizer.timeline import Segment


@dataclasses.dataclass(frozen=True)
class Still(Recognizer):
    """Sees one person who stands still, and is sure that this is walking."""

    def look_at(self, path, *, longest=np.inf):
        if longest < 2:
            raise DataError(f"{path} lasts longer")
        n_frames = len(decode_frames(path))
        keypoints = np.random.default_rng(0).uniform(0.3, 0.7, (n_frames, 17, 3))
        path = np.tile([1.0, 0, 0, 0, 9], (n_frames, 1))
        return Sighting(keypoints, path, 30.0)


def surely(poses):
    return np.log(np.tile([0.1, 0.8, 0.1], (len(poses), 1)))


@pytest.fixture(autouse=True)
def recognizer(monkeypatch):
    settings = SETTINGS.replace(pose_samples=8)
    found = Still(settings, ("Run", "Walk"), surely, Confidence(1.0, 0.6))
    monkeypatch.setattr(module, "load_recognizer", lambda parameters: found)
    module._recognizer.cache_clear()
    yield found
    module._recognizer.cache_clear()


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.mp4"
    write_clip(path, range(66))
    return path


def test_a_file_as_one_clip_and_in_windows(clip):
    (found,) = predictions(Request(SETTINGS), [clip])
    assert found.path == clip and found.verdict.action == "Walk"
    assert found.segments == ()
    (found,) = predictions(Request(SETTINGS, window=1.0), [clip])
    assert found.verdict is None
    assert found.segments == (Segment(0, 2.2, "Walk", pytest.approx(0.8)),)


def test_what_cannot_be_judged_keeps_no_other_from_it(clip, tmp_path):
    (tmp_path / "bad.mp4").write_bytes(b"no video")
    bad, good = predictions(Request(SETTINGS), [tmp_path / "bad.mp4", clip])
    assert isinstance(bad, DataError) and "bad.mp4 does not decode" in str(bad)
    assert good.verdict.action == "Walk"


@pytest.mark.parametrize("window", [None, 1.0])
def test_a_sheet_and_a_video(clip, tmp_path, window):
    sheet, video = tmp_path / "out" / "sheet.png", tmp_path / "out" / "video.mp4"
    request = Request(SETTINGS, window=window, sheet=sheet, video=video)
    assert len(list(predictions(request, [clip]))) == 1
    assert sorted(path.name for path in sheet.parent.iterdir()) == [
        "sheet.png",
        "video.mp4",
    ]
    width, height = Image.open(sheet).size
    assert width == 1350 and height > 600
    frames = decode_frames(video)
    assert frames.shape == (66, 32, 32, 3)
    # The first frame has 20 of 255; it is brightened by a gamma of 2.2.
    corner = frames[0, -4:, -4:].mean()
    assert corner == pytest.approx(255 * (20 / 255) ** (1 / 2.2), abs=6)
    # And has the answer on black.
    assert frames[0, 0, 0].max() < 40


def test_of_several_files_a_folder(clip, tmp_path):
    other = tmp_path / "deep" / "clip.mp4"
    other.parent.mkdir()
    write_clip(other, range(20))
    request = Request(SETTINGS, sheet=tmp_path / "sheets", video=tmp_path / "videos")
    assert len(list(predictions(request, [clip, other]))) == 2
    expected = {"sheets": "clip.mp4.png", "videos": "clip.mp4.annotated.mp4"}
    for folder, name in expected.items():
        root = tmp_path / folder
        found = {path.relative_to(root) for path in root.rglob("*.*")}
        assert found == {Path(name), Path("deep") / name}


def test_the_recognizer_of_a_run(clip, monkeypatch, recognizer, tmp_path):
    asked = []

    def load_run_recognizer(folder):
        asked.append(folder)
        return dataclasses.replace(recognizer, actions=("Sit", "Wave"))

    monkeypatch.setattr(
        "darkhar.pipeline.run_recognizer.load_run_recognizer", load_run_recognizer
    )
    monkeypatch.chdir(tmp_path)
    (found,) = predictions(Request(SETTINGS, run=Path("mine")), [clip])
    assert found.verdict.action == "Wave" and asked == [tmp_path / "mine"]


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ({"video": "clip.mp4"}, "--video .*clip.mp4 is a clip that is looked at"),
        ({"sheet": "sheet.pdf"}, "--sheet writes a .png file. Received: .*sheet.pdf"),
        ({"video": "video.avi"}, "--video writes a .mp4 file"),
        ({"sheet": "."}, "--sheet writes a .png file"),
        ({"sheet": "clip.mp4/sheet.png"}, "clip.mp4 cannot be written to"),
    ],
)
def test_what_cannot_be_written_is_said_before_a_clip_is_looked_at(
    clip, tmp_path, outputs, words, monkeypatch
):
    monkeypatch.setattr(Still, "look_at", None)
    before = clip.read_bytes()
    outputs = {name: tmp_path / output for name, output in outputs.items()}
    with pytest.raises(UsageError, match=words):
        list(predictions(Request(SETTINGS, **outputs), [clip]))
    assert clip.read_bytes() == before


def test_a_disk_that_is_full_is_a_complaint_about_one_file(clip, monkeypatch, tmp_path):
    def fail(*_, **__):
        raise OSError(28, "No space left on device", "part")

    monkeypatch.setattr(module, "write_annotated", fail)
    request = Request(SETTINGS, video=tmp_path / "video.mp4")
    (found,) = predictions(request, [clip])
    assert str(found) == f"{clip}: No space left on device"


def test_a_recognizer_that_cannot_be_had_is_said_once(clip, monkeypatch):
    def fail(parameters):
        raise UsageError("no such engine")

    monkeypatch.setattr(module, "load_recognizer", fail)
    with pytest.raises(UsageError, match="no such engine"):
        list(predictions(Request(SETTINGS), [clip, clip]))


def test_on_a_cluster(clip, monkeypatch, tmp_path):
    asked = {}

    class Future:
        def __init__(self, value):
            self.value = value

        def result(self):
            return self.value

    class Client:
        def map(self, call, *arguments, pure):
            asked["pure"], asked["paths"] = pure, list(arguments[1])
            return [Future(call(*of_one)) for of_one in zip(*arguments, strict=True)]

    @contextlib.contextmanager
    def workers(scheduler, n_workers, shared):
        asked["scheduler"] = scheduler
        yield Client()

    monkeypatch.setattr("darkhar.pipeline.sweep.cluster.workers", workers)
    monkeypatch.chdir(tmp_path)
    request = Request(SETTINGS, sheet=Path("sheet.png"))
    (found,) = predictions(request, [Path("clip.mp4")], scheduler="tcp://host:8786")
    # Workers have working folders of their own.
    assert asked == {"pure": False, "paths": [clip], "scheduler": "tcp://host:8786"}
    assert found.path == Path("clip.mp4") and found.verdict.action == "Walk"
    assert (tmp_path / "sheet.png").is_file()

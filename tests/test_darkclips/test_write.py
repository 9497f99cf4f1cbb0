"""The dataset on disk."""

import dataclasses
import hashlib
import re
import subprocess
import sys

import av
import pytest

from darkclips import ClipSpec, clip_plan, plan, write, write_dark_clips

TINY = {"train_clips_per_class": 1, "val_clips_per_class": 1}


def digest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    calls = []
    # Short clips make a dataset in seconds.
    patch = pytest.MonkeyPatch()
    patch.setattr(plan, "MIN_FRAMES", 4)
    patch.setattr(plan, "MAX_FRAMES", 9)
    folder = tmp_path_factory.mktemp("data") / "clips"
    write_dark_clips(
        folder,
        seed=5,
        workers=1,
        progress=lambda done, total: calls.append((done, total)),
        **TINY,
    )
    specs = clip_plan(5, 1, 1)
    patch.undo()
    return folder, calls, specs


def test_mapping_has_tabs_and_lf(dataset):
    expected = b"0\tJump\n1\tRun\n2\tSit\n3\tStand\n4\tTurn\n5\tWalk\n"
    assert (dataset[0] / "mapping_table_23.txt").read_bytes() == expected


@pytest.mark.parametrize("split", ["train", "validate"])
def test_lists_have_tabs_crlf_and_existing_paths(dataset, split):
    folder, _, _ = dataset
    text = (folder / f"{split}.txt").read_bytes().decode()
    assert text.count("\r\n") == text.count("\n") == 6 and text.endswith("\r\n")
    rows = [line.split("\t") for line in text.splitlines()]
    assert [int(row) for row, _, _ in rows] == list(range(6))
    assert sorted(int(label) for _, label, _ in rows) == list(range(6))
    for _, label, path in rows:
        assert (folder / split / path).is_file()
        if split == "train":
            match = re.fullmatch(r"(\w+)/(\w+)_(\d+)_(\d+)\.mp4", path)
            name = ("Jump", "Run", "Sit", "Stand", "Turn", "Walk")[int(label)]
            assert match[1] == match[2] == name
        else:
            assert re.fullmatch(r"\d+\.mp4", path)
    listed = {path for _, _, path in rows}
    root = folder / split
    assert listed == {str(path.relative_to(root)) for path in root.rglob("*.mp4")}


def test_clips_are_dark_h264(dataset):
    folder, _, specs = dataset
    for spec in specs:
        with av.open(str(folder / spec.split / spec.path)) as container:
            stream = container.streams.video[0]
            assert stream.codec_context.name == "h264"
            assert (stream.width, stream.height) == (320, 240)
            assert stream.average_rate == 30
            assert stream.codec_context.pix_fmt == "yuv420p"
            frames = [
                frame.to_ndarray(format="rgb24") for frame in container.decode(stream)
            ]
        assert len(frames) == spec.frames
        assert 5 < sum(frame.mean() for frame in frames) / len(frames) < 40


def test_progress_counts_every_clip(dataset):
    assert dataset[1] == [(done, 12) for done in range(1, 13)]


def test_nothing_is_left_beside_the_dataset(dataset):
    assert [path.name for path in dataset[0].parent.iterdir()] == ["clips"]


def test_number_of_workers_does_not_change_a_byte(tmp_path):
    # Long enough for the encoder's look-ahead to have something to look at.
    specs = [ClipSpec("validate", n, 6, n, 14 + n, (0, 1, n, 0)) for n in range(3)]
    for workers in (1, 2):
        (tmp_path / str(workers) / "validate").mkdir(parents=True)
        write.render_all(tmp_path / str(workers), specs, workers)
    first, second = digest(tmp_path / "1"), digest(tmp_path / "2")
    assert len(first) == 3
    assert first == second


def test_writing_again_writes_the_same_bytes(dataset, tmp_path):
    folder, _, specs = dataset
    spec = specs[0]
    (tmp_path / spec.split / spec.path).parent.mkdir(parents=True)
    write.render_all(tmp_path, [spec], 1)
    again = (tmp_path / spec.split / spec.path).read_bytes()
    assert again == (folder / spec.split / spec.path).read_bytes()


def test_another_seed_writes_another_clip(dataset, tmp_path):
    folder, _, specs = dataset
    spec = specs[0]
    other = dataclasses.replace(spec, seed=(6, *spec.seed[1:]))
    (tmp_path / spec.split / spec.path).parent.mkdir(parents=True)
    write.render_all(tmp_path, [other], 1)
    written = (tmp_path / spec.split / spec.path).read_bytes()
    assert written != (folder / spec.split / spec.path).read_bytes()


def test_an_empty_folder_may_already_be_there(tmp_path, monkeypatch):
    monkeypatch.setattr(write, "render_all", lambda *arguments: None)
    (tmp_path / "clips").mkdir()
    write_dark_clips(tmp_path / "clips", workers=1, **TINY)
    assert (tmp_path / "clips" / "train.txt").is_file()


def test_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=re.escape(str(tmp_path))):
        write_dark_clips(tmp_path, **TINY)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    "numbers",
    [{"train_clips_per_class": 0}, {"val_clips_per_class": 0}, {"workers": 0}],
)
def test_numbers_below_one_are_refused(tmp_path, numbers):
    with pytest.raises(ValueError, match="=0"):
        write_dark_clips(tmp_path / "clips", **numbers)
    assert not (tmp_path / "clips").exists()


def test_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "render_all", stop)
    with pytest.raises(KeyboardInterrupt):
        write_dark_clips(tmp_path / "clips", workers=1, **TINY)
    assert list(tmp_path.iterdir()) == []


def test_tensorflow_is_not_needed():
    code = "import sys, darkclips; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

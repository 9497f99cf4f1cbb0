import hashlib
import multiprocessing
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
from tiny_clips import write_clip, write_folder

from darkhar.config import DataError, UsageError, cache_root, make_parameters
from darkhar.data.source import resolve_data


def resolve(folder):
    return resolve_data(make_parameters({"data_dir": str(folder)}))


def test_folder_of_the_users(folder):
    source = resolve(folder)
    assert source.directory == folder
    assert not source.embedded
    assert len(source.layout.train) == 3
    assert [clip.n_frames for clip in source.layout.train] == [4, 7, 5]
    assert [clip.n_frames for clip in source.layout.val] == [6, 3]
    content = (folder / "validate/26.mp4").read_bytes()
    assert source.layout.val[0].sha256 == hashlib.sha256(content).hexdigest()


def test_relative_folder_is_relative_to_the_current_one(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert resolve(folder.name).directory == folder
    with pytest.raises(UsageError, match="missing"):
        resolve("elsewhere")


def test_fingerprint_is_of_contents_not_of_place_or_line_endings(folder, tmp_path):
    moved = shutil.copytree(folder, tmp_path / "moved")
    for file in moved.glob("*.txt"):
        file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n"))
    assert resolve(moved).fingerprint == resolve(folder).fingerprint


def change_clip(folder):
    write_clip(folder / "validate/26.mp4", 6, start=40)


def change_label(folder):
    (folder / "validate.txt").write_bytes(b"2\t1\t26.mp4\r\n18\t1\t177.mp4\r\n")


def change_name(folder):
    (folder / "mapping_table_23.txt").write_bytes(b"0\tHop\n1\tRun\n")


def drop_clip(folder):
    (folder / "validate.txt").write_bytes(b"2\t0\t26.mp4\r\n")


@pytest.mark.parametrize("change", [change_clip, change_label, change_name, drop_clip])
def test_fingerprint_moves_with(folder, change):
    before = resolve(folder).fingerprint
    change(folder)
    assert resolve(folder).fingerprint != before


@pytest.fixture
def renderer(monkeypatch):
    """Stands in for the generator of the embedded clips; keeps its calls."""
    calls = []

    def write_dark_clips(directory, **arguments):
        calls.append(arguments)
        write_folder(directory)

    room = types.SimpleNamespace(write_dark_clips=write_dark_clips)
    monkeypatch.setitem(sys.modules, "darkclips", room)
    return calls


def test_embedded_clips_are_rendered_once_for_each_seed_and_count(renderer):
    source = resolve_data(make_parameters({"seed": 3, "val_clips_per_class": 2}))
    assert source.embedded
    assert source.directory.parent == cache_root() / "dark_clips"
    expected = {"seed": 3, "train_clips_per_class": 15, "val_clips_per_class": 2}
    assert [{name: call[name] for name in expected} for call in renderer] == [expected]
    resolve_data(make_parameters({"seed": 3, "val_clips_per_class": 2, "epochs": 7}))
    assert len(renderer) == 1
    other = resolve_data(make_parameters({"seed": 4, "val_clips_per_class": 2}))
    assert len(renderer) == 2
    assert other.directory != source.directory


def test_failed_rendering_is_tried_again(renderer, monkeypatch):
    room = sys.modules["darkclips"]
    write = room.write_dark_clips

    def fail(directory, **_):
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "write_dark_clips", fail)
    with pytest.raises(KeyboardInterrupt):
        resolve_data(make_parameters({}))
    monkeypatch.setattr(room, "write_dark_clips", write)
    assert len(resolve_data(make_parameters({})).layout.val) == 2


def test_a_renderers_worker_does_not_wait_for_its_parent(renderer, monkeypatch):
    monkeypatch.setattr(multiprocessing, "parent_process", object)
    with pytest.raises(UsageError, match=r"under `if __name__ == \"__main__\":`"):
        resolve_data(make_parameters({}))
    assert renderer == []


def test_needs_no_tensorflow():
    code = (
        "import darkhar.data.check, darkhar.data.source, sys;"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)


def test_clip_that_does_not_decode_is_named(folder):
    (folder / "validate/26.mp4").write_bytes(b"no video")
    (folder / "validate/177.mp4").write_bytes(b"no video")
    for _ in range(2):  # nor is it forgotten
        with pytest.raises(DataError, match=r"26\.mp4 does not decode"):
            resolve(folder)


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"no")])
def test_embedded_clips_that_were_damaged_are_rendered_again(renderer, damage):
    parameters = make_parameters({"val_clips_per_class": 2})
    source = resolve_data(parameters)
    damage(source.layout.val[0].path)
    assert resolve_data(parameters).fingerprint == source.fingerprint
    assert len(renderer) == 2

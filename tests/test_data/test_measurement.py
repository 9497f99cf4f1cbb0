import functools
import os
import shutil

import pytest
from tiny_clips import write_clip

from darkhar.config import DataError, cache_root
from darkhar.data import measurement
from darkhar.data.folder_layouts import read_layout
from darkhar.data.measurement import (
    MeasuredClip,
    content_sha256,
    file_sha256,
    measure_clips,
    read_content,
)

# FIPS 180-2, appendix B.1.
SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def decoded(monkeypatch):
    """Names of the clips that are decoded."""
    names = []
    measure = measurement.measure_video

    @functools.wraps(measure)  # which stands in the key
    def spy(content, *, name):
        names.append(name)
        return measure(content, name=name)

    monkeypatch.setattr(measurement, "measure_video", spy)
    return names


@pytest.fixture
def read(monkeypatch):
    """Files whose contents are hashed; times tell, however young they are."""
    paths = []
    sha256 = measurement.file_sha256

    def spy(path):
        paths.append(path)
        return sha256(path)

    monkeypatch.setattr(measurement, "file_sha256", spy)
    monkeypatch.setattr(measurement, "_STEP", 0)
    return paths


def kept():
    """The files of what is known of clips."""
    return [p for p in (cache_root() / "clips").rglob("*") if p.is_file()]


def measure(folder):
    return list(measure_clips(read_layout(folder).clips))


def test_what_lists_say_and_what_clips_hold(folder):
    first, *_, last = measure(folder)
    assert first == MeasuredClip(
        clip_id="train/Jump/Jump_11_1",
        path=folder / "train/Jump/Jump_11_1.mp4",
        label=0,
        class_name="Jump",
        scene="11",
        split="train",
        n_frames=4,
        height=32,
        width=48,
        fps=30.0,
        # Levels of 20, 30, 40, 50; H.264 in limited range is off by up to one.
        brightness=pytest.approx(35, abs=1),
        sha256=file_sha256(folder / "train/Jump/Jump_11_1.mp4"),
    )
    assert (last.clip_id, last.n_frames) == ("validate/177", 3)


def test_decoded_once_wherever_they_lie(folder, tmp_path, decoded):
    before = measure(folder)
    assert sorted(decoded) == sorted(str(clip.path) for clip in before)
    moved = shutil.copytree(folder, tmp_path / "moved")
    after = measure(moved)
    assert len(decoded) == 5
    assert [clip.brightness for clip in after] == [clip.brightness for clip in before]
    assert after[0].path.is_relative_to(moved)


def test_only_what_is_new_is_decoded(folder, decoded):
    measure(folder)
    write_clip(folder / "validate/26.mp4", 2)
    assert [clip.n_frames for clip in measure(folder)] == [4, 7, 5, 2, 3]
    assert decoded[5:] == [str(folder / "validate/26.mp4")]


@pytest.mark.parametrize(
    ("file", "n_decoded"), [("data/video.py", 10), ("data/layout.py", 5)]
)
def test_decoded_again_by_other_code(folder, decoded, change_code, file, n_decoded):
    measure(folder)
    change_code(file)
    measure(folder)
    assert len(decoded) == n_decoded


def test_what_is_damaged_in_the_cache_is_measured_again(folder, decoded):
    before = measure(folder)
    for path in kept():
        path.write_bytes(path.read_bytes()[:-3])
    assert measure(folder) == before
    assert len(decoded) == 10
    assert measure(folder) == before
    assert len(decoded) == 10


def test_clips_that_do_not_decode_are_told_and_asked_again(folder, decoded):
    (folder / "validate/26.mp4").write_bytes(b"no video")
    for n_decoded in (5, 6):
        *_, error, last = measure(folder)
        assert isinstance(error, DataError)
        assert str(error).startswith(f"{folder}/validate/26.mp4 does not decode (")
        assert last.n_frames == 3
        assert len(decoded) == n_decoded


def test_clip_that_may_not_be_read(folder, monkeypatch):
    locked = folder / "validate/26.mp4"
    monkeypatch.setattr(os, "access", lambda path, mode: path != locked)
    *_, error, last = measure(folder)
    assert str(error).startswith(f"{locked} cannot be read; change its permissions")
    assert last.n_frames == 3


def test_hash_by_hand(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert file_sha256(tmp_path / "abc") == SHA256_OF_ABC
    assert content_sha256(tmp_path / "abc") == SHA256_OF_ABC


def test_unchanged_file_is_not_read_again(tmp_path, read):
    file = tmp_path / "abc"
    file.write_bytes(b"abc")
    assert [content_sha256(file) for _ in range(3)] == [SHA256_OF_ABC] * 3
    assert read == [file]


def test_file_as_young_as_a_file_systems_step_is_read(tmp_path, read, monkeypatch):
    monkeypatch.setattr(measurement, "_STEP", 1e9)
    file = tmp_path / "abc"
    file.write_bytes(b"abc")
    content_sha256(file)
    content_sha256(file)
    assert read == [file, file]


def rewrite(file):
    file.write_bytes(b"abc")


def replace(file):
    other = file.with_name("other")
    other.write_bytes(b"abc")
    other.replace(file)


@pytest.mark.parametrize("change", [rewrite, replace])
@pytest.mark.parametrize("set_back", [False, True])
def test_changed_file_of_the_same_size_is_noticed(tmp_path, read, change, set_back):
    file = tmp_path / "file"
    file.write_bytes(b"cba")
    content_sha256(file)
    state = file.stat()
    while file.stat().st_ctime_ns == state.st_ctime_ns:  # until the clock's next step
        change(file)
    if set_back:
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert content_sha256(file) == SHA256_OF_ABC
    assert read == [file, file]


def test_contents_are_those_that_were_hashed(tmp_path):
    file = tmp_path / "abc"
    file.write_bytes(b"abc")
    assert read_content(file, SHA256_OF_ABC) == b"abc"
    file.write_bytes(b"abd")
    with pytest.raises(DataError, match="abc has changed since it was read; call"):
        read_content(file, SHA256_OF_ABC)
    file.unlink()
    with pytest.raises(DataError, match="abc: no such clip"):
        read_content(file, SHA256_OF_ABC)


def test_measurements_are_of_the_content_that_was_hashed(folder, monkeypatch):
    """A clip that is replaced between the two is measured as neither."""
    monkeypatch.setattr(measurement, "content_sha256", lambda path: SHA256_OF_ABC)
    first, *_ = measure(folder)
    assert isinstance(first, DataError)
    assert kept() == []

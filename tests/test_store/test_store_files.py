import pytest

from darkhar.store.files import file_sha256, replacing, write_atomically


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_whole_in_a_folder_that_was_not_there(tmp_path):
    path = tmp_path / "new" / "file"
    with replacing(path) as part:
        part.write_text("half")
        assert not path.exists()
        part.write_text("whole")
    assert path.read_text() == "whole"
    assert names(path.parent) == ["file"]


def test_a_folder_appears_whole(tmp_path):
    path = tmp_path / "folder"
    with replacing(path) as part:
        part.mkdir()
        (part / "a").write_text("1")
        assert not path.exists()
    assert (path / "a").read_text() == "1"
    assert names(tmp_path) == ["folder"]


def write_file(part):
    part.write_text("new")


def write_folder(part):
    part.mkdir()
    (part / "a").write_text("1")


@pytest.mark.parametrize("write", [write_file, write_folder, lambda part: None])
def test_what_was_interrupted_leaves_nothing(tmp_path, write):
    path = tmp_path / "result"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as part:
        write(part)
        raise KeyboardInterrupt
    assert names(tmp_path) == ["result"]
    assert path.read_text() == "old"


def test_equal_content_is_left_untouched(tmp_path):
    path = tmp_path / "new" / "file"
    assert write_atomically(path, "é")
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert not write_atomically(path, "é".encode())
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert path.read_bytes() == b"\xc3\xa9"
    assert write_atomically(path, "e")
    assert path.read_bytes() == b"e"


def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("old")

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert names(tmp_path) == ["file"]
    assert path.read_text() == "old"


def test_sha256_of_the_standards_example(tmp_path):
    # FIPS 180-4's one-block message.
    (tmp_path / "abc").write_bytes(b"abc")
    assert file_sha256(tmp_path / "abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )

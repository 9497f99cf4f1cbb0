import pytest

from darkhar.store.files import write_atomically


def test_leaves_equal_content_untouched(tmp_path):
    path = tmp_path / "new" / "file"

    assert write_atomically(path, "é")
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert not write_atomically(path, "é".encode())

    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert path.read_bytes() == b"\xc3\xa9"


def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("old")

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")

    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_text() == "old"

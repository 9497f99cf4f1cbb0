import pytest

from darkhar.config import UsageError, cache_root


def test_the_cache_is_a_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "new" / "cache"))
    assert cache_root().is_dir()
    (tmp_path / "file").touch()
    for taken in ("file", "file/cache"):
        monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / taken))
        with pytest.raises(UsageError, match="is no folder; name another"):
            cache_root()

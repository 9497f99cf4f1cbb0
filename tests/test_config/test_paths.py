from pathlib import Path

import pytest

from darkhar.config import UsageError, cache_root, project_root
from darkhar.config.paths import checkout


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The library as in `site-packages`, far from a checkout; gives the home folder."""
    site = tmp_path / "lib" / "python3" / "site-packages"
    monkeypatch.setattr(
        "darkhar.config.paths.__file__", str(site / "darkhar" / "config" / "paths.py")
    )
    monkeypatch.delenv("DARKHAR_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    return tmp_path / "home"


def test_the_cache_is_a_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "new" / "cache"))
    assert cache_root().is_dir()
    (tmp_path / "file").touch()
    for taken in ("file", "file/cache"):
        monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / taken))
        with pytest.raises(UsageError, match="is no folder; name another"):
            cache_root()


def test_in_a_checkout_the_cache_is_there(monkeypatch):
    monkeypatch.delenv("DARKHAR_CACHE", raising=False)
    root = Path(__file__).resolve().parents[2]
    assert (checkout(), project_root()) == (root, root)
    assert cache_root() == root / ".cache"


def test_elsewhere_the_cache_is_the_users(installed, monkeypatch):
    assert checkout() is None
    root = cache_root()
    assert root.name == "darkhar"
    assert root.is_dir()
    assert root.is_relative_to(installed)
    monkeypatch.setenv("DARKHAR_CACHE", str(installed / "named"))
    assert cache_root() == installed / "named"


def test_elsewhere_there_is_no_project(installed):
    with pytest.raises(UsageError, match=r"^this needs a checkout of the repository"):
        project_root()

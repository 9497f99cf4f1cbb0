"""Fixtures of the data room: a tiny folder, and a cache of the test's own."""

import pytest
from tiny_clips import write_folder


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "clips")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    directory = tmp_path / "cache"
    monkeypatch.setenv("DARKHAR_CACHE", str(directory))
    return directory

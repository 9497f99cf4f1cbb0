"""A cache of the test's own: what tests compute is not kept among results."""

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))

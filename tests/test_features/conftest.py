"""A cache of the test's own, and small clips of unequal length and size."""

import numpy as np
import pytest

from darkhar.features.movenet_weights import PUBLISHED, find_movenet


@pytest.fixture(autouse=True)
def feature_cache_root(tmp_path, monkeypatch):
    directory = tmp_path / "cache"
    monkeypatch.setenv("DARKHAR_CACHE", str(directory))
    return directory


@pytest.fixture
def unequal_clips():
    """Three uint8 clips `[T, H, W, 3]` of noise."""
    noise = np.random.default_rng(0)
    shapes = [(9, 20, 30), (2, 10, 10), (5, 16, 8)]
    return [noise.integers(0, 256, (*s, 3)).astype(np.uint8) for s in shapes]


@pytest.fixture(scope="session")
def movenet_files():
    """From a model's name to its graph in the project's cache; skips without."""

    # Looked up before a test has a cache of its own.
    found = {name: find_movenet(name) for name in PUBLISHED}

    def file(name):
        if found[name] is None:
            pytest.skip(
                f"no weights of {name} here: run `darkhar weights fetch {name}`"
            )
        return found[name]

    return file

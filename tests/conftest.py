"""A cache of the test's own, and what tests of several rooms share.

Builders of small inputs are in `shared/`, which is on the path.
"""

import dataclasses
import shutil

import numpy as np
import pytest

from darkhar.config import POSE_CLASSIFIERS, POSE_MODELS
from darkhar.pose.movenet_weights import find_movenet
from darkhar.store import code


def pytest_collection_modifyitems(items):
    """Marks tests that ask for MoveNet's weights."""
    for item in items:
        if "movenet_files" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.weights)


@pytest.fixture(autouse=True)
def own_cache(request, tmp_path, monkeypatch):
    """What tests compute is not kept among results.

    Those that execute the paper's notebooks share its cache.
    """
    if request.node.path.name == "test_notebooks.py":
        return None
    directory = tmp_path / "cache"
    monkeypatch.setenv("DARKHAR_CACHE", str(directory))
    return directory


@pytest.fixture
def change_code(tmp_path, monkeypatch):
    """Changes a line of a module, as far as keys go: in a copy of the library."""
    copy = tmp_path / "copy"
    for package in ("darkclips", "darkhar"):
        ignore = shutil.ignore_patterns("*.pyc")
        shutil.copytree(code._ROOT / package, copy / package, ignore=ignore)

    def change(file, package="darkhar"):
        path = copy / package / file
        path.write_text(path.read_text() + "# changed\n")
        code.code_of.cache_clear()

    monkeypatch.setattr(code, "_ROOT", copy)
    yield change
    code.code_of.cache_clear()


@pytest.fixture
def few_simulated(monkeypatch):
    """Classifiers are fitted on 60 simulated clips where they are on thousands."""
    for name, row in POSE_CLASSIFIERS.items():
        if row.simulated:
            few = dataclasses.replace(row, simulated=60)
            monkeypatch.setitem(POSE_CLASSIFIERS, name, few)


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
    found = {name: find_movenet(name) for name in POSE_MODELS}

    def file(name):
        if found[name] is None:
            pytest.skip(
                f"no weights of {name} here: run `darkhar weights fetch {name}`"
            )
        return found[name]

    return file

"""How nbval re-executes the notebooks: where, which, and what it compares."""

import os
import tempfile
from pathlib import Path

import pytest
from glued_scraps import moved
from nbval.plugin import IPyNbCell

from darkhar.config import NOTEBOOKS, Parameters
from darkhar.config.cores import cores
from darkhar.pipeline.graph import execution_order
from darkhar.pipeline.kernels import environment
from darkhar.pipeline.needs import MOVENET_HINT, movenet_at_hand

# Scraps are compared with tolerances, and plots through the numbers that they show;
# HTML repeats the plain text; TensorFlow's start-up notices differ by machine and are
# not stored.
_NOT_COMPARED = (
    "stderr",
    "application/scrapbook.scrap.json+json",
    "application/scrapbook.scrap.text+json",
    "image/svg+xml",
    "text/html",
)


# Markers of tests that take longest.
_LONG = ("notebooks", "books", "kernels")

_COMPILED = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_configure(config):
    """Kernels are started as in a run: with a share of the cores, and what XLA has
    compiled for one is there for all. Workers of pytest-xdist inherit that."""
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.TemporaryDirectory(prefix="darkhar-")
    config.stash[_COMPILED] = folder
    share = max(cores() // (config.getoption("numprocesses", None) or 1), 1)
    os.environ.update(environment(share, Path(folder.name)))


def pytest_unconfigure(config):
    if _COMPILED in config.stash:
        config.stash[_COMPILED].cleanup()


def pytest_collectstart(collector):
    if getattr(collector, "skip_compare", None) is not None:
        collector.skip_compare += _NOT_COMPARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Holds what a re-executed cell glued to what is stored."""
    yield
    if isinstance(item, IPyNbCell) and item.path.stem in NOTEBOOKS:
        lines = moved(item.cell.outputs, item.test_outputs, item.path.stem)
        if lines:
            raise AssertionError("\n".join(["results moved:", *lines]))


def pytest_collection_modifyitems(items):
    """Puts notebooks first, in the order of the run, then what else takes long, so that
    both processes end at about the same time; and skips notebooks that cannot be
    executed.

    What they need is not fetched.
    """
    order = {name: number for number, name in enumerate(execution_order(NOTEBOOKS))}

    def notebook(item):
        return item.path.stem if item.path.suffix == ".ipynb" else None

    def place(item):
        takes_long = any(map(item.get_closest_marker, _LONG))
        return order.get(notebook(item), len(order) + (not takes_long))

    items.sort(key=place)
    needing = [
        item
        for item in items
        if notebook(item) in NOTEBOOKS and NOTEBOOKS[notebook(item)].needs_movenet
    ]
    if needing and not movenet_at_hand(Parameters()):
        for item in needing:
            item.add_marker(pytest.mark.skip(reason=MOVENET_HINT))

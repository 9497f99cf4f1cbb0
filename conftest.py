"""How nbval re-executes the notebooks: which, and what it compares."""

import pytest

from darkhar.config import Parameters
from darkhar.pipeline.graph import GRAPH, execution_order
from darkhar.pipeline.needs import NEEDS

# Scraps are compared with tolerances in tests/test_notebooks.py, plots through
# the numbers they show; HTML repeats the plain text; TensorFlow's start-up
# notices differ by machine and are not stored.
_NOT_COMPARED = (
    "stderr",
    "application/scrapbook.scrap.json+json",
    "application/scrapbook.scrap.text+json",
    "image/svg+xml",
    "text/html",
)


def pytest_collectstart(collector):
    if getattr(collector, "skip_compare", None) is not None:
        collector.skip_compare += _NOT_COMPARED


def pytest_collection_modifyitems(items):
    """Puts notebooks in the order of the run, and skips those that cannot be executed.

    What they need is not fetched.
    """
    order = {name: number for number, name in enumerate(execution_order(GRAPH))}
    items.sort(
        key=lambda item: (
            order.get(item.path.stem, len(order))
            if item.path.suffix == ".ipynb"
            else len(order)
        )
    )
    reasons = {}
    for item in items:
        need = NEEDS.get(item.path.stem) if item.path.suffix == ".ipynb" else None
        if need is None:
            continue
        if need not in reasons:
            reasons[need] = None if need.at_hand(Parameters()) else need.hint
        if reasons[need] is not None:
            item.add_marker(pytest.mark.skip(reason=reasons[need]))

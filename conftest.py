"""What nbval compares when pytest re-executes the notebooks."""

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

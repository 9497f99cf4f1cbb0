"""The scraps among a cell's outputs, and which of them moved when it was run again."""

from collections.abc import Sequence

from nbformat import NotebookNode

from darkhar.pipeline.compare import compare
from darkhar.results import flatten

_DATA = "application/scrapbook.scrap.json+json"


def glued(outputs: Sequence[NotebookNode], notebook: str) -> dict:
    """What a cell glued: values by `notebook#scrap.field`."""
    values = {
        scrap["name"]: scrap["data"]
        for output in outputs
        if (scrap := output.get("data", {}).get(_DATA))
    }
    return flatten(values, f"{notebook}#")


def moved(
    committed: Sequence[NotebookNode], rerun: Sequence[NotebookNode], notebook: str
) -> list[str]:
    """A line for each result that differs by more than its tolerance."""
    rows = compare(glued(committed, notebook), glued(rerun, notebook))
    return [f"{row.key}: {row.a} is now {row.b}" for row in rows if row.changed]

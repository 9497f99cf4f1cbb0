"""Reading the scraps of one executed notebook."""

import base64
import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat

from darkhar.config import ResultsError
from darkhar.results.values import flatten, plain

SUFFIXES = {"image/svg+xml": ".svg", "image/png": ".png"}

# scrapbook stores what is not finite as text.
_NOT_FINITE = {"nan", "inf", "-inf", "infinity", "-infinity"}


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure as bytes.

    Args:
        mime: str. `"image/svg+xml"` or `"image/png"`.
        payload: bytes. The file's content.
        shows_frames: bool. Whether frames of clips are to be seen on it.
    """

    mime: str
    payload: bytes
    shows_frames: bool


@dataclasses.dataclass(frozen=True)
class NotebookScraps:
    """What a notebook glued: values by name, figures by name."""

    values: dict[str, Any]
    figures: dict[str, Figure]


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Reads a notebook file.

    Raises:
        ResultsError: no such file, or no notebook.
    """
    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise ResultsError(f"cannot read {path}: {error.strerror}") from None
    except Exception as error:  # nbformat raises what its parsers raise
        raise ResultsError(
            f"{path} is not a notebook: {str(error).splitlines()[0]}"
        ) from None


def read_scraps(path: Path) -> NotebookScraps:
    """Reads an executed notebook's scraps.

    Raises:
        ResultsError: no such notebook, a notebook that failed, a name glued
            twice, a value that is not finite.
    """
    # scrapbook takes a second to import; reading a published run needs it not.
    from scrapbook.models import Notebook

    node = read_notebook(path)
    if node.metadata.get("papermill", {}).get("exception"):
        raise ResultsError(f"{path} failed when it was executed; its scraps are void")
    for name, count in Counter(_glued_names(node)).items():
        if count > 1:
            raise ResultsError(f"{path} glues '{name}' {count} times")
    scraps = Notebook(node).scraps
    values = {
        name: plain(data, f"{path.stem}#{name}")
        for name, data in scraps.data_dict.items()
    }
    for key, leaf in flatten(values, f"{path.stem}#").items():
        if isinstance(leaf, str) and leaf.lower() in _NOT_FINITE:
            raise ResultsError(f"'{key}' is {leaf}, which is not a result")
    figures = {
        name: _figure(path, name, output)
        for name, output in scraps.display_dict.items()
    }
    return NotebookScraps(values, figures)


def _glued_names(node: nbformat.NotebookNode) -> list[str]:
    return [
        output.metadata.scrapbook.name
        for cell in node.cells
        for output in cell.get("outputs", [])
        if "scrapbook" in output.get("metadata", {})
    ]


def _figure(path: Path, name: str, output: nbformat.NotebookNode) -> Figure:
    metadata = output.metadata.get("darkhar", {})
    shows_frames = bool(metadata.get("shows_frames", True))
    if "image/svg+xml" in output.data:
        payload = "".join(output.data["image/svg+xml"]).encode()
        return Figure("image/svg+xml", payload, shows_frames)
    if "image/png" in output.data:
        payload = base64.b64decode("".join(output.data["image/png"]))
        return Figure("image/png", payload, shows_frames)
    raise ResultsError(f"{path}: '{name}' is no SVG or PNG image; use glue_figure")

"""Executed notebooks fit to be shown: no timings, no paths of the machine."""

import copy
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat

from darkhar.config import cache_root, project_root

_SCRAP = "application/scrapbook"
_DECLARED = "parameters"
_INJECTED = "injected-parameters"
# The file name under which a kernel compiles a cell, in warnings.
_CELL_FILE = re.compile(r"/\S*?/ipykernel_\d+/\d+\.py(:\d+)?")

_CODE_SPAN = re.compile(r"(`[^`]+`)")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#$~|&]")

# `I0000 00:00:1795572240.111800 9843 port.cc:153] ...`, and the notice before.
_LOG_LINE = re.compile(
    r"^(?:[IWEF]\d{4} \d\d:\d\d:[\d.]+ .*|WARNING: All log messages before absl.*)\n?",
    re.MULTILINE,
)


def without_paths(
    node: nbformat.NotebookNode, folders: Mapping[Path, str] | None = None
) -> nbformat.NotebookNode:
    """A copy whose code and text outputs name no folder of the machine.

    Paths inside the checkout become relative to it, those in the cache begin
    with `.cache`, and those in the home folder with `~`.

    Args:
        node: the notebook.
        folders: mapping of further folders to what stands for them.
    """
    folders = {
        **(folders or {}),
        cache_root(): ".cache",
        project_root(): "",
        Path.home(): "~",
    }
    node = copy.deepcopy(node)
    for cell in node.cells:
        cell.source = _relative(cell.source, folders)
        for output in cell.get("outputs", []):
            if "text" in output:
                output.text = _relative(output.text, folders)
            for mime, payload in output.get("data", {}).items():
                if mime.startswith("text/"):
                    output.data[mime] = _relative(payload, folders)
            if "traceback" in output:
                output.traceback = [_relative(t, folders) for t in output.traceback]
    return node


def without_logs(node: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy without the lines that TensorFlow's own code logs to stderr.

    They hold times and process numbers, and no setting keeps them all away.
    """
    node = copy.deepcopy(node)
    for cell in node.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                output.text = _LOG_LINE.sub("", output.text)
        if "outputs" in cell:
            cell.outputs = [o for o in cell.outputs if o.get("text") != ""]
    return node


def with_outputs(
    source: nbformat.NotebookNode,
    executed: nbformat.NotebookNode,
    *,
    keep_injected: bool = False,
) -> nbformat.NotebookNode:
    """The source notebook with the outputs of its execution.

    Prose, cell ids and metadata are the source's; cells are counted from 1.

    Args:
        source: the notebook as it is written.
        executed: the notebook as papermill left it.
        keep_injected: bool. Whether the cell that papermill injected stays.

    Raises:
        ValueError: the code is not the same.
    """
    done = [cell for cell in executed.cells if cell.cell_type == "code"]
    injected = [cell for cell in done if _has_tag(cell, _INJECTED)]
    done = [cell for cell in done if not _has_tag(cell, _INJECTED)]
    code = [cell for cell in source.cells if cell.cell_type == "code"]
    if [cell.source for cell in code] != [cell.source for cell in done]:
        raise ValueError("the code is not the same")
    filled = copy.deepcopy(source)
    results = iter(done)
    cells = []
    for cell in filled.cells:
        cells.append(cell)
        if cell.cell_type != "code":
            continue
        cell.outputs = copy.deepcopy(next(results).outputs)
        if keep_injected and _has_tag(cell, _DECLARED):
            cells += [_bare(extra) for extra in injected]
    filled.cells = cells
    for count, cell in enumerate((c for c in cells if c.cell_type == "code"), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    return filled


def not_executed(source: nbformat.NotebookNode, reason: str) -> nbformat.NotebookNode:
    """The source notebook without outputs; under its title, that it was not run.

    Args:
        source: the notebook as it is written; it begins with its title.
        reason: str. Why it was not run, in plain text with code in backticks.
    """
    node = copy.deepcopy(source)
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    title, _, rest = node.cells[0].source.partition("\n")
    note = f"> **Not run:** {_escaped(reason)}"
    node.cells[0].source = f"{title}\n\n{note}\n{rest}".rstrip()
    return node


def without_scraps(node: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy without data scraps, which nobody sees, and without scraps' names.

    MyST-NB would read the names as its own glue, once for each page.
    """
    node = copy.deepcopy(node)
    for cell in node.cells:
        if "outputs" not in cell:
            continue
        cell.outputs = [
            output
            for output in cell.outputs
            if not any(mime.startswith(_SCRAP) for mime in output.get("data", {}))
        ]
        for output in cell.outputs:
            output.get("metadata", {}).pop("scrapbook", None)
    return node


def _has_tag(cell: nbformat.NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def _bare(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    # An id of its own would differ from run to run.
    return nbformat.v4.new_code_cell(cell.source, id=_INJECTED)


def _escaped(text: str) -> str:
    """Markdown that reads as the text, with its code in backticks left as it is."""
    parts = _CODE_SPAN.split(text)
    parts[::2] = [_MARKDOWN.sub(r"\\\g<0>", part) for part in parts[::2]]
    return "".join(parts)


def _relative(text: str, folders: Mapping[Path, str]) -> str:
    text = _CELL_FILE.sub("<cell>", text)
    for folder, short in folders.items():
        if folder == Path(folder.anchor):
            continue
        prefix = f"{short}/" if short else ""
        text = text.replace(f"{folder}/", prefix)
        text = re.sub(rf"{re.escape(str(folder))}(?![\w.-])", short or ".", text)
    return text

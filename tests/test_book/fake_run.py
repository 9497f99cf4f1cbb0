"""Finished runs made without running anything."""

import base64
import functools
import io

import matplotlib as mpl
import nbformat
from matplotlib.figure import Figure as MatplotlibFigure

from darkhar.config import Parameters
from darkhar.results.manifest import write_manifest
from darkhar.results.scraps import Figure


@functools.cache
def picture(title, *, shows_frames=False):
    """A small real picture: PNG where it would show frames, else SVG."""
    figure = MatplotlibFigure(figsize=(6, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1, 2], [0, 1, 0.5])
    axes.set_title(title)
    content = io.BytesIO()
    if shows_frames:
        figure.savefig(content, format="png", dpi=150)
        return Figure("image/png", content.getvalue(), True)
    with mpl.rc_context({"svg.hashsalt": "fake"}):
        figure.savefig(content, format="svg", metadata={"Date": None})
    return Figure("image/svg+xml", content.getvalue(), False)


def table(columns, *rows):
    return {"columns": columns, "rows": [list(row) for row in rows]}


def write_run(directory, notebooks, *, finished=True, not_run=None):
    """Writes executed notebooks and `results.json`.

    Args:
        directory: Path. The run's folder.
        notebooks: dict of notebook name to `NotebookScraps`.
        finished: bool. As in `results.json`.
        not_run: dict of notebook name to reason. As in `results.json`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for name, scraps in notebooks.items():
        nbformat.write(executed_notebook(name, scraps), directory / f"{name}.ipynb")
    write_results(directory, notebooks, finished, not_run=not_run)


def write_published(directory, notebooks, *, not_run=None):
    """Writes a published run: `results.json` and the pictures without frames."""
    write_results(directory, notebooks, True, not_run=not_run)
    for name, scraps in notebooks.items():
        for figure_name, figure in scraps.figures.items():
            if not figure.shows_frames:
                path = directory / f"{name}.{figure_name}.svg"
                path.write_bytes(figure.payload)


def write_results(directory, notebooks, finished, parameters=None, not_run=None):
    write_manifest(
        directory,
        finished=finished,
        parameters=parameters or Parameters(),
        data={"fingerprint": "ab" * 32, "embedded": True},
        notebooks={
            name: {
                "stage_key": stage_key(name),
                "wall_time_s": 12.5,
                "notebook_sha256": "cd" * 32,
            }
            for name in notebooks
        },
        validation={
            "models": ["baseline: appearance"],
            "evaluations": 1,
            "evaluations_ever": 4,
            "settings_ever": 2,
            "since": "2026-01-31",
        },
        scraps=notebooks,
        not_run=not_run,
    )


def stage_key(name):
    return name.encode().hex().ljust(64, "0")


def executed_notebook(name, scraps):
    """A notebook with one code cell that glued each scrap."""
    cells = [nbformat.v4.new_markdown_cell(f"# The {name} notebook", id="title")]
    for scrap, value in scraps.values.items():
        outputs = [_data_output(scrap, value)]
        cells.append(_code_cell(f"glue({scrap!r}, {scrap})", f"glue-{scrap}", outputs))
    for scrap, figure in scraps.figures.items():
        outputs = [_figure_output(scrap, figure)]
        cells.append(_code_cell(f"glue_figure({scrap!r}, figure)", scrap, outputs))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["darkhar"] = {"stage_key": stage_key(name)}
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def _code_cell(source, name, outputs):
    cell_id = name.replace("_", "-")[:64]
    return nbformat.v4.new_code_cell(
        source, id=cell_id, outputs=outputs, execution_count=1
    )


def _data_output(name, value):
    encoder = "text" if isinstance(value, str) else "json"
    mime = f"application/scrapbook.scrap.{encoder}+json"
    payload = {"name": name, "data": value, "encoder": encoder, "version": 1}
    return nbformat.v4.new_output(
        "display_data",
        data={mime: payload},
        metadata={"scrapbook": {"name": name, "data": True, "display": False}},
    )


def _figure_output(name, figure):
    payload = figure.payload
    text = (
        base64.b64encode(payload).decode()
        if figure.mime == "image/png"
        else payload.decode()
    )
    return nbformat.v4.new_output(
        "display_data",
        data={figure.mime: text, "text/plain": f"<{name}>"},
        metadata={
            "scrapbook": {"name": name, "data": False, "display": True},
            "darkhar": {"shows_frames": figure.shows_frames},
        },
    )

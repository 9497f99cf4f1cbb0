"""The runs that a page reads: the book's own, and published ones."""

import dataclasses
import re
from pathlib import Path

from darkhar.config import DarkharError
from darkhar.results.read import NotRun, Run, figure_file
from scraps.problems import ScrapProblem

_KEY = re.compile(
    r"(?:(?P<run>[^:#]+):)?(?P<notebook>[\w-]+)#(?P<path>[\w.\- ]+?)"
    r"(?:\[(?P<row>[^\[\]]+)\]\.(?P<column>[\w\- ]+?))?(?::(?P<spec>.+))?"
)

_NOTEBOOK = re.compile(r"(?:(?P<run>[^:#]+):)?(?P<notebook>[\w-]+)")


@dataclasses.dataclass(frozen=True)
class ScrapKey:
    """Where a result is to be found.

    Args:
        run: str. Folder of a published run relative to the book's sources, as
            `published/ee6222`; empty for the run that the book is built for.
        notebook: str. Name of the notebook that glued it.
        path: str. Name of the scrap, with the fields inside it after dots.
        spec: str. Python format specification, or empty.
        row: str. Of a cell of a table: the name in the row's first column. Empty for
            a result that is no cell.
        column: str. Of a cell of a table: the column's name.
    """

    run: str
    notebook: str
    path: str
    spec: str = ""
    row: str = ""
    column: str = ""

    @property
    def scrap(self):
        """Name of the scrap alone, without fields."""
        return self.path.partition(".")[0]

    @property
    def in_run(self):
        """`<notebook>#<scrap>.<field>` or `<notebook>#<table>[<row>].<column>`."""
        cell = f"[{self.row}].{self.column}" if self.row else ""
        return f"{self.notebook}#{self.path}{cell}"

    def __str__(self):
        return f"{self.run}:{self.in_run}" if self.run else self.in_run


def parse_key(text):
    """Reads `[run:]notebook#scrap.field[:format]`.

    Of a table's cell that is `[run:]notebook#table[row].column[:format]`.

    Raises:
        ScrapProblem: the text does not have that form.
    """
    match = _KEY.fullmatch(text.strip())
    if not match:
        raise ScrapProblem(
            f"'{text}' names no result; write notebook#scrap.field:format,"
            " as baseline#validation.accuracy:.3f"
        )
    return ScrapKey(
        match["run"] or "",
        match["notebook"],
        match["path"],
        match["spec"] or "",
        match["row"] or "",
        match["column"] or "",
    )


def parse_notebook(text):
    """Reads `[run:]notebook`: the run as in `ScrapKey`, and the notebook's name.

    Raises:
        ScrapProblem: the text does not have that form.
    """
    match = _NOTEBOOK.fullmatch(text.strip())
    if not match:
        raise ScrapProblem(f"'{text}' names no notebook; write its name, as baseline")
    return match["run"] or "", match["notebook"]


def setup(app):
    # Runs stay open through one build and no longer.
    app.connect("builder-inited", lambda app: setattr(app, "scrap_runs", {}))


def open_run(env, name=""):
    """A run; the page is read again when its `results.json` changes.

    Args:
        env: Sphinx' build environment, while it reads a page.
        name: str. As in `ScrapKey.run`.

    Raises:
        ScrapProblem: there is no such run, or it is not finished.
    """
    directory = _run_directory(env, name)
    env.note_dependency(str(directory / "results.json"))
    opened = env.app.scrap_runs
    if directory not in opened:
        try:
            opened[directory] = Run.open(directory)
        except DarkharError as error:
            opened[directory] = error
    if isinstance(opened[directory], DarkharError):
        raise ScrapProblem(str(opened[directory]))
    return opened[directory]


def reason_not_run(env, name, notebook):
    """Why a run did not execute a notebook; None if it did.

    Args:
        env: Sphinx' build environment, while it reads a page.
        name: str. As in `ScrapKey.run`.
        notebook: str. The notebook's name.

    Raises:
        ScrapProblem: there is no such run or notebook.
    """
    try:
        return open_run(env, name).reason_not_run(notebook)
    except DarkharError as error:
        raise ScrapProblem(str(error)) from None


def read_scrap(env, key):
    """The value of a scrap, of a field in it, or of a cell of a table.

    Raises:
        NotRun: the run did not execute the notebook.
        ScrapProblem: the run or the result is missing or unusable.
    """
    if key.row:
        table = f"{key.notebook}#{key.path}"
        return _read(env, key, lambda run: run.cell(table, key.row, key.column))
    return _read(env, key, lambda run: run.scrap(key.in_run))


def read_table(env, key):
    """A table's columns, list of str, and its rows, list of lists.

    Raises:
        NotRun: as `read_scrap`.
        ScrapProblem: as `read_scrap`; the scrap is no table.
    """
    table = _read(env, key, lambda run: run.table(key.in_run))
    return table["columns"], table["rows"]


def read_figure(env, key):
    """A figure's MIME type and content.

    Raises:
        NotRun: as `read_scrap`.
        ScrapProblem: as `read_scrap`; there is no such figure.
    """
    run = open_run(env, key.run)
    mime, content = _read(env, key, lambda run: run.figure(key.in_run))
    if run.published:
        env.note_dependency(str(run.directory / figure_file(key.in_run, mime)))
    return mime, content


def _read(env, key, ask):
    run = open_run(env, key.run)
    try:
        value = ask(run)
        env.note_dependency(str(run.source(key.in_run)))
        return value
    except NotRun:
        raise
    except DarkharError as error:
        raise ScrapProblem(f"{key}: {error}") from None


def _run_directory(env, name):
    if name:
        return Path(env.srcdir, name).resolve()
    configured = env.config.scraps_run_dir
    if not configured:
        raise ScrapProblem(
            "no run to build the book for: set DARKHAR_RUN_DIR, or use 'darkhar book'"
        )
    return Path(env.srcdir, configured).resolve()

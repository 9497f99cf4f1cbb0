"""Reading a run's results back, from its notebooks or as published."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from darkhar.config import NOTEBOOKS, ResultsError, nearest
from darkhar.results.glue import FIGURE_SUFFIX
from darkhar.results.manifest import FILE_NAME, read_manifest
from darkhar.results.scraps import (
    SUFFIXES,
    Figure,
    NotebookScraps,
    read_notebook,
    read_scraps,
)
from darkhar.results.values import flatten, unflatten


class NotRun(ResultsError):
    """A result is asked for of a notebook that the run did not execute.

    Args:
        notebook: str. The notebook's name.
        reason: str. Why, and the way out.
    """

    def __init__(self, notebook: str, reason: str) -> None:
        super().__init__(f"{notebook} was not run: {reason}")
        self.notebook = notebook
        self.reason = reason


class Run:
    """The results of one finished run.

    A key is `<notebook>#<scrap>` and, for values inside, `.<field>` as often as
    needed: `baseline#validation.accuracy`, `baseline#folds.0.epochs`. Asking for a
    result of a notebook that the run did not execute raises `NotRun`.

    Args:
        directory: Path. A run's folder, or a published one.
        manifest: dict. Its `results.json`.

    Example:

    ```python
    run = Run.open("runs/demo")
    run.scrap("baseline#validation.accuracy")  # 0.194
    run.table("baseline#confusion")  # {"columns": [...], "rows": [[...], ...]}
    run.cell("fusion#branches", "pose", "validation")  # 0.75
    mime, payload = run.figure("baseline#learning_curves")
    ```
    """

    def __init__(self, directory: Path, manifest: dict[str, Any]) -> None:
        self.directory = directory
        self.manifest = manifest
        self.published = not any(
            self._notebook_path(name).exists() for name in manifest["notebooks"]
        )
        self._scraps: dict[str, NotebookScraps] = {}

    @classmethod
    def open(cls, directory: str | Path) -> "Run":
        """Opens a run's folder or a published one.

        Raises:
            ResultsError: no results there, a run that is not finished, a
                notebook that failed or is of another run than `results.json`.
        """
        directory = Path(directory)
        run = cls(directory, read_manifest(directory))
        if not run.manifest["finished"]:
            raise ResultsError(
                f"the run in {directory} is not finished; `darkhar run --run"
                f" {run.name}` with its parameters takes it up where it stopped"
            )
        if not run.published:
            for notebook in run.manifest["notebooks"]:
                run._check_notebook(notebook)
        return run

    @property
    def name(self) -> str:
        """The run's name."""
        return self.manifest["run"]

    @property
    def results(self) -> dict[str, Any]:
        """Every scalar by its key, as in `results.json`."""
        return self.manifest["results"]

    @property
    def figures(self) -> list[str]:
        """The keys of all figures."""
        return list(self.manifest["figures"])

    def reason_not_run(self, notebook: str) -> str | None:
        """Why the run did not execute a notebook; None if it did.

        Raises:
            ResultsError: no such notebook, or one that the run was not asked for.
        """
        not_run = self.manifest["not_run"]
        known = not_run | self.manifest["notebooks"]
        if notebook not in known:
            if notebook in NOTEBOOKS:
                raise ResultsError(
                    f"notebook '{notebook}' is not among the results in"
                    f" {self.directory}; `darkhar run --run {self.name}` with its"
                    " parameters adds what is missing"
                )
            raise self._unknown("notebook", notebook, known)
        return not_run.get(notebook)

    def source(self, key: str) -> Path:
        """The file that `key` is read from: a notebook, or `results.json`."""
        notebook, _ = self._split(key)
        if self.published:
            return self.directory / FILE_NAME
        return self._notebook_path(notebook)

    def scrap(self, key: str) -> Any:
        """The value of a scrap or of a field inside it.

        Raises:
            ResultsError: no such value; the message names the nearest.
        """
        notebook, path = self._split(key)
        value: Any = self._values(notebook)
        for part in path.split("."):
            try:
                value = value[int(part)] if isinstance(value, list) else value[part]
            except (KeyError, IndexError, ValueError, TypeError):
                raise self._unknown("result", key, self._near(key)) from None
        return value

    def table(self, key: str) -> dict[str, list[Any]]:
        """A table as `{"columns": [...], "rows": [[...], ...]}`.

        Raises:
            ResultsError: no such scrap, or one that is not a table.
        """
        value = self.scrap(key)
        if not isinstance(value, dict) or set(value) != {"columns", "rows"}:
            raise ResultsError(f"'{key}' of {self.directory} is not a table")
        return value

    def cell(self, key: str, row: str, column: str) -> Any:
        """A value of a table by names, wherever its row and column stand.

        Args:
            key: str. The table's.
            row: str. What stands in the row's first column.
            column: str. The column's name.

        Raises:
            ResultsError: no such table, row or column, or several rows of that name.
        """
        table = self.table(key)
        if column not in table["columns"]:
            raise self._unknown("column", column, table["columns"], of=key)
        names = [str(values[0]) for values in table["rows"]]
        if row not in names:
            raise self._unknown("row", row, names, of=key)
        if names.count(row) > 1:
            raise ResultsError(
                f"'{key}' of {self.directory} has {names.count(row)} rows '{row}'"
            )
        return table["rows"][names.index(row)][table["columns"].index(column)]

    def figure(self, key: str) -> tuple[str, bytes]:
        """A figure's MIME type and content; `_figure` in the key may be left out.

        Raises:
            ResultsError: no such figure, or one that shows frames of clips and
                therefore is not published.
        """
        notebook, _ = self._split(key)
        if not key.endswith(FIGURE_SUFFIX):
            key += FIGURE_SUFFIX
        if key not in self.manifest["figures"]:
            raise self._unknown("figure", key, self.manifest["figures"])
        if not self.published:
            found = self._notebook(notebook).figures[key.partition("#")[2]]
            return found.mime, found.payload
        mime = self.manifest["figures"][key]["mime"]
        path = self.directory / figure_file(key, mime)
        if not path.is_file():
            if self.manifest["figures"][key]["shows_frames"]:
                why = "it shows frames of clips, which are not published"
            else:
                why = f"{path.name} is missing"
            raise ResultsError(f"no figure '{key}' in {self.directory}: {why}")
        return mime, path.read_bytes()

    def all_figures(self) -> dict[str, Figure]:
        """Every figure of an unpublished run by its key."""
        return {
            f"{notebook}#{name}": figure
            for notebook in self.manifest["notebooks"]
            for name, figure in self._notebook(notebook).figures.items()
        }

    def _split(self, key: str) -> tuple[str, str]:
        notebook, mark, path = key.partition("#")
        if not mark or not path:
            raise ResultsError(f"a key is <notebook>#<scrap>. Received: '{key}'")
        reason = self.reason_not_run(notebook)
        if reason is not None:
            raise NotRun(notebook, reason)
        return notebook, path

    def _values(self, notebook: str) -> dict[str, Any]:
        if not self.published:
            return self._notebook(notebook).values
        prefix = f"{notebook}#"
        return unflatten(
            {
                key.removeprefix(prefix): value
                for key, value in self.results.items()
                if key.startswith(prefix)
            }
        )

    def _notebook(self, notebook: str) -> NotebookScraps:
        if notebook not in self._scraps:
            prefix = f"{notebook}#"
            found = read_scraps(self._notebook_path(notebook))
            recorded = {k: v for k, v in self.results.items() if k.startswith(prefix)}
            if flatten(found.values, prefix) != recorded:
                raise self._stale(notebook)
            self._scraps[notebook] = found
        return self._scraps[notebook]

    def _check_notebook(self, notebook: str) -> None:
        metadata = read_notebook(self._notebook_path(notebook)).metadata
        if metadata.get("papermill", {}).get("exception"):
            raise ResultsError(f"{self._notebook_path(notebook)} failed")
        recorded = self.manifest["notebooks"][notebook]["stage_key"]
        if metadata.get("darkhar", {}).get("stage_key") != recorded:
            raise self._stale(notebook)

    def _notebook_path(self, notebook: str) -> Path:
        return self.directory / f"{notebook}.ipynb"

    def _near(self, key: str) -> list[str]:
        """Keys that `scrap` accepts: inside the same value, else in the notebook."""
        paths: dict[str, None] = {}
        for known in self.results:
            if known.startswith(key.partition("#")[0] + "#"):
                parts = known.split(".")
                paths |= dict.fromkeys(
                    ".".join(parts[:n]) for n in range(1, len(parts) + 1)
                )
        parent = key.rpartition(".")[0]
        return [path for path in paths if path.startswith(f"{parent}.")] or list(paths)

    def _stale(self, notebook: str) -> ResultsError:
        return ResultsError(
            f"{self._notebook_path(notebook)} and {FILE_NAME} are not of the same"
            f" run; `darkhar run --run {self.name}` with its parameters renews both"
        )

    def _unknown(
        self, what: str, name: str, known: Iterable[str], *, of: str = ""
    ) -> ResultsError:
        known = list(known)
        hint = f"; did you mean '{nearest(name, known)}'?" if known else ""
        where = f"'{of}' of {self.directory}" if of else str(self.directory)
        return ResultsError(f"no {what} '{name}' in {where}{hint}")


def figure_file(key: str, mime: str) -> str:
    """The file name of a published figure: `baseline.curves_figure.svg`."""
    return key.replace("#", ".") + SUFFIXES[mime]

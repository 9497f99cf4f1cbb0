"""Building the book of one run."""

import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
import yaml

from darkhar.config import (
    NOTEBOOKS,
    PATH_NAMES,
    Parameters,
    ResultsError,
    project_root,
)
from darkhar.pipeline.clean import (
    not_executed,
    with_outputs,
    without_paths,
    without_scraps,
)
from darkhar.pipeline.graph import Table
from darkhar.pipeline.jupyter_book import call_jupyter_book
from darkhar.pipeline.record import read_record
from darkhar.pipeline.status import check_current, is_unscored, not_run
from darkhar.results import provenance
from darkhar.results.manifest import FILE_NAME
from darkhar.results.read import Run
from darkhar.results.scraps import read_notebook
from darkhar.store.files import folder_sha256, write_atomically
from darkhar.store.keys import key_of

_FILES = (
    "index.md",
    "references.bib",
    "_config.yml",
    "_toc.yml",
    "benchmarks/results.json",
)
_FOLDERS = ("book", "published")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_STAMP = ".built_with"


def build_book(
    name: str = "demo",
    *,
    pdf: bool = False,
    root: Path | None = None,
    notebooks: Path | None = None,
    runs: Path | None = None,
    table: Table = NOTEBOOKS,
    report: Callable[[str], None] = print,
) -> Path:
    """Builds the book with the results of a run; only what changed, if possible.

    Args:
        name: str. The run. It has to be finished and current.
        pdf: bool. Whether to print a PDF as well, which takes a Chromium.
        root: Path. Folder of the book's sources. Defaults to the checkout.
        notebooks: Path. Folder of the notebooks. Defaults to `root/notebooks`.
        runs: Path. Folder of the runs.
        table: mapping of name to `Notebook`.
        report: callable that takes a line for each problem found.

    Returns:
        `_build/html/index.html`, or `_build/paper.pdf` with `pdf`.

    Raises:
        ResultsError: the run is not there, unfinished, not current or without
            scores; the book has an error or a warning; no Chromium for the PDF.
    """
    root = root or project_root()
    notebooks = notebooks or root / "notebooks"
    browser = _browser() if pdf else None
    run_dir = check_current(name, notebooks=notebooks, runs=runs, table=table)
    Run.open(run_dir)
    if is_unscored(run_dir):
        raise ResultsError(
            f"run '{name}' makes no book: its pages report scores, and its validation"
            f" clips have no labels; its predictions are in {run_dir / FILE_NAME}"
        )
    build = root / "_build"
    source = build / "source" / name
    _stage(root, source, _executed_notebooks(run_dir, notebooks, table))
    html = _sphinx(source, build / "books" / name, "html", run_dir, report)
    _mirror(html, build / "html")
    if browser is None:
        return build / "html" / "index.html"
    page = _sphinx(source, build / "books" / name, "singlehtml", run_dir, report)
    return _print(browser, page / "index.html", build / "paper.pdf")


def _executed_notebooks(run_dir: Path, notebooks: Path, table: Table) -> dict[str, str]:
    """The notebooks of the appendix: prose as written, outputs of the run.

    One that was not run has no outputs, and a note that says so.
    """
    parameters = read_record(run_dir).parameters
    folders = {
        Path(path): Path(path).name
        for name in PATH_NAMES
        if (path := getattr(parameters, name)) is not None
    }
    left_out = not_run(run_dir)
    texts = {}
    for notebook in table:
        source = read_notebook(notebooks / f"{notebook}.ipynb")
        if notebook in left_out:
            node = not_executed(source, left_out[notebook])
        else:
            node = with_outputs(
                source,
                read_notebook(run_dir / f"{notebook}.ipynb"),
                keep_injected=parameters != Parameters(),
            )
        node = without_scraps(without_paths(node, folders))
        texts[f"notebooks/{notebook}.ipynb"] = nbformat.writes(node)
    return texts


def _stage(root: Path, source: Path, texts: dict[str, str]) -> None:
    """Makes `source` hold the book's sources, touching only what differs.

    Sphinx goes by the time of a file's last change.
    """
    contents: dict[str, str | bytes] = dict(texts)
    paths = [root / name for name in _FILES]
    paths += [
        path for folder in _FOLDERS for path in sorted((root / folder).rglob("*"))
    ]
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts:
            contents[path.relative_to(root).as_posix()] = path.read_bytes()
    toc = with_notebooks(contents["_toc.yml"], texts)
    for name, content in (contents | {"_toc.yml": toc}).items():
        write_atomically(source / name, content)
    for path in source.rglob("*"):
        if path.is_file() and path.relative_to(source).as_posix() not in contents:
            path.unlink()


def with_notebooks(toc: str | bytes, pages: Iterable[str]) -> str:
    """A table of contents with a part for the executed notebooks.

    Args:
        toc: str or bytes. What `_toc.yml` says.
        pages: str. The notebooks, as paths in the book.
    """
    contents = yaml.safe_load(toc)
    chapters = [{"file": page.removesuffix(".ipynb")} for page in pages]
    contents["parts"].append({"caption": "Executed notebooks", "chapters": chapters})
    return yaml.safe_dump(contents, sort_keys=False)


def _sphinx(
    source: Path,
    output: Path,
    builder: str,
    run_dir: Path,
    report: Callable[[str], None],
) -> Path:
    """Runs Jupyter Book, if anything changed; any warning is an error."""
    pages = output / "_build" / builder
    stamp = output / f"{_STAMP}_{builder}"
    settings = _settings(source, run_dir)
    wanted = f"{settings} {_inputs(source, run_dir)}"
    built = stamp.read_text() if stamp.is_file() else ""
    if built == wanted and (pages / "index.html").is_file():
        return pages
    fresh = not built.startswith(settings)
    # Without the stamp the next build starts afresh: Sphinx does not repeat the
    # warnings of pages that it has already read.
    stamp.unlink(missing_ok=True)
    call_jupyter_book(
        source,
        output,
        builder,
        report,
        environment={"DARKHAR_RUN_DIR": str(run_dir.resolve())},
        every_page=fresh,
    )
    write_atomically(stamp, wanted)
    return pages


def _settings(source: Path, run_dir: Path) -> str:
    """Key of what no page depends on by name: configuration, extension, packages."""
    files = [source / "_config.yml", source / "_toc.yml"]
    files += (source / "book" / "_ext").rglob("*")
    return key_of(
        str(run_dir.resolve()),
        provenance.packages(),
        folder_sha256(source, files),
    )


def _inputs(source: Path, run_dir: Path) -> str:
    """Key of every file that the pages are made of."""
    results = [*run_dir.glob("*.ipynb"), run_dir / FILE_NAME]
    return key_of(folder_sha256(source), folder_sha256(run_dir, results))


def _mirror(source: Path, target: Path) -> None:
    """Makes `target` the same as `source`, copying only what differs."""
    wanted = {path.relative_to(source) for path in source.rglob("*")}
    for path in sorted(target.rglob("*"), reverse=True):
        if path.relative_to(target) not in wanted:
            path.rmdir() if path.is_dir() else path.unlink()
    for relative in sorted(wanted):
        original, copy = source / relative, target / relative
        if original.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif not copy.is_file() or _times(original) != _times(copy):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, copy)


def _times(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _browser() -> str:
    for name in _BROWSERS:
        if found := shutil.which(name):
            return found
    raise ResultsError(
        "the PDF is printed by Chromium, which was not found; install it (on Debian:"
        " apt install chromium)"
    )


def _print(browser: str, page: Path, output: Path) -> Path:
    output.unlink(missing_ok=True)
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu"]
    # Time for MathJax, on a clock that runs as fast as the page allows.
    command += ["--virtual-time-budget=10000", "--no-pdf-header-footer"]
    command += [f"--print-to-pdf={output}", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or not output.is_file():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ResultsError(f"{browser} did not print the PDF: {last}")
    return output

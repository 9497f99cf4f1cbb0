"""The committed notebooks as a finished run, and the book laid out for it."""

import shutil

import nbformat
from fake_run import stage_key, write_results

from darkhar.config import NOTEBOOKS
from darkhar.pipeline.book import with_notebooks
from darkhar.pipeline.clean import not_executed, without_scraps
from darkhar.results.scraps import read_scraps


def stage_book(root, source, parameters=None, not_run=None):
    """Lays the checkout's book and the committed notebooks together.

    Args:
        root: Path. The checkout.
        source: Path. Folder to be made, ready to build from.
        parameters: `Parameters` of the run. Defaults to the demo's.
        not_run: dict of notebook name to the reason why the run left it out.
            Defaults to none.

    Returns:
        Path of the run's folder.
    """
    run_dir = source.parent / "committed"
    run_dir.mkdir(parents=True)
    source.mkdir(parents=True)
    for name in ("index.md", "references.bib", "_config.yml"):
        shutil.copy(root / name, source)
    pages = [f"notebooks/{name}.ipynb" for name in NOTEBOOKS]
    toc = with_notebooks((root / "_toc.yml").read_text(), pages)
    (source / "_toc.yml").write_text(toc)
    measured = source / "benchmarks" / "results.json"
    measured.parent.mkdir()
    shutil.copy(root / "benchmarks" / measured.name, measured)
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("book", "published"):
        shutil.copytree(root / folder, source / folder, ignore=ignored)
    (source / "notebooks").mkdir()
    scraps = {}
    for name in NOTEBOOKS:
        path = root / "notebooks" / f"{name}.ipynb"
        node = nbformat.read(path, as_version=4)
        if name in (not_run or {}):
            shown = not_executed(node, not_run[name])
            nbformat.write(shown, source / "notebooks" / path.name)
            continue
        scraps[name] = read_scraps(path)
        node.metadata["darkhar"] = {"stage_key": stage_key(name)}
        nbformat.write(node, run_dir / path.name)
        nbformat.write(without_scraps(node), source / "notebooks" / path.name)
    write_results(
        run_dir, scraps, finished=True, parameters=parameters, not_run=not_run
    )
    return run_dir

"""The committed notebooks as a finished run, and the book laid out for it."""

import shutil

import nbformat
from fake_run import stage_key, write_results

from darkhar.pipeline.clean import without_scraps
from darkhar.pipeline.graph import GRAPH
from darkhar.results.scraps import read_scraps


def stage_book(root, source, parameters=None):
    """Lays the checkout's book and the committed notebooks together.

    Args:
        root: Path. The checkout.
        source: Path. Folder to be made, ready to build from.
        parameters: `Parameters` of the run. Defaults to the demo's.

    Returns:
        Path of the run's folder.
    """
    run_dir = source.parent / "committed"
    run_dir.mkdir(parents=True)
    source.mkdir(parents=True)
    for name in ("index.md", "references.bib", "_config.yml", "_toc.yml"):
        shutil.copy(root / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("book", "published"):
        shutil.copytree(root / folder, source / folder, ignore=ignored)
    (source / "notebooks").mkdir()
    scraps = {}
    for name in GRAPH:
        path = root / "notebooks" / f"{name}.ipynb"
        scraps[name] = read_scraps(path)
        node = nbformat.read(path, as_version=4)
        node.metadata["darkhar"] = {"stage_key": stage_key(name)}
        nbformat.write(node, run_dir / path.name)
        nbformat.write(without_scraps(node), source / "notebooks" / path.name)
    write_results(run_dir, scraps, finished=True, parameters=parameters)
    return run_dir

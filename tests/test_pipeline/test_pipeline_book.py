"""A book of three pages, built for real: a few seconds each time."""

import shutil
import subprocess

import nbformat
import pytest

from darkhar.config import Parameters, ResultsError
from darkhar.pipeline.book import _executed_notebooks, build_book
from darkhar.pipeline.needs import NO_LABELS
from darkhar.pipeline.parameter_cells import cell_text

_CONFIG = """
title: A tiny book
only_build_toc_files: true
execute: {execute_notebooks: "off"}
sphinx:
  local_extensions: {share: book/_ext}
"""
_TOC = """
format: jb-book
root: index
parts: []
"""
_EXTENSION = """
import os
from docutils import nodes
from darkhar.results import Run

def order(name, rawtext, text, lineno, inliner, options=None, content=None):
    run = Run.open(os.environ["DARKHAR_RUN_DIR"])
    inliner.document.settings.env.note_dependency(str(run.source(text)))
    return [nodes.Text(f"The order is {run.scrap(text)}.")], []

def setup(app):
    app.add_role("order", order)
    return {"parallel_read_safe": True}
"""


@pytest.fixture
def book(project):
    """The project with a book's sources, and a finished run."""
    (project.root / "book" / "_ext").mkdir(parents=True)
    (project.root / "_config.yml").write_text(_CONFIG)
    (project.root / "_toc.yml").write_text(_TOC)
    (project.root / "index.md").write_text("# Tiny\n\n{order}`second#value.order`\n")
    (project.root / "book" / "_ext" / "share.py").write_text(_EXTENSION)
    project.run()
    return project


def build(project, name="demo", **options):
    """The page that the book opens with, and the problems reported."""
    lines = []
    try:
        page = build_book(
            name, root=project.root, report=lines.append, **project.folders, **options
        )
    except ResultsError as error:
        return error, lines
    return page, lines


@pytest.mark.books
def test_builds_once_and_follows_what_changes(book, monkeypatch):
    page, problems = build(book)
    html = book.root / "_build" / "html"
    assert problems == []
    assert page == html / "index.html"
    assert "The order is 2." in page.read_text()
    assert "The first" in (html / "notebooks" / "first.html").read_text()

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", None)
        assert build(book)[0] == page

    # Another run's book takes the place of the first, all of it.
    book.run(Parameters(epochs=3), name="other")
    build(book, "other")
    assert "The order is 3." in page.read_text()
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", None)
        build(book)
    assert "The order is 2." in page.read_text()


@pytest.mark.books
def test_a_warning_fails_every_time_and_leaves_the_last_book(book):
    page, _ = build(book)
    good = (book.root / "index.md").read_text()
    (book.root / "index.md").write_text(f"{good}\n[gone](#nowhere)\n")

    for _ in range(2):
        error, problems = build(book)
        assert "the book was not built" in str(error)
        assert len(problems) == 1
        assert problems[0].startswith("index.md:5: WARNING")
        assert "nowhere" in problems[0]
    assert "nowhere" not in page.read_text()


def test_refuses_a_run_that_is_not_current(book, notebook):
    notebook(book.root / "notebooks" / "second.ipynb", "1")

    with pytest.raises(ResultsError, match=r"second is stale.*`darkhar run`"):
        build_book("demo", root=book.root, **book.folders)
    assert not (book.root / "_build").exists()


def test_refuses_a_run_that_scored_nothing(book):
    book.unmet = {"second": NO_LABELS}
    book.run(Parameters(epochs=3))

    with pytest.raises(ResultsError, match=r"'demo' makes no book.*results\.json"):
        build_book("demo", root=book.root, **book.folders)
    assert not (book.root / "_build").exists()


def test_pdf_without_a_browser(book, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)

    with pytest.raises(ResultsError, match="install it"):
        build_book("demo", pdf=True, root=book.root, **book.folders)
    assert not (book.root / "_build").exists()


def test_pages_show_no_folder_of_the_machine(book):
    book.run(Parameters(epochs=3), name="other")

    texts = _executed_notebooks(
        book.root / "runs" / "other", book.root / "notebooks", book.table
    )

    second = nbformat.reads(texts["notebooks/second.ipynb"], as_version=4)
    assert [cell.source for cell in second.cells] == [
        "# The second",
        cell_text(book.table["second"].parameters),
        "data_dir = None\nseed = 0\ntrain_clips_per_class = 15\n"
        "val_clips_per_class = 6\nsplitter = 'stratified'\nepochs = 3\n"
        "patience = 3\nlstm_units = 32",
        "print(seed, epochs)",
    ]
    assert "in ~/x" in str(second.cells[-1].outputs)
    assert "scrapbook" not in texts["notebooks/second.ipynb"]


def test_pages_show_no_folder_of_a_weights_file(book):
    path = book.root / "secret" / "movenet.json"
    book.declare("second", "pose")
    book.run(Parameters(pose_weights=str(path)), name="other")

    texts = _executed_notebooks(
        book.root / "runs" / "other", book.root / "notebooks", book.table
    )

    assert "pose_weights = 'movenet.json'" in texts["notebooks/second.ipynb"]
    assert "secret" not in texts["notebooks/second.ipynb"]


@pytest.mark.books
def test_a_notebook_that_was_not_run_is_a_page_that_says_so(book):
    book.unmet = {"second": "no weights; run `npm pack @v/human@3` & <wait> [1]"}
    book.run(Parameters(epochs=3))
    (book.root / "index.md").write_text("# Tiny\n\n{order}`first#value.order`\n")
    html = book.root / "_build" / "html" / "notebooks"

    page, problems = build(book)

    assert problems == []
    assert "The order is 1." in page.read_text()
    shown = (html / "second.html").read_text()
    assert "<strong>Not run:</strong> no weights; run <code" in shown
    assert "&amp; &lt;wait&gt; [1]" in shown
    assert 'class="cell_output' not in shown
    assert 'class="cell_output' in (html / "first.html").read_text()

    # Once it is run, the book follows.
    book.unmet = {}
    book.run(Parameters(epochs=3))
    page, problems = build(book)
    assert problems == []
    shown = (html / "second.html").read_text()
    assert "Not run" not in shown
    assert 'class="cell_output' in shown

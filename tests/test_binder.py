"""The notebook that judges a clip on Binder and Colab, and the ways there."""

import re

import nbformat
import pytest
import yaml
from nbclient import NotebookClient

from darkhar.config import project_root

ROOT = project_root()
FILE = ROOT / "binder" / "predict.ipynb"


def outputs(notebook):
    """{cell id: text outputs}, without what is written to stderr."""
    return {
        cell.id: [
            output.get("data", {}).get("text/plain", output.get("text"))
            for output in cell.outputs
            if output.get("name") != "stderr"
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


@pytest.fixture(scope="module")
def stored():
    return nbformat.read(FILE, as_version=4)


def test_it_is_stored_as_executed(stored):
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in code]
    assert counts == list(range(1, len(code) + 1))
    kinds = {(o.output_type, o.get("name")) for cell in code for o in cell.outputs}
    assert kinds == {("execute_result", None)}
    (frames,) = [cell for cell in code if cell.id == "frames"]
    assert "image/png" in frames.outputs[0].data
    found = outputs(stored)
    assert found["render"] == ["('Jump', (68, 240, 320, 3))"]
    assert found["verdict"] == ["'Jump'"]


@pytest.mark.kernels
def test_it_says_what_is_stored(stored, movenet_files, monkeypatch, tmp_path):
    movenet_files("movenet_lightning")
    monkeypatch.delenv("DARKHAR_CACHE")  # where the recognizer is kept
    again = nbformat.from_dict(stored)
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(again, timeout=600, resources=place).execute()
    assert outputs(again) == outputs(nbformat.read(FILE, as_version=4))
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_the_repository_has_one_address(stored):
    """`CITATION.cff` says it; what cannot read it there repeats it."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    address = citation["repository-code"]
    slug = re.fullmatch(r"https://github\.com/([\w-]+/[\w-]+)", address)[1]
    readme = (ROOT / "README.md").read_text()
    notebook = FILE.relative_to(ROOT).as_posix()
    badge = f"{slug}/main?urlpath=lab/tree/{notebook}"
    assert f"https://mybinder.org/v2/gh/{badge}" in readme
    colab = "https://colab.research.google.com/github"
    assert f"{colab}/{slug}/blob/main/{notebook}" in readme
    texts = [readme, *(cell.source for cell in stored.cells)]
    assert set(re.findall(r"github\.com/([\w-]+/[\w-]+)", "\n".join(texts))) == {slug}

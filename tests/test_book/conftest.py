"""Tiny Sphinx projects around the book's extension."""

import io
import sys
from pathlib import Path

import pytest
from fake_run import picture, table, write_run
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from darkhar.results.scraps import NotebookScraps

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))


class Project:
    """One page, one run; build, read what came out."""

    def __init__(self, folder):
        self.source = folder / "source"
        self.run_dir = folder / "run"
        self.out = folder / "out"
        self.source.mkdir()
        self.scraps = NotebookScraps(
            {
                "validation": {"accuracy": 0.19449, "n": 36},
                "names": ["Jump", "Run", "Sit"],
                "folds": table(
                    ["fold", "size", "accuracy"], [1, 1200, 0.5], [2, 30, 0.125]
                ),
            },
            {
                "curves_figure": picture("curves"),
                "frames_figure": picture("frames", shows_frames=True),
            },
        )
        self.write_run()

    def write_run(self, **options):
        write_run(self.run_dir, {"baseline": self.scraps}, **options)

    def set_accuracy(self, value):
        self.scraps.values["validation"]["accuracy"] = value
        self.write_run()

    def page(self, text, name="index"):
        (self.source / f"{name}.md").write_text(text, encoding="utf-8")

    def build(self, fresh=False, builder="html", **config):
        """Builds as `-W -n --keep-going` does.

        Returns:
            (whether the build passed, warnings and errors as text)
        """
        warnings = io.StringIO()
        settings = {
            "extensions": ["myst_nb", "scraps"],
            "master_doc": "index",
            "numfig": True,
            "nitpicky": True,
            "nb_execution_mode": "off",
            "myst_enable_extensions": ["colon_fence"],
            "scraps_run_dir": str(self.run_dir),
            "html_theme": "basic",
        }
        try:
            with patch_docutils(), docutils_namespace():
                app = Sphinx(
                    self.source,
                    None,
                    self.out,
                    self.out / "doctrees",
                    builder,
                    settings | config,
                    status=None,
                    warning=warnings,
                    freshenv=fresh,
                    warningiserror=True,
                    keep_going=True,
                )
                app.build()
        except SphinxError as error:
            return False, f"{warnings.getvalue()}\n{error}"
        return app.statuscode == 0, warnings.getvalue()

    def html(self, name="index"):
        return (self.out / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)

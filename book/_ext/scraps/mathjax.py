"""MathJax beside the pages, so that formulas need no network.

The PyPI package `sphinx-mathjax-offline` carries MathJax 3. Its own Sphinx
extension copies all of it (24 MB); a page needs one script and its fonts.
"""

import importlib.metadata
import shutil
from pathlib import Path

from sphinx.errors import ExtensionError

_SCRIPT = "tex-mml-chtml.js"
_FONTS = "output/chtml/fonts/woff-v2"


def setup(app):
    app.connect("config-inited", _set_path)
    app.connect("builder-inited", _stage)


def _set_path(app, config):
    config.mathjax_path = f"mathjax/{_SCRIPT}"
    config.mathjax_options = {"defer": "defer"}


def _stage(app):
    if app.builder.format != "html":
        return
    try:
        package = importlib.metadata.distribution("sphinx-mathjax-offline")
    except importlib.metadata.PackageNotFoundError:
        raise ExtensionError(
            "the package sphinx-mathjax-offline is not installed; it carries MathJax"
        ) from None
    source = Path(package.locate_file("sphinx-mathjax-offline/static/mathjax"))
    static = Path(app.doctreedir) / "static"
    target = static / "mathjax"
    if not (target / _SCRIPT).exists():
        shutil.copytree(source / _FONTS, target / _FONTS, dirs_exist_ok=True)
        shutil.copy2(source / _SCRIPT, target / _SCRIPT)
    app.config.html_static_path.append(str(static))

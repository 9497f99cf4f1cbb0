"""Figures of a run."""

import io
import xml.etree.ElementTree
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.directives.patches import Figure
from sphinx.util.osutil import relpath

from darkhar.results.read import NotRun
from scraps import problems
from scraps.problems import ScrapProblem
from scraps.provenance import source_line
from scraps.roles import not_run_text
from scraps.runs import parse_key, read_figure

_SUFFIXES = {"image/png": ".png", "image/svg+xml": ".svg"}
_CSS_PIXELS_PER_INCH = 96


class ScrapFigure(Figure):
    """A glued figure with caption, alternative text and a link to its source.

    The argument is `[run:]notebook#name_figure`, the content the caption. The
    options are those of `figure`; `alt` is required. Of a notebook that was not
    run, the numbered caption stays, and says so.
    """

    def run(self):
        env = self.state.document.settings.env
        try:
            key = parse_key(self.arguments[0])
            self._check_words(key)
            mime, data = read_figure(env, key)
            path = _write(env, key, mime, data)
        except NotRun as left_out:
            return self._without_picture(left_out.reason)
        except ScrapProblem as problem:
            problems.report(env, problem, (env.docname, self.lineno))
            return []
        self.options.setdefault("align", "center")
        if mime == "image/png":
            self.options.setdefault("width", f"{_css_width(data)}px")
        self.arguments[0] = "/" + relpath(path, env.srcdir).replace("\\", "/")
        result = super().run()
        figure = result[0]
        if isinstance(figure, nodes.figure):
            legend = next(iter(figure.findall(nodes.legend)), None)
            if legend is None:
                legend = nodes.legend()
                figure += legend
            legend += source_line(key)
        return result

    def _without_picture(self, reason):
        self.options.setdefault("align", "center")
        self.arguments[0] = ""
        result = super().run()
        figure = result[0]
        if isinstance(figure, nodes.figure):
            figure["classes"].append("scrap-not-run")
            figure.pop(0)
            for caption in figure.findall(nodes.caption):
                caption.insert(0, [not_run_text(reason, "Not run"), nodes.Text(". ")])
        return result

    def _check_words(self, key):
        if not self.options.get("alt", "").strip():
            raise ScrapProblem(f"{key}: the figure has no alternative text (:alt:)")
        if not self.content:
            raise ScrapProblem(f"{key}: the figure has no caption")


def _write(env, key, mime, data):
    """Puts the picture beside the doctrees, from where Sphinx takes images."""
    if mime not in _SUFFIXES:
        raise ScrapProblem(f"{key}: a figure of type {mime} cannot be shown")
    _check_picture(key, mime, data)
    folder = Path(env.app.doctreedir) / "figures" / key.run.replace("/", "-")
    path = folder / f"{key.notebook}-{key.scrap}{_SUFFIXES[mime]}"
    # Writing anew what has not changed would outdate other pages that show it.
    if not path.exists() or path.read_bytes() != data:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return path


def _check_picture(key, mime, data):
    try:
        if mime == "image/png":
            Image.open(io.BytesIO(data)).load()
        else:
            xml.etree.ElementTree.fromstring(data)
    except (OSError, SyntaxError) as error:
        raise ScrapProblem(f"{key}: the picture is broken: {error}") from None


def _css_width(png):
    """Width in CSS pixels: the size in print, whatever the resolution."""
    image = Image.open(io.BytesIO(png))
    per_inch = image.info.get("dpi", (_CSS_PIXELS_PER_INCH,))[0]
    return round(image.width * _CSS_PIXELS_PER_INCH / float(per_inch))

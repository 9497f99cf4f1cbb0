"""From a result in the text to the cell that produced it.

Pages of executed notebooks get an anchor at each cell that glued a scrap; once
all pages are read, every result becomes a link to its cell.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from darkhar.config import DarkharError
from scraps.problems import ScrapProblem
from scraps.roles import ScrapText, scrap_text
from scraps.runs import open_run


def setup(app):
    app.connect("doctree-read", _anchor_cells)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.add_post_transform(LinkScraps)


def source_line(key):
    """The line under a figure that names its source."""
    place = f"{key.run}, {key.in_run}" if key.run else key.in_run
    target = None if key.run else (key.notebook, key.scrap)
    line = nodes.paragraph("", "Source: ", classes=["scrap-source"])
    line += scrap_text(place, f"The scrap {place}", target)
    return line


def _anchors(env):
    """{(notebook, scrap): (docname, id)} of all notebook pages."""
    if not hasattr(env, "scrap_anchors"):
        env.scrap_anchors = {}
    return env.scrap_anchors


def _anchor_cells(app, document):
    env = app.env
    path = Path(env.doc2path(env.docname))
    if path.suffix != ".ipynb":
        return
    cells = {
        node["cell_index"]: node
        for node in document.findall(nodes.container)
        if node.get("nb_element") == "cell_code"
    }
    glued = _scraps_by_cell(env, path.stem)
    shown = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for index, cell in enumerate(shown):
        for name in glued.get(cell.get("id"), []):
            anchor = ""
            if index in cells:
                anchor = nodes.make_id(f"scrap-{path.stem}-{name}")
                cells[index]["ids"].append(anchor)
            _anchors(env)[path.stem, name] = (env.docname, anchor)


def _scraps_by_cell(env, notebook):
    """{cell id: names of scraps glued there}, from the run's own notebook.

    The notebook that is shown holds no scraps any more.
    """
    try:
        run = open_run(env)
        path = run.source(f"{notebook}#scraps")
    except (ScrapProblem, DarkharError):
        return {}
    env.note_dependency(str(path))
    found = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name:
                found.setdefault(cell.get("id"), []).append(name)
    return found


def _purge(app, env, docname):
    anchors = _anchors(env)
    for key in [key for key, place in anchors.items() if place[0] == docname]:
        del anchors[key]


def _merge(app, env, docnames, other):
    _anchors(env).update(
        {key: place for key, place in _anchors(other).items() if place[0] in docnames}
    )


class LinkScraps(SphinxPostTransform):
    """Makes a link of each result whose notebook is in the book."""

    default_priority = 5

    def run(self, **kwargs):
        builder = self.app.builder
        for node in list(self.document.findall(ScrapText)):
            target = node.get("target")
            if not target or tuple(target) not in _anchors(self.env):
                continue
            docname, anchor = _anchors(self.env)[tuple(target)]
            uri = builder.get_relative_uri(self.env.docname, docname)
            node.replace_self(
                nodes.reference(
                    "",
                    "",
                    *node.children,
                    internal=True,
                    refuri=f"{uri}#{anchor}" if anchor else uri,
                    reftitle=node["title"],
                    classes=node["classes"],
                )
            )

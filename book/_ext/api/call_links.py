"""From a name in a notebook's code to its entry."""

import html
import re
from pathlib import Path

from api.surface import imported_names

_DOT = '<span class="o">.</span>'
_NAME = re.compile(r'<span class="n\w?">(\w+)</span>')
# A name with what is looked up in it; no attribute of something else, no assignment.
_CHAIN = re.compile(
    rf"(?<!{re.escape(_DOT)}){_NAME.pattern}(?:{re.escape(_DOT)}{_NAME.pattern})*"
    r'(?!</?\w+>|\s*<span class="o">=</span>)'
)
_CELL = re.compile(r"(?<=<pre>).*?(?=</pre>)", re.S)


def setup(app):
    app.connect("html-page-context", _link_calls)


def _link_calls(app, pagename, templatename, context, doctree):
    if doctree is None or app.builder.name != "html":
        return
    path = Path(app.env.doc2path(pagename))
    if path.suffix != ".ipynb":
        return
    names = imported_names(path)
    entries = app.env.domains["py"].objects

    def address(name):
        entry = entries.get(name)
        if entry is None:
            return None
        page = app.builder.get_relative_uri(pagename, entry.docname)
        return f"{page}#{entry.node_id}"

    context["body"] = _CELL.sub(
        lambda cell: linked(cell[0], names, address), context["body"]
    )


def linked(code, names, address):
    """Highlighted code in which names link to their entries.

    Args:
        code: str. HTML by Pygments.
        names: mapping of a name in the code to what it stands for.
        address: callable from a full name to its entry's address, None if it has none.
    """

    def link(chain):
        spans = chain[0].split(_DOT)
        full, done = "", []
        for span in spans:
            name = _NAME.fullmatch(span)[1]
            full = f"{full}.{name}" if full else names.get(name, "")
            href = address(full) if full else None
            if href is None:
                break
            done.append(
                f'<a class="entry" href="{html.escape(href)}" title="{full}">{span}</a>'
            )
        return _DOT.join([*done, *spans[len(done) :]])

    return _CHAIN.sub(link, code)

"""What a page says of a notebook that the run left out."""

import re

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from scraps import problems
from scraps.problems import ScrapProblem
from scraps.runs import parse_notebook, reason_not_run

_CODE_SPAN = re.compile(r"`([^`]+)`")


class _NotebookDirective(SphinxDirective):
    """A directive whose argument is `[run:]notebook`."""

    required_arguments = 1
    has_content = True

    def run(self):
        try:
            run, notebook = parse_notebook(self.arguments[0])
            return self.shown(run, notebook, reason_not_run(self.env, run, notebook))
        except ScrapProblem as problem:
            problems.report(self.env, problem, (self.env.docname, self.lineno))
            return []

    def shown(self, run, notebook, reason):
        """Nodes for a notebook and the reason why it was not run, or None."""
        raise NotImplementedError


class NotRunNote(_NotebookDirective):
    """Says that a notebook was not run, and why; nothing if it was run.

    Its content is ignored.
    """

    def shown(self, run, notebook, reason):
        if reason is None:
            return []
        note = nodes.admonition(classes=["warning"])
        self.set_source_info(note)
        note += nodes.title("", "Not run")
        where = f" in {run}" if run else ""
        text = nodes.paragraph("", "The notebook ")
        text += nodes.literal(notebook, notebook)
        text += nodes.Text(f" was not run{where}, so its results are missing here: ")
        text += _with_code(reason if reason.endswith(".") else f"{reason}.")
        note += text
        return [note]


class IfRun(_NotebookDirective):
    """Its content, if the notebook was run.

    A heading in it looks like one, but is not in the page's contents.
    """

    def shown(self, run, notebook, reason):
        if reason is not None:
            return []
        return self.parse_content_to_nodes()


def _with_code(text):
    """Nodes of a text with code in backticks."""
    parts = _CODE_SPAN.split(text)
    return [
        nodes.literal(part, part) if place % 2 else nodes.Text(part)
        for place, part in enumerate(parts)
        if part
    ]

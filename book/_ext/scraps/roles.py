"""Numbers in running text."""

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from darkhar.results.read import NotRun
from scraps import problems
from scraps.benchmarks import find_benchmark
from scraps.formats import format_value
from scraps.problems import ScrapProblem
from scraps.reported import find_reported
from scraps.run_record import facts_of
from scraps.runs import open_run, parse_key, read_scrap


class ScrapText(nodes.inline):
    """A result in the text, with `title` (where it comes from) and `target`.

    `target` is a notebook's name and a scrap's name, or None. Once all pages
    are read, it becomes a link to the cell that glued the scrap.
    """

    @classmethod
    def register(cls, app):
        app.add_node(
            cls,
            html=(_visit_html, lambda self, node: self.body.append("</span>")),
            latex=(_pass, _pass),
            text=(_pass, _pass),
        )


def _visit_html(self, node):
    attributes = {"title": node["title"]} if node.get("title") else {}
    self.body.append(self.starttag(node, "span", "", **attributes))


def _pass(self, node):
    pass


def scrap_text(shown, title, target=None, code=False):
    """The node of one result.

    Args:
        shown: str. What the reader sees.
        title: str. What the tooltip says.
        target: (notebook, scrap) pair or None.
        code: bool. Whether it is set as code. Defaults to False.
    """
    child = nodes.literal(shown, shown) if code else nodes.Text(shown)
    return ScrapText("", "", child, title=title, target=target, classes=["scrap"])


def not_run_text(reason, shown="not run"):
    """The node that stands where a result would be; the tooltip says why."""
    return scrap_text(shown, reason)


class _ResultRole(SphinxRole):
    def run(self):
        try:
            return [self.result()], []
        except NotRun as left_out:
            return [not_run_text(left_out.reason)], []
        except ScrapProblem as problem:
            problems.report(self.env, problem, (self.env.docname, self.lineno))
            return [nodes.problematic(self.rawtext, self.rawtext)], []


class NumberRole(_ResultRole):
    """`[run:]notebook#scrap.field[:format]`; the format `code` sets as code.

    A cell of a table is `[run:]notebook#table[row].column[:format]`: the row by the
    name in its first column.
    """

    def result(self):
        key = parse_key(self.text)
        value = read_scrap(self.env, key)
        code = key.spec == "code"
        shown = format_value(value, "" if code else key.spec, key)
        where = f" in {key.run}" if key.run else ""
        target = None if key.run else (key.notebook, key.scrap)
        return scrap_text(shown, f"{key.in_run}{where}", target, code)


class RunRole(_ResultRole):
    """`[run:]field.field[:format]` of the run's record, `results.json`.

    `clips` says in words which clips the run was made on.
    """

    def result(self):
        run_name, field, spec = _split(self.text)
        run = open_run(self.env, run_name)
        value = find_field(facts_of(run), field)
        code = spec == "code"
        shown = format_value(value, "" if code else spec, field)
        return scrap_text(shown, f"results.json: {field}", None, code)


class ReportedRole(_ResultRole):
    """`entry.field[:format]` of `reported_results.yml`."""

    def result(self):
        name, _, spec = self.text.partition(":")
        entry_name, _, field = name.partition(".")
        entry = find_reported(self.env, entry_name)
        if field not in entry:
            raise ScrapProblem(f"reported result '{entry_name}' has no '{field}'")
        shown = format_value(entry[field], spec, name)
        return scrap_text(shown, f"Reported: {entry['source']}")


class BenchmarkRole(_ResultRole):
    """`benchmark.field.field[:format]` of the file that benchmarks write."""

    def result(self):
        name, _, spec = self.text.partition(":")
        benchmark, _, field = name.partition(".")
        value = find_field(find_benchmark(self.env, benchmark), field)
        return scrap_text(format_value(value, spec, name), f"benchmarks: {name}")


def find_field(record, field):
    """A value in nested mappings, by its dotted path.

    Raises:
        ScrapProblem: no such field.
    """
    value = record
    for part in field.split("."):
        if not isinstance(value, dict) or part not in value:
            raise ScrapProblem(f"there is no '{field}'")
        value = value[part]
    return value


def _split(text):
    """`[run:]field[:format]`; a run's name is a path with a slash."""
    head, _, rest = text.partition(":")
    run_name = ""
    if "/" in head:
        run_name, (head, _, rest) = head, rest.partition(":")
    return run_name, head, rest

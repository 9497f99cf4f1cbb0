"""Tables: of a run's scraps and record, of reported results, of benchmarks."""

import dataclasses
import re
from numbers import Real
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from darkhar.results.read import NotRun
from scraps import problems
from scraps.benchmarks import BENCHMARK_COLUMNS, read_benchmarks, rows_of_benchmark
from scraps.formats import format_value
from scraps.problems import ScrapProblem
from scraps.provenance import source_line
from scraps.reported import read_reported
from scraps.roles import not_run_text
from scraps.run_record import rows_of_record
from scraps.runs import open_run, parse_key, read_table


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a table.

    Args:
        name: str. Its name in the data.
        header: str. What stands above it.
        spec: str. Python format specification, or empty.
    """

    name: str
    header: str
    spec: str = ""


def parse_columns(text):
    """Reads `name = Header | format; name = Header; name`.

    Raises:
        ScrapProblem: a column has no name.
    """
    columns = []
    for part in text.split(";"):
        words, _, spec = part.partition("|")
        name, _, header = words.partition("=")
        name = name.strip()
        if not name:
            raise ScrapProblem(f"a column without a name in '{text}'")
        columns.append(Column(name, header.strip() or _title(name), spec.strip()))
    return columns


class _Table(SphinxDirective):
    """A numbered table; the content is its caption.

    Of a notebook that was not run, caption and header stay, and say so.
    """

    has_content = True
    option_spec: ClassVar = {
        "name": directives.unchanged,
        "columns": directives.unchanged,
        "format": directives.unchanged,
        "class": directives.class_option,
    }

    # Why the notebook was not run, if it was not.
    reason = None

    def run(self):
        try:
            if not self.content:
                raise ScrapProblem("the table has no caption")
            try:
                columns, rows = self.data()
                if not rows:
                    columns, rows = self._without_numbers("none")
            except NotRun as left_out:
                self.reason = left_out.reason
                columns, rows = self._without_numbers("not run")
            return [self._table(columns, rows)]
        except ScrapProblem as problem:
            problems.report(self.env, problem, (self.env.docname, self.lineno))
            return []

    def _without_numbers(self, words):
        """The columns, without formats, and one row of the same words."""
        columns = self._headers()
        return columns, [[words] * len(columns)]

    def data(self):
        """Columns, and rows as lists of raw values."""
        raise NotImplementedError

    def source(self):
        """Node that ends the caption, or None."""
        return None

    def picked(self, available, rows):
        """The columns asked for, and their values."""
        columns = self.chosen(available)
        places = [available.index(column.name) for column in columns]
        return columns, [[row[place] for place in places] for row in rows]

    def chosen(self, available):
        """The columns asked for, or all; then fractions get `:format:`."""
        asked = self.options.get("columns")
        if not asked:
            spec = self.options.get("format", "")
            return [Column(name, _title(name), spec) for name in available]
        columns = parse_columns(asked)
        for column in columns:
            if column.name not in available:
                raise ScrapProblem(
                    f"no column '{column.name}'; there are {', '.join(available)}"
                )
        return columns

    def _headers(self):
        """The columns asked for, as far as they are known without the data."""
        asked = parse_columns(self.options.get("columns", "result"))
        return [Column(column.name, column.header) for column in asked]

    def _table(self, columns, rows):
        table = nodes.table(
            classes=["scrap-table", "colwidths-auto", *self.options.get("class", [])]
        )
        self.set_source_info(table)
        table += self._caption()
        group = nodes.tgroup(cols=len(columns))
        table += group
        group += [nodes.colspec(colwidth=1) for _ in columns]
        numeric = [_all_numbers(rows, i) for i in range(len(columns))]
        head = nodes.row()
        for column, right in zip(columns, numeric, strict=True):
            head += _entry(column.header, right)
        group += nodes.thead("", head)
        body = nodes.tbody()
        group += body
        for row in rows:
            line = nodes.row()
            for column, value, right in zip(columns, row, numeric, strict=True):
                line += _entry(_cell_text(value, column), right)
            body += line
        self.add_name(table)
        return table

    def _caption(self):
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        title = nodes.title()
        if self.reason is not None:
            title += [not_run_text(self.reason, "Not run"), nodes.Text(". ")]
        for paragraph in parsed.children:
            title += paragraph.children
            title += nodes.Text(" ")
        source = self.source()
        if source is not None and self.reason is None:
            title += source
        return title


class ScrapTable(_Table):
    """`{scrap-table} [run:]notebook#table`."""

    required_arguments = 1

    def data(self):
        self.key = parse_key(self.arguments[0])
        return self.picked(*read_table(self.env, self.key))

    def source(self):
        line = source_line(self.key)
        return nodes.inline("", "", *line.children, classes=line["classes"])


class RunTable(_Table):
    """`{run-table} parameters`, `packages` or `notebooks` of the book's run."""

    required_arguments = 1
    option_spec = _Table.option_spec | {"run": directives.unchanged}

    def data(self):
        run = open_run(self.env, self.options.get("run", ""))
        return self.picked(*rows_of_record(run, self.arguments[0]))


class ReportedTable(_Table):
    """Rows of `reported_results.yml`; `:rows:` names them."""

    option_spec = _Table.option_spec | {"rows": directives.unchanged}

    def data(self):
        entries = read_reported(self.env)
        asked = re.split(r"[,\s]+", self.options.get("rows", "").strip())
        names = [name for name in asked if name] or list(entries)
        for name in names:
            if name not in entries:
                raise ScrapProblem(f"no reported result '{name}'")
        available = list({field: None for name in names for field in entries[name]})
        columns = self.chosen(available)
        return columns, [
            [entries[name].get(column.name, "") for column in columns] for name in names
        ]


class BenchmarkTable(_Table):
    """`{benchmark-table} engines extraction`: the ratios of benchmarks by name."""

    required_arguments = 1
    final_argument_whitespace = True

    def data(self):
        measured = read_benchmarks(self.env)
        rows = []
        for name in self.arguments[0].split():
            rows += rows_of_benchmark(name, measured.get(name))
        return self.picked(list(BENCHMARK_COLUMNS), rows)


def _cell_text(value, column):
    if value == "":
        return ""
    return format_value(value, column.spec, f"column '{column.name}'")


def _entry(text, right):
    entry = nodes.entry(classes=["text-right"] if right else [])
    entry += nodes.paragraph(text, text)
    return entry


def _all_numbers(rows, place):
    values = [row[place] for row in rows if row[place] != ""]
    return bool(values) and all(
        isinstance(value, Real) and not isinstance(value, bool) for value in values
    )


def _title(name):
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]

"""Results of a run in the book's pages.

Roles
    {num}`baseline#validation.accuracy:.3f`
        One number, text or list of a notebook's scraps, with a Python format
        specification after the colon. `published/ee6222:baseline#...` reads
        the committed run of that name instead of the book's own.
        `fusion#branches[pose].validation:.3f` reads a cell of a table: the row by the
        name in its first column.
    {run}`parameters.n_samples`
        One entry of the run's own record, with the same formats.
    {reported}`original_baseline.accuracy:.3f`
        One entry of `reported_results.yml`.
    {benchmark}`engines.machine.cpu`
        One entry of what `make bench` has written.

Directives
    {scrap-figure} baseline#confusion_figure
    {scrap-table} baseline#folds
    {run-table} parameters
    {reported-table}
    {benchmark-table} engines extraction
        The ratios of benchmarks.
    {not-run} pose
        A note that the notebook was not run, and why; nothing if it was run.
        `published/ee6222:pose` asks that run. The content is ignored.
    {if-run} pose
        Its content, if the notebook was run.

Of a notebook that the run left out, a number is the words "not run", and a figure
or table keeps its numbered caption, so that references to it hold. A scrap that is
missing for any other reason, NaN or from an unfinished run, an alternative text
that is missing, a format that does not fit: each is reported with its line, and
the build fails.
"""

import os

from scraps import mathjax, problems, provenance, runs
from scraps.figures import ScrapFigure
from scraps.not_run import IfRun, NotRunNote
from scraps.roles import (
    BenchmarkRole,
    NumberRole,
    ReportedRole,
    RunRole,
    ScrapText,
)
from scraps.tables import BenchmarkTable, ReportedTable, RunTable, ScrapTable


def setup(app):
    app.add_config_value("scraps_run_dir", "", "env", types=(str,))
    app.add_config_value("scraps_reported", "book/reported_results.yml", "env")
    app.add_config_value("scraps_benchmarks", "benchmarks/results.json", "env")
    app.connect("config-inited", _take_run_dir)
    app.add_role("num", NumberRole())
    app.add_role("run", RunRole())
    app.add_role("reported", ReportedRole())
    app.add_role("benchmark", BenchmarkRole())
    app.add_directive("scrap-figure", ScrapFigure)
    app.add_directive("scrap-table", ScrapTable)
    app.add_directive("run-table", RunTable)
    app.add_directive("reported-table", ReportedTable)
    app.add_directive("benchmark-table", BenchmarkTable)
    app.add_directive("not-run", NotRunNote)
    app.add_directive("if-run", IfRun)
    ScrapText.register(app)
    problems.setup(app)
    provenance.setup(app)
    runs.setup(app)
    mathjax.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _take_run_dir(app, config):
    """The environment names the run, unless the configuration does."""
    if not config.scraps_run_dir:
        config.scraps_run_dir = os.environ.get("DARKHAR_RUN_DIR", "")

"""Roles and directives on a page: what they show, and what fails the build."""

import json
import re

import nbformat
import pytest
from fake_run import executed_notebook, table, write_published
from scraps.benchmarks import BENCHMARK_COLUMNS, rows_of_benchmark

from darkhar.results.scraps import Figure, NotebookScraps

NUMBER = "{num}`baseline#validation.accuracy:.3f`"
FIGURE = """
```{scrap-figure} baseline#curves_figure
:name: fig-curves
:alt: Two lines.

Curves of *each* fold.
```
"""


def test_number_is_shown_with_its_name(project):
    project.page(f"# Page\n\nAccuracy {NUMBER} of {{num}}`baseline#names`.")
    passed, problems = project.build()
    assert passed, problems
    assert 'title="baseline#validation.accuracy">0.194</span>' in project.html()
    assert "Jump, Run and Sit" in project.html()


def test_number_in_a_pipe_table(project):
    project.page(f"# Page\n\n| a | b |\n| - | - |\n| {NUMBER} | 1 |\n")
    passed, problems = project.build()
    assert passed, problems
    assert ">0.194<" in project.html()


def test_number_as_code(project):
    project.page("# Page\n\n{num}`baseline#names.0:code`")
    assert project.build()[0]
    assert re.search(r"<code[^>]*><span[^>]*>Jump</span></code>", project.html())


def test_cell_of_a_table_by_its_names(project):
    folds = table(["fold", "held out"], ["a b", 0.125], ["at random: 2.", 0.25], [3, 1])
    project.scraps.values["named"] = folds
    project.write_run()
    project.page(
        "# Page\n\n{num}`baseline#named[a b].held out:.3f`,"
        " {num}`baseline#named[at random: 2.].held out:.2f`,"
        " {num}`baseline#named[3].held out`"
    )
    passed, problems = project.build()
    assert passed, problems
    html = project.html()
    assert 'title="baseline#named[a b].held out">0.125</span>' in html
    assert 'title="baseline#named[at random: 2.].held out">0.25</span>' in html
    assert 'title="baseline#named[3].held out">1</span>' in html


def test_number_links_to_the_cell_that_glued_it(project):
    project.page(f"# Page\n\n{NUMBER}\n\n```{{toctree}}\nnotebooks/baseline\n```")
    (project.source / "notebooks").mkdir()
    shown = executed_notebook("baseline", project.scraps)
    for cell in shown.cells:
        cell.get("outputs", []).clear()
    nbformat.write(shown, project.source / "notebooks" / "baseline.ipynb")
    passed, problems = project.build()
    assert passed, problems
    assert 'href="notebooks/baseline.html#scrap-baseline-validation"' in project.html()
    assert 'id="scrap-baseline-validation"' in project.html("notebooks/baseline")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{num}`baseline#validation.acuracy:.3f`", "baseline#validation.accuracy"),
        ("{num}`baseline#nothing`", "no result"),
        ("{num}`other#validation.accuracy:.3f`", "no notebook 'other'"),
        ("{num}`published/none:baseline#validation.n`", "no results.json"),
        ("{num}`validation.accuracy`", "names no result"),
        ("{num}`baseline#validation.accuracy`", "needs a format"),
        ("{num}`baseline#folds[3].size`", "no row '3' in 'baseline#folds'"),
        ("{num}`baseline#folds[2].sizes`", "did you mean 'size'?"),
        ("{num}`baseline#folds[2]`", "names no result"),
        ("{num}`baseline#validation[2].size`", "is not a table"),
        ("```{scrap-table} baseline#folds[2].size\n\nX.\n```", "no result"),
        ("{run}`parameters.epoch`", "no 'parameters.epoch'"),
        ("{reported}`nobody.accuracy:.3f`", "reported results"),
        ("```{scrap-table} baseline#validation\n\nCaption.\n```", "is not a table"),
        (
            "```{scrap-table} baseline#folds\n:columns: fold; size\n```",
            "has no caption",
        ),
        (
            "```{scrap-table} baseline#folds\n:columns: folds\n\nCaption.\n```",
            "no column 'folds'",
        ),
        ("```{run-table} weather\n\nCaption.\n```", "no table 'weather'"),
        (
            "```{scrap-figure} baseline#curves_figure\n\nCaption.\n```",
            "no alternative text",
        ),
        (
            "```{scrap-figure} baseline#curves_figure\n:alt: Lines.\n```",
            "no caption",
        ),
        (
            "```{scrap-figure} baseline#no_figure\n:alt: Lines.\n\nCaption.\n```",
            "no figure 'baseline#no_figure'",
        ),
        ("{numref}`fig-nowhere`", "fig-nowhere"),
        ("[](nowhere.md)", "nowhere.md"),
        ("![alt](nowhere.png)", "nowhere.png"),
    ],
)
def test_what_is_wrong_fails_the_build(project, text, problem):
    project.page(f"# Page\n\n{text}\n")
    passed, problems = project.build()
    assert not passed
    assert problem in problems
    assert "index.md" in problems


def test_every_problem_is_named_with_its_line(project):
    project.page("# Page\n\n{num}`baseline#one`\n\n{num}`baseline#two`\n")
    _, problems = project.build()
    assert re.search(r"index\.md:3: .*baseline#one", problems)
    assert re.search(r"index\.md:5: .*baseline#two", problems)


def test_a_faulty_page_fails_again(project):
    project.page("# Page\n\n{num}`baseline#one`\n")
    assert not project.build()[0]
    assert not project.build()[0]


def _spoil(project, change):
    path = project.run_dir / "results.json"
    results = json.loads(path.read_text())
    change(results)
    path.write_text(json.dumps(results))


def test_unfinished_run_fails(project):
    project.write_run(finished=False)
    project.page(f"# Page\n\n{NUMBER}")
    passed, problems = project.build()
    assert not passed
    assert "is not finished" in problems


def test_failed_notebook_fails(project):
    path = project.run_dir / "baseline.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["papermill"] = {"exception": True}
    nbformat.write(notebook, path)
    project.page(f"# Page\n\n{NUMBER}")
    passed, problems = project.build()
    assert not passed
    assert "failed" in problems


def test_stale_results_fail(project):
    def change(results):
        results["results"]["baseline#validation.accuracy"] = 0.9

    _spoil(project, change)
    project.page(f"# Page\n\n{NUMBER}")
    passed, problems = project.build()
    assert not passed
    assert "not of the same run" in problems


def test_nan_in_a_notebook_fails(project):
    path = project.run_dir / "baseline.ipynb"
    path.write_text(path.read_text().replace("0.19449", '"nan"'))
    project.page(f"# Page\n\n{NUMBER}")
    passed, problems = project.build()
    assert not passed
    assert "'baseline#validation.accuracy' is nan" in problems


def test_no_run_fails(project, monkeypatch):
    monkeypatch.delenv("DARKHAR_RUN_DIR", raising=False)
    project.page(f"# Page\n\n{NUMBER}")
    passed, problems = project.build(scraps_run_dir="")
    assert not passed
    assert "DARKHAR_RUN_DIR" in problems


def test_the_environment_names_the_run(project, monkeypatch):
    monkeypatch.setenv("DARKHAR_RUN_DIR", str(project.run_dir))
    project.page(f"# Page\n\n{NUMBER}")
    passed, problems = project.build(scraps_run_dir="")
    assert passed, problems
    assert ">0.194<" in project.html()


def test_a_changed_number_is_picked_up(project):
    project.page(f"# Page\n\n{NUMBER}\n\n```{{toctree}}\nother\n```")
    project.page("# Other\n\nNothing from the run.", name="other")
    assert project.build()[0]
    before = (project.out / "other.html").stat().st_mtime_ns
    project.set_accuracy(0.5)
    assert project.build()[0]
    assert ">0.500<" in project.html()
    assert (project.out / "other.html").stat().st_mtime_ns == before


def test_nothing_changed_writes_nothing(project):
    project.page(f"# Page\n\n{NUMBER}\n{FIGURE}")
    assert project.build()[0]
    before = (project.out / "index.html").stat().st_mtime_ns
    assert project.build()[0]
    assert (project.out / "index.html").stat().st_mtime_ns == before


def test_figure(project):
    project.page(f"# Page\n\nSee {{numref}}`fig-curves`.\n{FIGURE}")
    passed, problems = project.build()
    assert passed, problems
    html = project.html()
    image = re.search(r'<img alt="Two lines\."[^>]* src="([^"]+)"', html)
    shown = project.out / image[1]
    assert shown.read_bytes() == project.scraps.figures["curves_figure"].payload
    assert "Curves of <em>each</em> fold." in html
    assert re.search(r'href="#fig-curves"><span[^>]*>Fig\. 1<', html)
    assert re.search(r"Source: <span[^>]*>baseline#curves_figure<", html)


def test_png_is_shown_in_its_printed_size(project):
    # 6 inches at 150 dots an inch are 900 pixels; a page has 96 to the inch.
    project.page(FIGURE.replace("curves_figure", "frames_figure"))
    assert project.build()[0]
    assert "width: 576px" in project.html()


@pytest.mark.parametrize(
    "figure",
    [
        Figure("image/png", b"\x89PNG\r\n\x1a\nno picture", False),
        Figure("image/svg+xml", b"<svg><path></svg>", False),
    ],
)
def test_broken_picture_fails(project, figure):
    project.scraps.figures["curves_figure"] = figure
    project.write_run()
    project.page(f"# Page\n{FIGURE}")
    passed, problems = project.build()
    assert not passed
    assert "the picture is broken" in problems


def test_a_changed_figure_is_picked_up(project):
    project.page(f"# Page\n{FIGURE}")
    assert project.build()[0]
    project.scraps.figures["curves_figure"] = Figure("image/svg+xml", b"<svg/>", False)
    project.write_run()
    project.set_accuracy(0.5)
    assert project.build()[0]
    image = re.search(r'<img alt="Two lines\."[^>]* src="([^"]+)"', project.html())
    assert (project.out / image[1]).read_bytes() == b"<svg/>"


def test_table(project):
    project.page(
        "# Page\n\nSee {numref}`tab-folds`.\n\n"
        "```{scrap-table} baseline#folds\n:name: tab-folds\n"
        ":columns: fold = Fold; size = Clips | ,d; accuracy | .2f\n\nThe folds.\n```"
    )
    passed, problems = project.build()
    assert passed, problems
    table = re.search(r'<table.*?id="tab-folds".*?</table>', project.html(), re.S)[0]
    cells = re.findall(r"<p>(.*?)</p>", table)
    assert cells == [
        "Fold",
        "Clips",
        "Accuracy",
        "1",
        "1,200",
        "0.50",
        "2",
        "30",
        "0.12",
    ]
    assert "The folds." in table
    assert "baseline#folds" in table


def test_published_run(project):
    folder = project.source / "published" / "real"
    folder.mkdir(parents=True)
    other = NotebookScraps({"validation": {"n": 24}}, project.scraps.figures)
    write_published(folder, {"baseline": other})
    project.page(
        "# Page\n\n{num}`published/real:baseline#validation.n`"
        " of {num}`baseline#validation.n`\n"
        + FIGURE.replace("baseline#", "published/real:baseline#")
    )
    passed, problems = project.build()
    assert passed, problems
    assert 'title="baseline#validation.n in published/real">24<' in project.html()
    assert ">36<" in project.html()
    project.page(
        FIGURE.replace("baseline#curves", "published/real:baseline#frames"), "index"
    )
    passed, problems = project.build()
    assert not passed
    assert "shows frames of clips" in problems


def test_run_and_reported(project):
    reported = project.source / "book" / "reported_results.yml"
    reported.parent.mkdir()
    reported.write_text(
        "smith:\n  accuracy: 0.25\n  source: Smith (1999)\n"
        "jones:\n  accuracy: 0.5\n  source: Jones (2001)\n"
    )
    project.page(
        "# Page\n\n{run}`parameters.n_samples` {run}`run:code`"
        " {reported}`smith.accuracy:.1%`\n\n"
        "```{reported-table}\n:rows: jones\n:columns: source; accuracy | .2f\n"
        "\nX.\n```\n\n"
        "```{run-table} parameters\n\nP.\n```"
    )
    passed, problems = project.build()
    assert passed, problems
    html = project.html()
    assert 'title="results.json: parameters.n_samples">16<' in html
    assert 'title="Reported: Smith (1999)">25.0%<' in html
    assert "<p>Jones (2001)</p>" in html
    assert "<p>Smith (1999)</p>" not in html
    assert "<p>Adam’s step size.</p>" in html or "<p>Adam's step size.</p>" in html


def test_a_reported_result_needs_a_source(project):
    reported = project.source / "book" / "reported_results.yml"
    reported.parent.mkdir()
    reported.write_text("smith:\n  accuracy: 0.25\n")
    project.page("# Page\n\n{reported}`smith.accuracy:.2f`")
    passed, problems = project.build()
    assert not passed
    assert "names no source" in problems


def measured(**changes):
    ratio = {
        "name": "decoding",
        "reference": "theirs",
        "ours": "ours",
        "unit": "ms a frame",
        "reference_value": 12.345,
        "ours_value": 4.0,
        "ratio": 3.125,
        "low": 3.0,
        "high": 3.25,
        "pairs": 9,
        "kind": "at least",
        "bar": 2.5,
        "note": "",
    }
    return {"machine": {"cores": 2}, "ratios": [ratio | changes]}


def test_benchmarks(project):
    file = project.source / "benchmarks" / "results.json"
    file.parent.mkdir()
    once = measured(name="all", pairs=1, kind="at most", bar=None)
    file.write_text(json.dumps({"video": measured(), "whole": once}))
    project.page(
        "# Page\n\n{benchmark}`video.machine.cores` cores.\n\n"
        "```{benchmark-table} video whole late_one\n"
        ":columns: name; reference; ours; ratio | .2f; quartiles; bar; met\n"
        "\nX.\n```\n"
    )
    passed, problems = project.build()
    assert passed, problems
    html = project.html()
    assert 'title="benchmarks: video.machine.cores">2<' in html
    cells = re.findall(r"<td[^>]*><p>(.*?)</p></td>", html)
    assert cells[:7] == [
        "decoding",
        "theirs: 12.3 ms a frame",
        "ours: 4 ms a frame",
        "3.12",
        "3.00 to 3.25",
        "at least 2.5",
        "yes",
    ]
    assert cells[7] == "all"
    assert "3.00 to 3.25" not in cells[7:] and "at most" not in " ".join(cells[7:])
    rest = cells[cells.index("late one") :]
    assert rest[:2] == ["late one", "not measured"]


@pytest.mark.parametrize(
    ("kind", "bar", "met"),
    [
        ("at least", 3.125, "yes"),
        ("at least", 3.2, "no"),
        ("at most", 3.125, "yes"),
        ("at most", 3.1, "no"),
        ("at most", None, ""),
    ],
)
def test_which_aims_are_met(kind, bar, met):
    (row,) = rows_of_benchmark("video", measured(kind=kind, bar=bar))
    assert row[BENCHMARK_COLUMNS.index("met")] == met


@pytest.mark.parametrize(
    ("content", "page", "problem"),
    [
        (None, "{benchmark}`video.machine.cores`", "`make bench` writes them"),
        ("{}", "{benchmark}`video.machine.cores`", "no benchmark 'video'"),
        ('{"video": {}}', "{benchmark}`video.machine.cores`", "no 'machine.cores'"),
    ],
)
def test_benchmarks_that_are_not_there(project, content, page, problem):
    file = project.source / "benchmarks" / "results.json"
    file.parent.mkdir()
    if content is not None:
        file.write_text(content)
    project.page(f"# Page\n\n{page}")
    passed, problems = project.build()
    assert not passed
    assert problem in problems


def test_mathematics_comes_with_the_page(project):
    project.page("# Page\n\n```{math}\nx^2\n```")
    passed, problems = project.build()
    assert passed, problems
    script = re.search(r'src="(_static/mathjax/[^"?]+)', project.html())[1]
    assert (project.out / script).stat().st_size > 1_000_000
    fonts = project.out / "_static/mathjax/output/chtml/fonts/woff-v2"
    assert (fonts / "MathJax_Main-Regular.woff").is_file()
    assert "https://" not in "".join(re.findall(r"<script[^>]*>", project.html()))


def test_a_figure_on_two_pages_outdates_neither(project):
    project.page(f"# Page\n{FIGURE}\n```{{toctree}}\nother\n```")
    project.page(f"# Other\n{FIGURE.replace('fig-curves', 'fig-other')}", name="other")
    passed, problems = project.build()
    assert passed, problems
    before = [
        (project.out / f"{n}.html").stat().st_mtime_ns for n in ("index", "other")
    ]
    assert project.build()[0]
    after = [(project.out / f"{n}.html").stat().st_mtime_ns for n in ("index", "other")]
    assert after == before

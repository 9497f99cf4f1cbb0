"""A sweep's page from files written by hand; one is built for real."""

import json
from html.parser import HTMLParser

import pytest

from darkhar.config import UsageError
from darkhar.pipeline.sweep import page
from darkhar.pipeline.sweep.page import write_results

ACCURACY, LOSS = "baseline#validation.accuracy", "baseline#validation.loss"
ERROR = (
    "TypeError: <lambda>() of Foo.__init__() x | y `a` list[int](x) 'q' **b** (In [5])"
)


def results(correct, loss, n=4):
    return {
        "baseline#validation.accuracy": correct / n,
        "baseline#validation.correct": correct,
        "baseline#validation.n": n,
        "baseline#validation.loss": loss,
        "baseline#cross_validation.accuracy": 0.5,
    }


@pytest.fixture
def sweep(tmp_path):
    """Writes the files of a sweep, and tells its folder."""

    def write(runs, patterns=("*#validation.accuracy", "*#validation.loss")):
        """Runs by name: their settings and results; a text tells why they failed."""
        directory = tmp_path / "tiny"
        rows = []
        for name, (settings, found) in runs.items():
            failed = isinstance(found, str)
            rows.append(
                {
                    "run": name,
                    "settings": settings,
                    "state": "failed" if failed else "done",
                    "error": found if failed else "",
                }
            )
            content = {
                "format": 1,
                "finished": True,
                "parameters": {},
                "data": {"classes": 5, "train_clips": 10, "val_clips": 4},
                "library": {
                    "version": "9.8",
                    "source_sha256": "abcdef012345" + 52 * "6",
                },
                "machine": {"cpu": "Abacus", "cores": 7},
                "notebooks": {},
                "results": found,
                "figures": {},
            }
            (directory / name).mkdir(parents=True)
            (directory / name / "results.json").write_text(json.dumps(content))
        state = {
            "preset": "demo",
            "fixed": {"folds": 2, "pose_splitter": None},
            "notebooks": ["extraction", "pose", "baseline"],
            "results": list(patterns),
            "runs": rows,
        }
        (directory / "sweep.json").write_text(json.dumps(state))
        return directory

    return write


@pytest.fixture
def source(monkeypatch):
    """Writes results without a build; the text of the page's source."""
    built = []

    def call_jupyter_book(source, output, *_, **__):
        built.append(source)
        return output / "_build" / "html"

    monkeypatch.setattr(page, "call_jupyter_book", call_jupyter_book)

    def write(directory):
        write_results(directory)
        return (built[-1] / "index.md").read_text()

    return write


SEEDS = {
    "r1": ({"lstm_units": 4, "seed": 0}, results(1, 1.25)),
    "r2": ({"lstm_units": 4, "seed": 1}, results(3, 1.75)),
    "r3": ({"lstm_units": 8, "seed": 0}, results(1, 0.0004)),
    "r4": ({"lstm_units": 8, "seed": 1}, ERROR),
}


class Page(HTMLParser):
    """Tables as lists of rows, figures' files, and all of the text."""

    def __init__(self, html):
        super().__init__()
        self.tables, self.figures, self.text = [], [], ""
        self._cell = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = True
            self.tables[-1][-1].append("")
        elif tag in ("img", "object"):
            self.figures += [v for k, v in attrs if k in ("src", "data")]

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data):
        self.text += data
        if self._cell:
            # The book's quotes are typographic.
            plain = data.translate(str.maketrans("\u2018\u2019", "''"))
            self.tables[-1][-1][-1] += plain.strip("\n")


@pytest.mark.books
def test_the_page_holds_tables_figures_and_failures(sweep):
    directory = sweep(SEEDS)
    problems = []

    built = write_results(directory, problems.append)

    assert problems == []
    assert built == directory / "page" / "_build" / "html" / "index.html"
    found = Page(built.read_text())
    parameters, accuracies, losses, failures = found.tables
    assert parameters == [
        ["parameter", "values"],
        ["lstm_units", "4, 8"],
        ["seed", "0, 1"],
        ["folds", "2"],
        ["pose_splitter", "none"],
    ]
    # Wilson (1927), with z = 1.96 and z² = 3.84, of 2 and of 1 of 4 clips:
    # (p + z²/8 ± z sqrt(p(1 - p)/4 + z²/64)) / (1 + z²/4)
    # = 0.500 ± 0.350 and 0.372 ± 0.327. The deviation of 1/4 and 3/4 is sqrt(1/8).
    assert accuracies == [
        ["lstm_units", "mean", "sd", "min", "max", "95% interval", "clips", "seeds"],
        ["4", "0.500", "0.354", "0.250", "0.750", "0.150 to 0.850", "4", "2"],
        ["8", "0.250", "", "0.250", "0.250", "0.046 to 0.699", "4", "1"],
    ]
    assert losses == [
        ["lstm_units", "mean", "sd", "min", "max", "seeds"],
        ["4", "1.500", "0.354", "1.250", "1.750", "2"],
        ["8", "0.0004", "", "0.0004", "0.0004", "1"],
    ]
    assert failures == [
        ["run", "settings", "error"],
        ["r4", "lstm_units=8, seed=1", ERROR],
    ]
    text = " ".join(found.text.split())
    for part in (
        "Sweep tiny",
        "4 runs of the preset demo, of which 3 are done and 1 failed.",
        "Each executes extraction, pose and baseline.",
        "10 training and 4 validation clips of 5 classes;",
        "library 9.8 (abcdef012345); Abacus, 7 cores.",
        "has made a choice on validation clips",
    ):
        assert part in text
    assert len(found.figures) == 2
    for figure in found.figures:
        assert "<svg" in (built.parent / figure).read_text()
    table = (directory / "results.csv").read_text()
    assert table.splitlines() == [
        "run,lstm_units,seed,result,value",
        f"r1,4,0,{ACCURACY},0.25",
        f"r1,4,0,{LOSS},1.25",
        f"r2,4,1,{ACCURACY},0.75",
        f"r2,4,1,{LOSS},1.75",
        f"r3,8,0,{ACCURACY},0.25",
        f"r3,8,0,{LOSS},0.0004",
    ]
    (download,) = built.parent.rglob("results.csv")
    assert download.read_text() == table


def rows(text, heading):
    """The table under a heading."""
    part = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith("|")]


def test_without_seeds_a_value_and_no_note_without_validation(sweep, source):
    runs = {
        "r1": ({"epochs": 3}, results(1, 1.0)),
        "r2": ({"epochs": 5}, results(2, 2.0)),
    }
    text = source(sweep(runs, ["*#cross_validation.accuracy"]))

    # Of how many clips a share of folds is, no result says.
    assert rows(text, "baseline#cross_validation.accuracy") == [
        "| epochs | value |",
        "| --- | --- |",
        "| 3 | 0.500 |",
        "| 5 | 0.500 |",
    ]
    assert "choice on validation clips" not in text
    assert "Wilson" not in text
    assert "## Failed runs" not in text


def test_an_interval_needs_the_same_number_of_clips(sweep, source):
    runs = {
        "r1": ({"epochs": 3, "seed": 0}, results(1, 1.0)),
        "r2": ({"epochs": 3, "seed": 1}, results(2, 1.0, n=8)),
        "r3": ({"epochs": 5, "seed": 0}, results(2, 1.0)),
    }
    text = source(sweep(runs, ["*#validation.accuracy"]))

    assert rows(text, ACCURACY)[2:] == [
        "| 3 | 0.250 | 0.000 | 0.250 | 0.250 |  |  | 2 |",
        "| 5 | 0.500 |  | 0.500 | 0.500 | 0.150 to 0.850 | 4 | 1 |",
    ]


def test_seeds_alone_are_one_setting(sweep, source):
    runs = {f"r{i}": ({"seed": i}, results(i, 1.0)) for i in (1, 2, 3)}
    text = source(sweep(runs, ["*#validation.accuracy"]))

    (row,) = rows(text, ACCURACY)[2:]
    assert row.startswith("| 0.500 | 0.250 | 0.250 | 0.750 | 0.150 to 0.850 | 4 | 3")


def test_seeds_are_whole_numbers(sweep, source):
    runs = {f"r{i}": ({"seed": i}, results(i, 1.0)) for i in (1, 2, 3)}
    text = source(sweep(runs, ["*#validation.accuracy"]))

    assert rows(text, ACCURACY)[2].endswith("| 4 | 3 |")


def test_settings_are_shown_as_they_are_written(sweep, source):
    values = [(16, None), (1, "stratified"), (1.0, "stratified"), (0.5, None)]
    runs = {
        f"r{i}": ({"n_samples": n, "pose_splitter": splitter}, results(i, 1.0))
        for i, (n, splitter) in enumerate(values)
    }
    text = source(sweep(runs, ["*#validation.loss"]))

    assert rows(text, LOSS)[2:] == [
        "| 16 | none | 1.000 |",
        # One frame is not all frames.
        "| 1 | stratified | 1.000 |",
        "| 1.0 | stratified | 1.000 |",
        "| 0.5 | none | 1.000 |",
    ]


def test_a_sweep_of_failures_only(sweep, source):
    directory = sweep({"r1": ({"seed": 0}, "here"), "r2": ({"seed": 1}, "why | not")})
    text = source(directory)

    assert "2 runs of the preset `demo`, of which 0 are done and 2 failed." in text
    first, second = rows(text, "Failed runs")[2:]
    assert first.startswith("| `r1` | seed=0 | ")
    assert "here" in first
    assert "why \\| not" in second
    assert list((directory / "page" / "source").glob("*.svg")) == []


def test_figures_are_the_same_each_time(sweep, source):
    directory = sweep(SEEDS)
    path = directory / "page" / "source" / "baseline_validation_accuracy.svg"
    source(directory)
    before = path.read_bytes()
    path.unlink()
    source(directory)

    assert path.read_bytes() == before


def test_figures_show_seeds_intervals_and_chance(sweep, source, monkeypatch):
    drawn = {}

    def plot_sweep(values, *, xlabel, **options):
        drawn[xlabel] = (values, options)
        return page.mpl.figure.Figure()

    monkeypatch.setattr(page, "plot_sweep", plot_sweep)
    source(sweep(SEEDS))

    values, options = drawn[ACCURACY]
    assert values == {"lstm_units=4": [0.25, 0.75], "lstm_units=8": [0.25]}
    assert options["chance"] == 1 / 5
    assert options["intervals"]["lstm_units=4"] == pytest.approx(
        (0.150, 0.850), abs=1e-3
    )
    assert options["intervals"]["lstm_units=8"] == pytest.approx(
        (0.046, 0.699), abs=1e-3
    )
    values, options = drawn[LOSS]
    assert values == {"lstm_units=4": [1.25, 1.75], "lstm_units=8": [0.0004]}
    assert options == {"intervals": {}, "chance": None}


def test_no_such_sweep(tmp_path):
    with pytest.raises(UsageError, match="there is no sweep 'none'"):
        write_results(tmp_path / "none")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.000"),
        (0.12345, "0.123"),
        (0.001, "0.001"),
        (0.00012345, "0.000123"),
        (-12.5, "-12.500"),
        (1234.5, "1.23e+03"),
        (float("nan"), ""),
    ],
)
def test_numbers(value, text):
    assert page._number(value) == text

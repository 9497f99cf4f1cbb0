import pytest

from darkhar.cli import sweeps
from darkhar.cli.main import main
from darkhar.pipeline.sweep.make import Outcome


@pytest.fixture
def sweep(capsys, tmp_path, monkeypatch):
    """Calls `darkhar sweep` in an empty folder: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def render(*_):
        raise AssertionError("nobody should have asked")

    monkeypatch.setattr("darkhar.data.source._embedded_directory", render)
    root = tmp_path / "sweeps"
    monkeypatch.setattr("darkhar.pipeline.sweep.make.sweeps_root", lambda: root)

    def call(*arguments):
        with pytest.raises(SystemExit) as caught:
            main(["sweep", *arguments])
        printed = capsys.readouterr()
        return caught.value.code, printed.out, printed.err

    return call


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (
            "grid: {seed: [0]}",
            ["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"],
            "give --workers or --scheduler: a scheduler has its workers",
        ),
        (None, [], "grid.yaml: no such file"),
        ("grid: {epoch: [0]}", [], "did you mean 'epochs'?"),
        ("preset: paper\ngrid: {seed: [0]}", [], "add --data-dir DIR"),
        ("grid: {data_dir: [x]}", ["--data-dir", "y"], "is given twice"),
        ("grid: {seed: [0]}", ["--data-dir", "none"], "none is missing; name a folder"),
        ("grid: {seed: [0]}", ["--name", "a/b"], "is letters, digits"),
    ],
)
def test_wrong_calls_are_one_line(sweep, tmp_path, text, options, message):
    if text is not None:
        (tmp_path / "grid.yaml").write_text(text)

    code, out, err = sweep("grid.yaml", *options)

    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "sweeps").exists()


def test_wrong_options(sweep):
    assert sweep()[0] == 2
    code, _, err = sweep("grid.yaml", "--workers", "0")
    assert code == 2
    assert "0 is not in the range x>=1" in err


@pytest.mark.parametrize(
    ("options", "name", "passed"),
    [
        ([], "grid", {"n_workers": 3, "scheduler": None}),
        (["--workers", "5"], "grid", {"n_workers": 5, "scheduler": None}),
        (
            ["--scheduler", "tcp://a:1", "--name", "b"],
            "b",
            {"n_workers": 3, "scheduler": "tcp://a:1"},
        ),
    ],
)
def test_what_failed_is_told_in_the_end(
    sweep, tmp_path, monkeypatch, options, name, passed
):
    (tmp_path / "grid.yaml").write_text("grid: {seed: [0, 1, 2]}")
    failing = {1}
    called = []

    def make_sweep(grid, name, *, report, **options):
        called.append((name, options))
        report("  made")
        return [
            Outcome(point, "failed", "no memory")
            if point.settings["seed"] in failing
            else Outcome(point, "done")
            for point in grid.points
        ]

    def write_results(directory, report):
        report("  built")
        return directory / "page.html"

    monkeypatch.setattr(sweeps, "cores", lambda: 8)
    monkeypatch.setattr(sweeps, "sweeps_root", lambda: tmp_path / "sweeps")
    monkeypatch.setattr(sweeps, "make_sweep", make_sweep)
    monkeypatch.setattr(sweeps, "write_results", write_results)

    code, out, err = sweep("grid.yaml", *options)

    assert called == [(name, passed)]
    assert code == 1
    assert out.splitlines() == [
        "  made",
        f"table: sweeps/{name}/results.csv",
        f"page: sweeps/{name}/page.html",
    ]
    # The runs that failed are told even if the page cannot be built.
    told, line, built = err.splitlines()
    assert (told, built) == ("1 of 3 runs failed:", "  built")
    assert line.endswith(" (seed=1): no memory")
    failing.clear()
    assert sweep("grid.yaml", *options)[0] == 0

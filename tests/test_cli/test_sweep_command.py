import pytest

# Else the command would import it while `sweeps_root` is another.
import darkhar.cli.sweeps  # noqa: F401
from darkhar.cli.main import main


@pytest.fixture
def sweep(capsys, tmp_path, monkeypatch):
    """Calls `darkhar sweep` in an empty folder: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
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

import json
import math

import pandas as pd
import pytest

from darkhar.config import ResultsError, UsageError
from darkhar.pipeline.sweep.table import read_state, summary, tidy_table


@pytest.fixture
def sweep(tmp_path):
    """Writes a sweep's files, and tells its folder."""

    def write(runs, patterns):
        """Runs by name: their settings and results; None where they failed."""
        directory = tmp_path / "tiny"
        rows = []
        for name, (settings, results) in runs.items():
            state = "failed" if results is None else "done"
            rows.append(
                {"run": name, "settings": settings, "state": state, "error": ""}
            )
            content = {
                "format": 1,
                "finished": True,
                "parameters": {},
                "data": {},
                "notebooks": {},
                "results": results,
                "figures": {},
            }
            (directory / name).mkdir(parents=True)
            if results is not None:
                (directory / name / "results.json").write_text(json.dumps(content))
        state = {"results": patterns, "runs": rows}
        (directory / "sweep.json").write_text(json.dumps(state))
        return directory

    return write


def results(accuracy, loss):
    return {
        "baseline#validation.accuracy": accuracy,
        "baseline#validation.loss": loss,
        "baseline#validation.n": 4,
        "baseline#validation.best": True,
        "baseline#validation.class": "Jump",
        "fusion#validation.accuracy": accuracy / 2,
    }


def test_a_row_for_each_number_of_each_run_that_is_done(sweep):
    directory = sweep(
        {
            "r3": ({"epochs": 5, "seed": 1}, results(0.5, 2.5)),
            "r1": ({"epochs": 5, "seed": 0}, None),
            "r2": ({"epochs": 3, "seed": 1}, results(0.25, 1.5)),
        },
        ["baseline#validation.?*", "*.missing"],
    )

    table = tidy_table(directory)

    assert list(table.columns) == ["run", "epochs", "seed", "result", "value"]
    assert table.values.tolist() == [
        ["r3", 5, 1, "baseline#validation.accuracy", 0.5],
        ["r3", 5, 1, "baseline#validation.loss", 2.5],
        ["r3", 5, 1, "baseline#validation.n", 4],
        ["r2", 3, 1, "baseline#validation.accuracy", 0.25],
        ["r2", 3, 1, "baseline#validation.loss", 1.5],
        ["r2", 3, 1, "baseline#validation.n", 4],
    ]


def test_patterns_are_of_the_whole_key(sweep):
    directory = sweep(
        {"r1": ({"seed": 0}, results(0.5, 2.5))},
        ["*#validation.accuracy", "validation.loss", "BASELINE#*"],
    )

    assert list(tidy_table(directory)["result"]) == [
        "baseline#validation.accuracy",
        "fusion#validation.accuracy",
    ]


def test_a_result_that_no_run_has(sweep):
    directory = sweep(
        {
            "r1": ({"seed": 0}, None),
            "r2": ({"seed": 1}, results(0.5, 2.5)),
        },
        ["*.accuracies", "*#validation.class"],
    )

    with pytest.raises(ResultsError) as caught:
        tidy_table(directory)

    assert str(caught.value) == (
        "no result is called '*.accuracies' or '*#validation.class';"
        f" {directory / 'r2' / 'results.json'} lists them all"
    )


def test_no_run_is_done(sweep):
    directory = sweep({"r1": ({"seed": 0}, None)}, ["*"])

    table = tidy_table(directory)
    assert len(table) == 0
    assert table.columns.tolist() == ["run", "seed", "result", "value"]


def test_no_such_sweep(tmp_path):
    with pytest.raises(UsageError, match="there is no sweep 'tiny'"):
        tidy_table(tmp_path / "tiny")
    with pytest.raises(UsageError, match="there is no sweep 'tiny'"):
        read_state(tmp_path / "tiny")


def test_summary_over_seeds(sweep):
    runs = {
        "r1": ({"units": 8, "seed": 0}, results(0.5, 1.0)),
        "r2": ({"units": 8, "seed": 1}, results(0.75, 2.0)),
        "r3": ({"units": 8, "seed": 2}, results(0.25, 6.0)),
        "r4": ({"units": 4, "seed": 0}, results(0.5, 3.0)),
        "r5": ({"units": 4, "seed": 1}, None),
    }
    directory = sweep(runs, ["baseline*.accuracy", "*.loss"])

    found = summary(tidy_table(directory))

    assert list(found.columns) == [
        *("units", "result", "mean", "sd", "min", "max", "seeds"),
    ]
    assert found[["units", "result"]].values.tolist() == [
        ["8", "baseline#validation.accuracy"],
        ["8", "baseline#validation.loss"],
        ["4", "baseline#validation.accuracy"],
        ["4", "baseline#validation.loss"],
    ]
    # Of 1, 2 and 6 the squares about 3 are 4, 1 and 9: 14 / 2 = 7.
    numbers = found[["mean", "sd", "min", "max"]].values.tolist()
    assert numbers[0] == pytest.approx([0.5, 0.25, 0.25, 0.75])
    assert numbers[1] == pytest.approx([3.0, math.sqrt(7), 1.0, 6.0])
    assert numbers[2] == pytest.approx([0.5, math.nan, 0.5, 0.5], nan_ok=True)
    assert numbers[3] == pytest.approx([3.0, math.nan, 3.0, 3.0], nan_ok=True)
    assert list(found["seeds"]) == [3, 3, 1, 1]


def test_summary_of_seeds_alone_and_without_seeds():
    table = pd.DataFrame({"run": ["a", "b"], "seed": [0, 1], "result": ["x", "x"]})
    alone = summary(table.assign(value=[1, 3]))
    without = summary(
        table.assign(seed=[4, 5], value=[1, 3]).rename(columns={"seed": "epochs"})
    )

    assert alone[["result", "mean", "min", "max", "seeds"]].values.tolist() == [
        ["x", 2, 1, 3, 2]
    ]
    assert without[["epochs", "result", "mean", "seeds"]].values.tolist() == [
        ["4", "x", 1, 1],
        ["5", "x", 3, 1],
    ]


def test_none_is_a_setting(sweep):
    runs = {
        "r1": ({"pose_splitter": None, "seed": 0}, results(0.5, 1.0)),
        "r2": ({"pose_splitter": "stratified", "seed": 0}, results(0.25, 1.0)),
        "r3": ({"pose_splitter": None, "seed": 1}, results(1.0, 1.0)),
    }
    directory = sweep(runs, ["baseline*.accuracy"])

    found = summary(tidy_table(directory))

    assert list(found["mean"]) == [0.75, 0.25]
    assert list(found["seeds"]) == [2, 1]

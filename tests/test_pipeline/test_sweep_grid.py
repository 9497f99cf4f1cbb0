import pytest

from darkhar.config import PRESETS, Notebook, ParameterError, Parameters, UsageError
from darkhar.pipeline.sweep.grid import read_grid, shown

SMALL = {
    "first": Notebook(("data",)),
    "second": Notebook(("data",), after=("first",)),
    "third": Notebook(("data",)),
}


@pytest.fixture
def grid(tmp_path):
    """Reads a grid from its text."""

    def read(text, *arguments, **options):
        path = tmp_path / "grid.yaml"
        path.write_text(text)
        return read_grid(path, *arguments, **options)

    return read


def names(grid):
    return [point.name for point in grid.points]


def test_every_combination_the_last_parameter_fastest(grid):
    made = grid(
        "preset: demo\n"
        "fixed: {folds: 3}\n"
        "grid:\n"
        "  lstm_units: [8, 4]\n"
        "  sampler: [uniform, random]\n"
        "  seed: [0, 1]\n"
    )

    assert [list(point.settings.values()) for point in made.points] == [
        [8, "uniform", 0],
        [8, "uniform", 1],
        [8, "random", 0],
        [8, "random", 1],
        [4, "uniform", 0],
        [4, "uniform", 1],
        [4, "random", 0],
        [4, "random", 1],
    ]
    assert list(made.points[0].settings) == ["lstm_units", "sampler", "seed"]
    assert made.points[6].parameters == Parameters(
        folds=3, lstm_units=4, sampler="random"
    )
    assert str(made.points[6]) == "lstm_units=4, sampler=random, seed=0"
    assert made.fixed == {"folds": 3}
    assert made.axes["lstm_units"] == [8, 4]
    assert len(set(names(made))) == 8
    assert all(len(name) == 8 for name in names(made))


def test_what_a_grid_leaves_out(grid):
    made = grid("grid: {seed: [0]}", table=SMALL)

    assert made.preset == "demo"
    assert made.fixed == {}
    assert made.table == SMALL
    assert made.results == (
        "*#cross_validation.accuracy",
        "*#validation.accuracy",
        "*#validation.loss",
    )
    assert grid("grid: {seed: [0]}\nresults: ['*.low']").results == ("*.low",)


def test_runs_start_from_the_preset(grid):
    own = PRESETS["ee6222"].parameters.pose_samples
    made = grid(f"preset: ee6222\ngrid: {{pose_samples: [{own}, 8]}}", "clips")

    assert [point.parameters.pose_model for point in made.points] == [
        "movenet_thunder"
    ] * 2
    assert [point.parameters.pose_samples for point in made.points] == [own, 8]
    assert names(made)[:1] == names(grid("preset: ee6222\ngrid: {seed: [0]}", "clips"))


def test_a_name_stays_while_the_grid_grows(grid):
    small = grid("grid: {epochs: [5], seed: [1]}")
    wider = grid("grid: {epochs: [3, 5], seed: [0, 1]}")
    longer = grid("grid: {seed: [1], lstm_units: [32, 8], epochs: [5]}")
    moved = grid("fixed: {epochs: 5}\ngrid: {seed: [1]}")

    assert names(wider)[3:] == names(small)
    # 32 units are the default.
    assert names(longer)[:1] == names(small)
    assert names(moved) == names(small)


def test_a_name_stays_when_the_data_move(grid):
    text = "fixed: {data_dir: here}\ngrid: {epochs: [5]}"
    here = grid(text)
    there = grid(text.replace("here", "there"))
    asked = grid("grid: {epochs: [5]}", "elsewhere")

    assert names(here) == names(there) == names(asked)
    assert asked.fixed["data_dir"] == "elsewhere"
    assert len(set(names(grid("grid: {data_dir: [here, there]}")))) == 2


@pytest.mark.parametrize(
    "other",
    ["epochs: [6]", "epochs: [5], seed: [1]", "epochs: [5], extractor_weights: [a]"],
)
def test_a_name_changes_with_a_parameter(grid, other):
    assert names(grid(f"grid: {{{other}}}")) != names(grid("grid: {epochs: [5]}"))


def test_values_that_yaml_takes_for_texts(grid):
    made = grid(
        "fixed: {pose_splitter: none, dropout: '0.5'}\n"
        "grid:\n"
        "  learning_rate: [1e-3, 0.01, 1]\n"
        "  data_dir: [none]\n"
        "  n_samples: [1, 1.0, '8']\n"
        "  enhancement: [none, 'clahe: tiles=4, clip_limit=2']\n"
        "  pose_tracking: ['yes', no]\n"
    )

    assert made.fixed == {"pose_splitter": None, "dropout": 0.5}
    assert made.axes == {
        "learning_rate": [0.001, 0.01, 1.0],
        "data_dir": [None],
        "n_samples": [1, 1.0, 8],
        "enhancement": ["none", "clahe:tiles=4"],
        "pose_tracking": [True, False],
    }
    # One frame is not all frames.
    assert [type(value) for value in made.axes["n_samples"]] == [int, float, int]
    assert len(made.points) == 3 * 1 * 3 * 2 * 2
    assert shown(None) == "none"
    assert shown(0.001) == "0.001"


def test_paths_are_relative_to_the_working_directory(grid, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    made = grid(
        "fixed: {extractor_weights: w.pth}\ngrid: {data_dir: [clips, ~/clips, none]}"
    )

    assert [point.parameters.data_dir for point in made.points] == [
        str(tmp_path / "clips"),
        str(tmp_path / "home" / "clips"),
        None,
    ]
    assert made.points[0].parameters.extractor_weights == str(tmp_path / "w.pth")
    assert made.points[0].settings == {"data_dir": "clips"}


def test_notebooks_bring_what_they_build_on(grid):
    made = grid("notebooks: [second]\ngrid: {seed: [0]}", table=SMALL)

    assert list(made.table) == ["first", "second"]
    assert list(grid("notebooks: [fusion]\ngrid: {seed: [0]}").table) == [
        "extraction",
        "pose",
        "fusion",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "grid: {epoch: [1]}",
            ": unknown parameter 'epoch'; did you mean 'epochs'?",
        ),
        (
            "fixed: {epoch: 1}\ngrid: {seed: [0]}",
            ": unknown parameter 'epoch'; did you mean 'epochs'?",
        ),
        (
            "fixd: {epochs: 1}\ngrid: {seed: [0]}",
            ": unknown 'fixd'; did you mean 'fixed'?",
        ),
        (
            "grid: {seed: [0], epochs: [1, 0]}",
            ": parameter 'epochs' should be greater than or equal to 1. Received: 0",
        ),
        (
            "fixed: {enhancement: gama}\ngrid: {seed: [0]}",
            ": parameter 'enhancement': unknown enhancement 'gama'; did you mean"
            " 'gamma'?",
        ),
        (
            "fixed: {seed: 1}\ngrid: {epochs: [1], seed: [0]}",
            ": parameter 'seed' is in 'fixed' and in 'grid'",
        ),
        (
            "grid: {learning_rate: [0.001, 1e-3], seed: [4]}",
            ": the combination learning_rate=0.001, seed=4 is there twice",
        ),
        (
            "notebooks: [baselin]\ngrid: {seed: [0]}",
            ": unknown notebook 'baselin'; did you mean 'baseline'?",
        ),
        (
            "preset: ee622\ngrid: {seed: [0]}",
            ": unknown preset 'ee622'; did you mean 'ee6222'?",
        ),
        (
            "preset: ee6222\ngrid: {seed: [0]}",
            ": preset 'ee6222' needs a data folder: add --data-dir DIR",
        ),
        (
            "preset: paper\ngrid: {data_dir: [clips, none]}",
            ": preset 'paper' needs a data folder: add --data-dir DIR",
        ),
        (
            "",
            " should hold a mapping 'grid' of parameters to lists of values",
        ),
        (
            "seed: [0]",
            " should hold a mapping 'grid' of parameters to lists of values",
        ),
        ("grid: {seed: 3}", ": 'grid.seed' should be a valid list. Received: 3"),
        (
            "notebooks:\ngrid: {seed: [0]}",
            ": 'notebooks' should be a valid list. Received: None",
        ),
        (
            "results: x\ngrid: {seed: [0]}",
            ": 'results' should be a valid list. Received: 'x'",
        ),
    ],
)
def test_errors_name_the_file_and_the_mistake(grid, tmp_path, text, message):
    with pytest.raises(UsageError) as caught:
        grid(text)

    assert str(caught.value) == f"{tmp_path / 'grid.yaml'}{message}"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("grid: {seed: []}", "'grid.seed'"),
        ("grid: {}", "'grid'"),
        ("notebooks: []\ngrid: {seed: [0]}", "'notebooks'"),
        ("results: []\ngrid: {seed: [0]}", "'results'"),
    ],
)
def test_empty_lists(grid, text, where):
    with pytest.raises(UsageError, match=f"{where} should .*at least 1 item"):
        grid(text)


def test_a_key_that_is_there_twice(grid):
    with pytest.raises(UsageError, match="'seed' is there twice") as caught:
        grid("grid:\n  seed: [0]\n  seed: [1]\n")
    assert "line 3" in str(caught.value)
    with pytest.raises(UsageError, match="'grid' is there twice"):
        grid("grid: {seed: [0]}\ngrid: {epochs: [1]}\n")


def test_what_is_no_yaml_is_told_with_its_line(grid, tmp_path):
    with pytest.raises(UsageError) as caught:
        grid("grid:\n  seed: [0\n  epochs: [1]\n")

    assert str(caught.value).startswith(f"{tmp_path / 'grid.yaml'}, line 3 is not YAML")
    with pytest.raises(UsageError, match="could not determine a constructor"):
        grid("grid: !!python/object:os.system {}")


@pytest.mark.parametrize("value", ["\x07", "2024-99-99"])
def test_characters_and_dates_that_yaml_cannot_have(grid, value):
    with pytest.raises(UsageError, match=r"grid\.yaml"):
        grid(f"grid: {{seed: [{value}]}}")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UsageError, match=r"none\.yaml: no such file"):
        read_grid(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match=r"cannot be read: .*Is a directory"):
        read_grid(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"binary\.yaml cannot be read"):
        read_grid(tmp_path / "binary.yaml")


@pytest.mark.parametrize(
    "text", ["grid: {data_dir: [x]}", "fixed: {data_dir: x}\ngrid: {seed: [0]}"]
)
def test_the_data_folder_given_twice(grid, text):
    with pytest.raises(
        UsageError, match="the data folder is given twice: --data-dir, data_dir"
    ):
        grid(text, "y")


def test_a_wrong_value_is_a_parameter_error(grid):
    with pytest.raises(ParameterError, match="Received: 'many'"):
        grid("grid: {epochs: [many]}")

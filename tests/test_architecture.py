"""Rooms import downwards only, and what needs no TensorFlow does not import it."""

import ast
import collections
import os
import subprocess
import sys

import pytest

from darkhar.config import project_root

PACKAGE = project_root() / "lib" / "darkhar"
ROOMS = [
    "cli",
    "pipeline",
    "figures",
    "study",
    "recognizer",
    "training",
    "models",
    "features",
    "pose",
    "backbones",
    "evaluation",
    "results",
    "enhancement",
    "sampling",
    "data",
    "store",
    "config",
]


def imported_rooms(path):
    """Rooms that a module imports anywhere, functions included."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ImportFrom(module=name, level=level):
                assert not level, f"{path} imports relatively"
                names = [name]
            case ast.Import(names=aliases):
                names = [alias.name for alias in aliases]
            case _:
                continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "darkhar" and len(parts) > 1:
                yield parts[1]


def test_every_room_is_in_the_order():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_downwards_only(room):
    below = set(ROOMS[ROOMS.index(room) :])
    for path in (PACKAGE / room).rglob("*.py"):
        above = set(imported_rooms(path)) - below
        assert not above, f"{path.relative_to(PACKAGE)} imports {sorted(above)}"


def test_a_module_name_stands_in_one_room():
    rooms = collections.defaultdict(set)
    for path in PACKAGE.glob("*/**/*.py"):
        rooms[path.stem].add(path.relative_to(PACKAGE).parts[0])
    del rooms["__init__"]
    assert not {name: of for name, of in rooms.items() if len(of) > 1}


def test_keras_is_imported_with_its_settings():
    """A user's keras.json must not change numbers."""
    settings = PACKAGE / "config" / "keras_settings.py"
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in getattr(node, "names", [])]
            if isinstance(node, ast.ImportFrom):
                names = [node.module]
            is_keras = any(str(name).split(".")[0] == "keras" for name in names)
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert not is_keras or path == settings, path


@pytest.mark.slow
def test_a_users_keras_settings_change_nothing(tmp_path):
    (tmp_path / "keras.json").write_text(
        '{"floatx": "float16", "epsilon": 0.1, "image_data_format": "channels_first"}'
    )
    code = (
        "from darkhar.models.sequence import build_classifier\n"
        "import keras\n"
        "print(keras.config.backend(), keras.config.floatx(), keras.config.epsilon(),"
        " keras.config.image_data_format(), keras.config.dtype_policy().name)"
    )
    environment = {"KERAS_HOME": str(tmp_path), "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = "tensorflow float32 1e-07 channels_last float32"
    assert done.stdout.strip() == expected


def test_the_renderer_knows_nothing_of_the_library():
    for path in (PACKAGE.parent / "darkclips").rglob("*.py"):
        assert not list(imported_rooms(path)), f"{path.name} imports darkhar"


def test_what_needs_no_tensorflow_does_not_import_it():
    modules = [
        "darkhar.config",
        "darkhar.cli.main",
        "darkhar.pipeline.run",
        "darkhar.pipeline.book",
        "darkhar.results",
        "darkhar.sampling.rules",
        "darkhar.store.prune",
        "darkhar.data.check",
        "darkhar.data.source",
        "darkhar.pose.kinematics",
        "darkhar.features.weights_catalog",
        "darkclips",
    ]
    code = f"import sys, {', '.join(modules)}; print('tensorflow' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"

"""Rooms import downwards only, and what needs no TensorFlow does not import it."""

import ast
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


def test_what_needs_no_tensorflow_does_not_import_it():
    modules = [
        "darkhar.cli.main",
        "darkhar.pipeline.run",
        "darkhar.pipeline.book",
        "darkhar.results",
        "darkhar.sampling.rules",
        "darkhar.data.check",
        "darkclips",
        "darkhar.data.source",
    ]
    code = f"import sys, {', '.join(modules)}; print('tensorflow' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"

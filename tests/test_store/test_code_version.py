import shutil

import pytest

from darkhar.store import code as module
from darkhar.store.code import code_version, imported_code


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the library's source that may be edited."""
    copy = tmp_path / "darkhar"
    shutil.copytree(module._PACKAGE, copy)
    monkeypatch.setattr(module, "_PACKAGE", copy)
    code_version.cache_clear()
    yield copy
    code_version.cache_clear()


def versions():
    code_version.cache_clear()
    return [
        code_version(f"darkhar.features.{name}")
        for name in ("frame_features", "keypoints")
    ]


def test_imports_are_followed():
    appearance = imported_code("darkhar.features.frame_features")
    pose = imported_code("darkhar.features.keypoints")
    assert "darkhar.backbones.efficientnet_lite" in appearance - pose
    assert {
        "darkhar.pose.movenet",
        "darkhar.pose.tracking",
    } <= pose - appearance
    # What both do, and how a module imported as a name is found.
    assert {"darkhar.features.clip_features", "darkhar.enhancement.registry"} <= (
        pose & appearance
    )
    assert "darkhar.backbones.weights" not in appearance | pose
    assert not any(name.startswith("darkhar.config") for name in appearance | pose)


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("backbones/efficientnet_lite.py", [True, False]),
        ("pose/tracking.py", [False, True]),
        ("enhancement/gamma.py", [True, True]),
        ("data/video.py", [True, True]),
        ("backbones/weights.py", [False, False]),
        ("pose/kinematics.py", [False, False]),
        ("figures/style.py", [False, False]),
    ],
)
def test_a_changed_line_changes_the_features_that_depend_on_it(package, file, changes):
    before = versions()
    path = package / file
    path.write_text(path.read_text() + "# changed\n")
    after = versions()
    assert [a != b for a, b in zip(before, after, strict=True)] == changes

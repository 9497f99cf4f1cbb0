import shutil

import pytest

from darkhar.features import code_version as module
from darkhar.features.code_version import code_version, imported_code


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
        for name in ("extraction", "pose_extraction")
    ]


def test_imports_are_followed():
    appearance = imported_code("darkhar.features.extraction")
    pose = imported_code("darkhar.features.pose_extraction")
    assert "darkhar.features.efficientnet_lite" in appearance - pose
    assert {
        "darkhar.features.movenet",
        "darkhar.features.tracking",
    } <= pose - appearance
    # What both do, and how a module imported as a name is found.
    assert {"darkhar.features.clip_features", "darkhar.enhancement.registry"} <= (
        pose & appearance
    )
    assert "darkhar.features.weights" not in appearance | pose
    assert not any(name.startswith("darkhar.config") for name in appearance | pose)


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("features/efficientnet_lite.py", [True, False]),
        ("features/tracking.py", [False, True]),
        ("enhancement/gamma.py", [True, True]),
        ("data/video.py", [True, True]),
        ("features/weights.py", [False, False]),
        ("features/pose/kinematics.py", [False, False]),
        ("figures/style.py", [False, False]),
    ],
)
def test_a_changed_line_changes_the_features_that_depend_on_it(package, file, changes):
    before = versions()
    path = package / file
    path.write_text(path.read_text() + "# changed\n")
    after = versions()
    assert [a != b for a, b in zip(before, after, strict=True)] == changes

"""What is found to be out of reach. No network: the sources are replaced."""

import types

import pytest

from darkhar.config import Parameters, WeightsError
from darkhar.pipeline.needs import NEEDS, Need, find_unmet, not_run_lines
from darkhar.pipeline.run import run
from darkhar.pose import movenet_weights

POSE = {"eda": (), "pose": (), "enhancement": (), "fusion": ("eda", "pose")}


@pytest.fixture
def movenet(monkeypatch):
    """Calls of `resolve_movenet`, which finds nothing."""
    calls = []

    def resolve_movenet(name, file=None):
        calls.append((name, file))
        raise WeightsError(f"no weights for '{name}' (no npm);\n install npm")

    monkeypatch.setattr(movenet_weights, "resolve_movenet", resolve_movenet)
    return calls


def never(_):
    raise AssertionError("nobody should have asked")


def failing(message):
    def obtain(_):
        raise WeightsError(message)

    return Need(obtain, never, "pose_weights", "")


def test_without_movenet_the_three_notebooks_have_one_reason(movenet):
    unmet = find_unmet(Parameters(pose_model="movenet_thunder"), POSE)

    reason = "no weights for 'movenet_thunder' (no npm); install npm"
    assert list(unmet.items()) == [
        ("pose", reason),
        ("enhancement", reason),
        ("fusion", reason),
    ]
    assert movenet == [("movenet_thunder", None)]
    assert not_run_lines(unmet) == [f"pose, enhancement, fusion: not run: {reason}"]


def test_with_movenet_nothing_is_unmet(monkeypatch):
    monkeypatch.setattr(movenet_weights, "resolve_movenet", lambda *_: "at hand")

    assert find_unmet(Parameters(), POSE) == {}


def test_nothing_is_asked_for_notebooks_without_needs(movenet):
    assert find_unmet(Parameters(pose_weights="gone"), {"eda": ()}) == {}
    assert movenet == []


def test_a_file_that_the_user_named_is_the_users_mistake(movenet):
    with pytest.raises(WeightsError, match="no weights for"):
        find_unmet(Parameters(pose_weights="gone.json"), POSE)
    assert movenet == [("movenet_lightning", "gone.json")]


def test_what_builds_on_it_has_its_reason(monkeypatch):
    monkeypatch.setitem(NEEDS, "a", failing("no a"))
    monkeypatch.setitem(NEEDS, "d", failing("no d"))
    graph = {"a": (), "b": ("a",), "c": ("b",), "d": ("a",), "e": ("d",), "f": ()}

    unmet = find_unmet(Parameters(), graph)

    assert unmet == {"a": "no a", "b": "no a", "c": "no a", "d": "no d", "e": "no d"}
    assert not_run_lines(unmet) == [
        "a, b, c: not run: no a",
        "d, e: not run: no d",
    ]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("npm: EACCES '/home/someone/.npm/_cacache'", "npm: EACCES '_cacache'"),
        ("no ~/x/y.bin, no /tmp/a/b (/c/d)", "no y.bin, no b (d)"),
        ("`npm pack @v/human@3.3.6` and/or HTTP 404", None),
        ("see https://example.org/a/b", None),
    ],
)
def test_a_reason_names_no_folder_of_the_machine(message, reason, monkeypatch):
    monkeypatch.setitem(NEEDS, "pose", failing(message))

    assert find_unmet(Parameters(), {"pose": ()}) == {"pose": reason or message}


def test_movenet_is_at_hand_when_it_is_in_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path))
    assert [NEEDS[name].at_hand(Parameters()) for name in POSE if name in NEEDS] == [
        False,
        False,
        False,
    ]
    monkeypatch.setattr(movenet_weights, "find_movenet", lambda name: name)
    assert NEEDS["pose"].at_hand(Parameters())


def test_a_wrong_file_ends_the_run_before_anything_is_written(project):
    graph = {"first": (), "pose": ()}
    path = project.root / "notebooks" / "first.ipynb"
    path.with_name("pose.ipynb").write_bytes(path.read_bytes())
    missing = project.root / "movenet.json"
    layout = types.SimpleNamespace(class_names=(), train=(), val=())
    data = types.SimpleNamespace(layout=layout, fingerprint="f", embedded=True)

    with pytest.raises(WeightsError, match=r"no file with weights .*movenet\.json"):
        run(
            Parameters(pose_weights=str(missing)),
            "demo",
            resolve=lambda _: data,
            **(project.folders | {"graph": graph}),
        )

    assert not (project.root / "runs").exists()
    assert project.executed == []


def test_pose_weights_are_a_path_whose_content_counts(
    project, notebook, tmp_path, monkeypatch
):
    notebook(
        tmp_path / "notebooks" / "first.ipynb", "1", declared="pose_weights = None"
    )
    monkeypatch.chdir(tmp_path)
    (tmp_path / "movenet.tgz").write_bytes(b"1")
    parameters = Parameters(pose_weights="movenet.tgz")

    project.run(parameters)

    absolute = str(tmp_path / "movenet.tgz")
    assert project.executed[0] == ("first", {"pose_weights": absolute})
    results = (project.run_dir / "results.json").read_text()
    assert '"pose_weights": "movenet.tgz"' in results
    assert str(tmp_path) not in results
    assert project.run(parameters) == []
    (tmp_path / "movenet.tgz").write_bytes(b"2")
    assert project.run(parameters) == ["first", "second"]

"""What is found to be out of reach. No network: the sources are replaced."""

import types

import pytest

from darkhar.config import Notebook, Parameters, WeightsError
from darkhar.pipeline.needs import find_unmet, movenet_at_hand, not_run_lines
from darkhar.pipeline.run import run
from darkhar.pose import movenet_weights

POSE = Notebook(("data", "pose"))
TABLE = {
    "eda": Notebook(("data",)),
    "pose": POSE,
    "fusion": Notebook(("data",), after=("eda", "pose")),
    "study": Notebook(("data",), after=("fusion",)),
}


@pytest.fixture
def movenet(monkeypatch):
    """Calls of `resolve_movenet`, which finds nothing."""
    calls = []

    def resolve_movenet(name, file=None):
        calls.append((name, file))
        raise WeightsError(f"no weights for '{name}' (no npm);\n install npm")

    monkeypatch.setattr(movenet_weights, "resolve_movenet", resolve_movenet)
    return calls


def test_without_movenet_what_needs_it_and_what_builds_on_that_have_one_reason(movenet):
    unmet = find_unmet(Parameters(pose_model="movenet_thunder"), TABLE, TABLE)

    reason = "no weights for 'movenet_thunder' (no npm); install npm"
    assert list(unmet.items()) == [
        ("pose", reason),
        ("fusion", reason),
        ("study", reason),
    ]
    assert movenet == [("movenet_thunder", None)]
    assert not_run_lines(unmet) == [f"pose, fusion, study: not run: {reason}"]


def test_what_builds_on_what_is_done_is_not_unmet(movenet):
    assert find_unmet(Parameters(), TABLE, ["eda", "study"]) == {}
    assert movenet == []
    # `fusion`, between them, is done.
    assert list(find_unmet(Parameters(), TABLE, ["pose", "study"])) == ["pose"]


def test_with_movenet_nothing_is_unmet(monkeypatch):
    monkeypatch.setattr(movenet_weights, "resolve_movenet", lambda *_: "at hand")

    assert find_unmet(Parameters(), TABLE, TABLE) == {}


LABELLED = {
    "eda": Notebook(("data",)),
    "pose": POSE,
    "study": Notebook(("data", "pose"), after=("pose",), needs_labels=True),
    "page": Notebook(("data",), after=("study",)),
}


def layout(*labels):
    clips = [types.SimpleNamespace(label=label) for label in labels]
    return types.SimpleNamespace(val=clips)


def test_without_labels_what_scores_is_left_out(monkeypatch):
    monkeypatch.setattr(movenet_weights, "resolve_movenet", lambda *_: "at hand")
    of_labels = find_unmet(Parameters(), LABELLED, LABELLED, layout(0, -1))
    reason = "the validation clips have no labels, so that nothing can be scored"
    assert of_labels == {"study": reason, "page": reason}
    assert find_unmet(Parameters(), LABELLED, LABELLED, layout(0, 1)) == {}


def test_each_is_left_out_for_its_own_reason(movenet):
    unmet = find_unmet(Parameters(), LABELLED, LABELLED, layout(-1))
    assert unmet["pose"].startswith("no weights")
    assert unmet["study"] == unmet["page"] != unmet["pose"]
    assert "eda" not in unmet


def test_weights_are_not_asked_for_what_is_left_out_anyway(movenet):
    find_unmet(Parameters(), LABELLED, ["study"], layout(-1))
    assert movenet == []


def test_nothing_is_asked_for_notebooks_without_needs(movenet):
    assert find_unmet(Parameters(pose_weights="gone"), TABLE, ["eda"]) == {}
    assert movenet == []


def test_a_file_that_the_user_named_is_the_users_mistake(movenet):
    with pytest.raises(WeightsError, match="no weights for"):
        find_unmet(Parameters(pose_weights="gone.json"), TABLE, TABLE)
    assert movenet == [("movenet_lightning", "gone.json")]


def test_reasons_have_a_line_each():
    assert not_run_lines({"a": "no a", "d": "no d", "b": "no a"}) == [
        "a, b: not run: no a",
        "d: not run: no d",
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
    def resolve_movenet(*_):
        raise WeightsError(message)

    monkeypatch.setattr(movenet_weights, "resolve_movenet", resolve_movenet)

    found = find_unmet(Parameters(), TABLE, ["pose"])
    assert found == {"pose": reason or message}


def test_movenet_is_at_hand_when_it_is_in_the_cache(monkeypatch):
    assert not movenet_at_hand(Parameters())
    monkeypatch.setattr(movenet_weights, "find_movenet", lambda name: name)
    assert movenet_at_hand(Parameters())


def test_a_wrong_file_ends_the_run_before_anything_is_written(project):
    project.declare("second", "pose")
    missing = project.root / "movenet.json"
    layout = types.SimpleNamespace(class_names=(), train=(), val=())
    data = types.SimpleNamespace(layout=layout, fingerprint="f", embedded=True)

    with pytest.raises(WeightsError, match=r"no file with weights .*movenet\.json"):
        run(
            Parameters(pose_weights=str(missing)),
            "demo",
            resolve=lambda _: data,
            check_feasible=lambda *_: None,
            **project.folders,
        )

    assert not (project.root / "runs").exists()
    assert project.executed == []


def test_pose_weights_are_a_path_whose_content_counts(project, tmp_path, monkeypatch):
    project.declare("first", "pose")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "movenet.tgz").write_bytes(b"1")
    parameters = Parameters(pose_weights="movenet.tgz")

    project.run(parameters)

    absolute = str(tmp_path / "movenet.tgz")
    assert project.executed[0][1]["pose_weights"] == absolute
    results = (project.run_dir / "results.json").read_text()
    assert '"pose_weights": "movenet.tgz"' in results
    assert str(tmp_path) not in results
    assert project.run(parameters) == []
    (tmp_path / "movenet.tgz").write_bytes(b"2")
    assert project.run(parameters) == ["first", "second"]

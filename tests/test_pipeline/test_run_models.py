"""Models of a run: put into its folder, renewed where they are gone, described."""

import hashlib
import json

import nbformat
import pytest

from darkhar.config import Parameters, ResultsError, UsageError, cache_root
from darkhar.pipeline.compare import compare
from darkhar.pipeline.model_card import model_card, not_for
from darkhar.pipeline.publish import publish
from darkhar.pipeline.record import read_record
from darkhar.results.glued_models import description_key, description_text
from darkhar.results.manifest import read_manifest
from darkhar.store.prune import prune
from darkhar.store.shelf import Shelf

DESCRIPTION = {
    "format": 1,
    "name": "tiny",
    "what": "A model of nothing.",
    "classes": ["Jump", "Run"],
    "seed": 0,
    "data": {
        "fingerprint": "f" * 64,
        "embedded": True,
        "train_clips": 2,
        "val_clips": 3,
    },
    "accuracy": {"columns": ["held out", "accuracy"], "rows": [["at random", 0.25]]},
    "library": {"version": "0.1.0", "commit": "c0ffee", "dirty": False},
}


def scrap(name, content):
    """What a notebook glues of a model with this content, which is on the shelf."""
    digest = hashlib.sha256(content).hexdigest()
    description = DESCRIPTION | {"name": name, "files": {f"{name}.skops": digest}}
    key = description_key(description)
    Shelf("models").put(digest, content)
    Shelf("models").put(key, description_text(description).encode())
    columns = ["file", "bytes", "SHA-256"]
    rows = [[f"{name}.skops", len(content), digest]]
    data = {"words": "", "key": key, "files": {"columns": columns, "rows": rows}}
    payload = {"name": f"{name}_model", "data": data, "encoder": "json", "version": 1}
    return nbformat.v4.new_output(
        "display_data",
        data={"application/scrapbook.scrap.json+json": payload},
        metadata={
            "scrapbook": {"name": f"{name}_model", "data": True, "display": False}
        },
    )


@pytest.fixture
def keeping(project, monkeypatch):
    """The project, whose notebooks keep the models that `names` says."""
    execute, names = project.execute, {"first": "tiny"}

    def execute_and_keep(source, output, parameters, **options):
        execute(source, output, parameters, **options)
        if output.stem in names:
            node = nbformat.read(output, as_version=4)
            seed = parameters["seed"]
            node.cells[-1].outputs.append(scrap(names[output.stem], b"%d" % seed))
            nbformat.write(node, output)

    monkeypatch.setattr("darkhar.pipeline.execute.execute", execute_and_keep)
    project.names = names
    return project


def kept(project):
    return {path.name: path for path in (project.run_dir / "models").iterdir()}


def test_a_run_has_its_models_beside_its_results(keeping):
    keeping.run()
    assert sorted(kept(keeping)) == ["tiny.json", "tiny.md", "tiny.skops"]
    assert kept(keeping)["tiny.skops"].read_bytes() == b"0"
    digest = hashlib.sha256(b"0").hexdigest()
    assert read_manifest(keeping.run_dir)["models"] == {
        "tiny": {"notebook": "first", "files": {"tiny.skops": digest}}
    }
    # Unchanged, they stay as they are; the cache is not asked.
    before = {name: path.stat().st_mtime_ns for name, path in kept(keeping).items()}
    prune(["models"], unused_for=0)
    assert not Shelf("models").has(digest)
    assert keeping.run() == []
    assert before == {n: path.stat().st_mtime_ns for n, path in kept(keeping).items()}


@pytest.mark.parametrize("damage", ["file", "description", "folder"])
def test_what_is_gone_or_damaged_comes_from_the_cache_or_is_made_anew(keeping, damage):
    keeping.run()

    def lose():
        for path in kept(keeping).values():
            if damage == "folder" or path.suffix == {
                "file": ".skops",
                "description": ".json",
            }.get(damage):
                path.write_bytes(b"x") if damage == "file" else path.unlink()

    lose()
    assert keeping.run() == []
    assert kept(keeping)["tiny.skops"].read_bytes() == b"0"
    assert json.loads(kept(keeping)["tiny.json"].read_text())["name"] == "tiny"
    lose()
    prune(["models"], unused_for=0)
    assert keeping.run() == ["first"]
    assert kept(keeping)["tiny.skops"].read_bytes() == b"0"


def test_a_run_that_takes_a_notebook_over_has_its_models(keeping):
    keeping.run()
    keeping.run(Parameters(epochs=3), name="other")
    assert "  first: as in an earlier run" in keeping.lines
    other = keeping.root / "runs" / "other" / "models" / "tiny.skops"
    assert other.read_bytes() == b"0"
    prune(["models"], unused_for=0)
    assert keeping.run(Parameters(epochs=3), name="third") == ["first"]


def test_models_of_what_is_no_longer_kept_go(keeping):
    keeping.run()
    assert keeping.run(Parameters(seed=5)) == ["first", "second"]
    assert kept(keeping)["tiny.skops"].read_bytes() == b"5"
    (keeping.run_dir / "models" / "old.keras").write_bytes(b"old")
    (keeping.run_dir / "models" / "notes.txt").write_text("mine")
    keeping.run(Parameters(seed=5))
    names = ["notes.txt", "tiny.json", "tiny.md", "tiny.skops"]
    assert sorted(kept(keeping)) == names


def test_two_models_of_one_name(keeping):
    keeping.names["second"] = "tiny"
    with pytest.raises(ResultsError, match="'first' and 'second' both keep a model"):
        keeping.run()


def test_models_are_not_published(keeping):
    keeping.run()
    destination = keeping.root / "published" / "demo"
    publish(keeping.run_dir, destination)
    assert not [p for p in destination.rglob("*") if p.stem == "tiny"]
    assert "tiny" in read_manifest(destination)["models"]


def test_files_of_another_machine_are_no_other_results():
    def results(digest, size, words="Kept."):
        rows = {"rows.0.0": "a.skops", "rows.0.1": size, "rows.0.2": digest}
        columns = {"columns.0": "file", "columns.1": "bytes", "columns.2": "SHA-256"}
        files = {f"files.{name}": value for name, value in (rows | columns).items()}
        parts = {"key": digest, "words": words} | files
        return {f"pose#pose_model.{name}": value for name, value in parts.items()}

    rows = compare(results("aa", 10), results("bb", 99))
    assert not [row.key for row in rows if row.changed]
    rows = compare(results("aa", 10), results("aa", 10, "Not kept: too large."))
    assert [row.key for row in rows if row.changed] == ["pose#pose_model.words"]


def test_the_key_does_not_depend_on_who_wrote_it():
    other = DESCRIPTION | {"library": {"version": "9"}}
    assert description_key(other) == description_key(DESCRIPTION)
    assert description_key(DESCRIPTION | {"seed": 1}) != description_key(DESCRIPTION)


def test_card():
    text = model_card(DESCRIPTION | {"files": {"tiny.skops": "aa"}})
    assert text.startswith(
        "# Model card: tiny\n\nA model of nothing.\n\nClasses: Jump,"
    )
    assert "| held out | accuracy |\n| --- | --- |\n| at random | 0.250 |" in text
    assert "| tiny.skops | aa |" in text
    assert "(commit c0ffee)" in text
    # As the book's page says.
    assert not_for().startswith("- Not for surveillance")
    assert "##" not in not_for()
    assert not_for() in text


def test_the_recognizer_of_a_run_without_one(project):
    from darkhar.pipeline.run_recognizer import load_run_recognizer

    with pytest.raises(UsageError, match="there is no run 'demo'"):
        load_run_recognizer(project.run_dir)
    project.run()
    assert read_record(project.run_dir).preset == "demo"
    with pytest.raises(ResultsError, match="`darkhar run simulated`") as error:
        load_run_recognizer(project.run_dir)
    assert len(str(error.value).splitlines()) == 1


def test_the_cache_tells_of_models():
    Shelf("models").put("ab" * 32, b"content")
    (gone,) = prune(["models"], unused_for=0)
    assert gone.path.is_relative_to(cache_root() / "models")

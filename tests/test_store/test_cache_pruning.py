"""What is in the cache, and what pruning takes out of it."""

import os
import time

import numpy as np
import pytest
from click.testing import CliRunner

from darkhar.cli.main import cli
from darkhar.config import UsageError
from darkhar.store.prune import entries, prune
from darkhar.store.shelf import Shelf

DAY = 24 * 60 * 60


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKHAR_CACHE", str(tmp_path))
    return tmp_path


def used_before(path, days):
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))


@pytest.fixture
def features(root):
    """Two arrays: one used 40 days ago, one used 10 days ago."""
    shelf = Shelf("features")
    for key, days in (("aa1", 40), ("bb2", 10)):
        shelf.put_array(key, np.arange(100.0))
        with shelf.lock(key):
            used_before(root / "features" / key[:2] / key, days)
    return shelf


def test_entries_with_their_size_the_longest_unused_first(root, features):
    found = entries("features")
    assert [entry.path.name for entry in found] == ["aa1", "bb2"]
    # 800 bytes of numbers, a header of 128 and a digest of 32.
    assert [entry.n_bytes for entry in found] == [960, 960]
    assert [round(entry.idle_days) for entry in found] == [40, 10]
    assert entries("predictions") == []


def test_what_was_not_used_for_a_month_goes(root, features):
    assert [entry.path.name for entry in prune(remove=False)] == ["aa1"]
    assert len(entries("features")) == 2
    assert [entry.path.name for entry in prune()] == ["aa1"]
    assert features.get("aa1") is None
    np.testing.assert_array_equal(features.get_array("bb2"), np.arange(100.0))


def test_reading_counts_as_use(root, features):
    features.get("aa1")
    assert prune(unused_for=1)[0].path.name == "bb2"
    assert features.get("aa1") is not None


def test_a_folder_goes_as_a_whole(root):
    built = root / "tfds" / "0123" / "ee6222"
    built.mkdir(parents=True)
    (built / "shard").write_bytes(b"x" * 70)
    (root / "tfds" / ".0123.lock").touch()
    used_before(root / "tfds" / "0123", 31)
    (entry,) = entries("tfds")
    assert (entry.path.name, entry.n_bytes) == ("0123", 70)
    prune(["tfds"])
    # The lock stays: another process may wait for it.
    assert [path.name for path in (root / "tfds").iterdir()] == [".0123.lock"]


def test_half_written_files_go_when_nobody_writes_them_any_more(root):
    folder = root / "predictions" / "cc"
    folder.mkdir(parents=True)
    for name, days in ((".part-old", 2), (".part-new", 0.1)):
        (folder / name).touch()
        used_before(folder / name, days)
    assert [entry.path.name for entry in prune(unused_for=365)] == [".part-old"]
    assert [entry.path.name for entry in prune(unused_for=0)] == []


def test_clips_that_are_being_rendered_stay(root):
    # As `write_dark_clips` names what it has not finished.
    for name, days in ((".0123-old", 2), (".4567-new", 0.1), ("89ab", 0.1)):
        (root / "dark_clips" / name).mkdir(parents=True)
        used_before(root / "dark_clips" / name, days)
    gone = [entry.path.name for entry in prune(["dark_clips"], unused_for=0)]
    assert sorted(gone) == [".0123-old", "89ab"]


def test_what_an_earlier_version_kept_goes_too(root):
    old = root / "stages" / "0123.ipynb"
    old.parent.mkdir()
    old.touch()
    used_before(old, 31)
    assert [entry.path for entry in prune()] == [old]
    assert not old.exists()


def test_a_kind_that_is_named_twice_counts_once(root, features):
    assert len(prune(["features", "features"], unused_for=0, remove=False)) == 2


def test_weights_and_the_record_of_validation_stay(root):
    for kind in ("weights", "validation"):
        (root / kind).mkdir()
        (root / kind / "file").touch()
        used_before(root / kind / "file", 1000)
    assert prune(unused_for=0) == []
    with pytest.raises(UsageError, match=r"'validation' .* is not pruned"):
        prune(["validation"])
    with pytest.raises(UsageError, match="no 'feature'; did you mean 'features'"):
        prune(["feature"])
    with pytest.raises(UsageError, match=r"at least 0\. Received: -1"):
        prune(unused_for=-1)
    with pytest.raises(UsageError, match=r"at least 0\. Received: nan"):
        prune(unused_for=float("nan"))


def test_commands(root, features):
    shown = CliRunner().invoke(cli, ["cache", "info"]).output.splitlines()
    assert shown[0].split() == ["kind", "entries", "size", "longest", "unused", "holds"]
    assert shown[1].split()[:5] == ["features", "2", "0.0", "MB", "40"]
    told = CliRunner().invoke(cli, ["cache", "prune", "--dry-run"]).output
    assert told == "would remove 1 entry, 0.0 MB\n"
    done = CliRunner().invoke(cli, ["cache", "prune", "features", "--unused-for", "0"])
    assert done.output == "removed 2 entries, 0.0 MB\n"

import concurrent.futures
import contextlib
import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from darkhar.store.shelf import Shelf

SHELF, KEY = Shelf("features"), "ab12"


@pytest.fixture
def files(own_cache):
    """The files that are kept now."""
    return lambda: [path for path in own_cache.rglob("*") if path.is_file()]


def test_content_comes_back(files):
    assert SHELF.get(KEY) is None
    assert not SHELF.has(KEY)
    SHELF.put(KEY, b"one")
    assert SHELF.get(KEY) == b"one"
    assert SHELF.has(KEY)
    # The content, which other programs can read, and its digest.
    (path,) = files()
    assert path.parts[-3:] == ("features", "ab", KEY)
    assert path.read_bytes() == b"one" + hashlib.sha256(b"one").digest()
    SHELF.put(KEY, b"another")
    assert SHELF.get(KEY) == b"another"
    assert files() == [path]


def test_kinds_and_keys_are_apart():
    SHELF.put(KEY, b"one")
    assert SHELF.get("ab13") is None
    assert Shelf("predictions").get(KEY) is None


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.array(["a", "bcd"]),
        np.float64(3.5),
        np.zeros((0, 4), np.int16),
    ],
)
def test_array_comes_back(array):
    SHELF.put_array(KEY, array)
    kept = SHELF.get_array(KEY)
    np.testing.assert_array_equal(kept, array)
    assert (kept.dtype, kept.shape) == (array.dtype, array.shape)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[:-1],
        lambda content: content[:-40] + bytes([content[-40] ^ 1]) + content[-39:],
        lambda content: content + b"more",
    ],
)
def test_damaged_file_counts_as_missing_and_is_replaced(files, damage):
    array = np.arange(100, dtype=np.float32)
    SHELF.put_array(KEY, array)
    (path,) = files()
    path.write_bytes(damage(path.read_bytes()))
    assert SHELF.get(KEY) is None
    assert SHELF.get_array(KEY) is None
    SHELF.put_array(KEY, array)
    np.testing.assert_array_equal(SHELF.get_array(KEY), array)
    assert files() == [path]


def test_computed_once_unless_damaged(files):
    calls = []

    def compute():
        calls.append(1)
        return np.array([7.0])

    assert [SHELF.array(KEY, compute)[0] for _ in range(3)] == [7.0] * 3
    assert len(calls) == 1
    (path,) = files()
    path.write_bytes(b"damaged")
    assert SHELF.array(KEY, compute).tolist() == [7.0]
    assert len(calls) == 2


def test_failure_keeps_nothing(files):
    def fail():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SHELF.array(KEY, fail)
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        SHELF.put_array(KEY, np.array([object()]))
    assert files() == []


def test_reading_marks_as_used(files):
    SHELF.put(KEY, b"one")
    (path,) = files()
    os.utime(path, (1e9, 1e9))
    SHELF.get(KEY)
    assert path.stat().st_mtime > 1.5e9


def test_files_of_others_are_read(monkeypatch):
    SHELF.put(KEY, b"one")

    def refuse(path):
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    assert SHELF.get(KEY) == b"one"


def test_threads_write_and_read_at_once(files):
    def write_and_read(number):
        for _ in range(20):
            SHELF.put_array(KEY, np.full(20_000, number, np.float32))
            kept = SHELF.get_array(KEY)
            # Whole, though maybe another writer's.
            assert kept.shape == (20_000,)
            assert kept.min() == kept.max()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(write_and_read, range(8)))
    assert len(files()) == 1


def test_processes_compute_one_after_the_other(files):
    """Each reads a number and writes the next: none is lost."""
    code = (
        "from darkhar.store.shelf import Shelf\n"
        "shelf = Shelf('features')\n"
        "for _ in range(100):\n"
        "    with shelf.lock('ab12'):\n"
        "        count = int(shelf.get('ab12') or 0)\n"
        "        shelf.put('ab12', str(count + 1).encode())\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert SHELF.get(KEY) == b"300"
    assert [path.name for path in files()] == [KEY]


def test_who_waited_takes_what_was_computed(monkeypatch):
    @contextlib.contextmanager
    def waited_for(shelf, key):
        shelf.put_array(key, np.array([7.0]))
        yield

    monkeypatch.setattr(Shelf, "lock", waited_for)
    kept = SHELF.array(KEY, lambda: pytest.fail("computed once more"))
    assert kept.tolist() == [7.0]


def test_keys_have_locks_of_their_own():
    with SHELF.lock("ab12"), SHELF.lock("ab13"):
        SHELF.put("ab12", b"one")

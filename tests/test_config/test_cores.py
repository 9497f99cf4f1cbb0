import os

from darkhar.config.cores import CORES, cores, memory_gib


def test_those_that_the_system_grants(monkeypatch):
    monkeypatch.delenv(CORES, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    assert cores() == 3


def test_where_the_system_grants_all(monkeypatch):
    monkeypatch.delenv(CORES, raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert cores() == 7


def test_a_share_of_them(monkeypatch):
    for text, share in (("2", 2), ("0", 1)):
        monkeypatch.setenv(CORES, text)
        assert cores() == share


def test_what_is_no_number_does_not_count(monkeypatch):
    monkeypatch.setenv(CORES, "many")
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    assert cores() == 3


def test_memory_is_the_machines_or_the_containers(monkeypatch, tmp_path):
    gib = 2**30
    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 8 * gib // 4096}
    monkeypatch.setattr(os, "sysconf", sizes.__getitem__)
    limit = tmp_path / "memory.max"
    monkeypatch.setattr("darkhar.config.cores._MEMORY_LIMIT", limit)
    assert memory_gib() == 8
    for text, found in (("max\n", 8), (f"{3 * gib}\n", 3), (f"{99 * gib}\n", 8)):
        limit.write_text(text)
        assert memory_gib() == found
    monkeypatch.delattr(os, "sysconf")
    assert memory_gib() is None

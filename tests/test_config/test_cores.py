import os

from darkhar.config.cores import CORES, cores


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

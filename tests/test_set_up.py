"""What `make` asks for before it starts, with the library's command replaced."""

import os
import shutil
import subprocess

import pytest

from darkhar.config import project_root

MISSING = "error: no weights for 'movenet_lightning' (npm: ENOTFOUND); run something"
COMMAND = """#!/bin/sh
echo "$@" >> calls
case "$1-$(cat network)" in weights-down) echo "{missing}" >&2; exit 1;; esac
"""


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Calls make in a folder that is set up; gives what was called, and said."""
    if shutil.which("make") is None:
        pytest.skip("no make here")
    monkeypatch.delenv("DARKHAR_CACHE")
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(project_root() / name, tmp_path)
    command = tmp_path / ".venv" / "bin" / "darkhar"
    command.parent.mkdir(parents=True)
    command.write_text(COMMAND.format(missing=MISSING))
    command.chmod(0o755)
    (tmp_path / ".venv" / ".ready").touch()

    def call(target, network):
        (tmp_path / "network").write_text(network)
        (tmp_path / "calls").write_text("")
        # As if called by hand, even where these tests are called by make.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
        done = subprocess.run(
            ["make", "--no-print-directory", target],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        return (tmp_path / "calls").read_text().splitlines(), done.stderr

    return call


FETCH = "weights fetch movenet_lightning"


def test_weights_are_asked_for_once(make):
    assert make("paper", "up") == ([FETCH, "run", "book"], "")
    assert make("paper", "up") == (["run", "book"], "")


def test_without_weights_it_says_so_in_one_line_and_goes_on(make):
    calls, said = make("paper", "down")
    assert calls == [FETCH, "run", "book"]
    missing = MISSING.removeprefix("error: ")
    assert said == f"Going on without the joints: {missing}\n"
    assert make("paper", "down") == (["run", "book"], "")


def test_set_up_asks_again(make):
    for _ in range(2):
        calls, said = make("setup", "down")
        assert calls == [FETCH]
        assert said.startswith("Going on without the joints: ")
    assert make("setup", "up") == ([FETCH], "")

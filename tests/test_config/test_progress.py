import os
import pty

import pytest

from darkhar.config import progress
from darkhar.config.progress import TERMINAL, counted_by, progress_bar


@pytest.fixture
def terminal(monkeypatch):
    """A terminal that somebody watches, named in the environment; what it shows."""
    monkeypatch.setattr(progress, "_DELAY", 0)
    watched, terminal = pty.openpty()
    monkeypatch.setenv(TERMINAL, os.ttyname(terminal))
    yield lambda: os.read(watched, 10_000).decode()
    os.close(watched)
    os.close(terminal)


def go(**options):
    with progress_bar("decoding", total=4, unit="clip", **options) as bar:
        for _ in range(4):
            bar.update()
    return bar


def test_nothing_is_drawn_where_nobody_watches(capfd):
    go()
    assert capfd.readouterr() == ("", "")


def test_drawn_on_demand(capfd):
    go(shown=True)
    assert "decoding:   0%" in capfd.readouterr().err


def test_a_notebook_draws_on_the_terminal_of_its_run(terminal, capfd):
    go()
    shown = terminal()
    assert "decoding:   0%" in shown and "clip/s" in shown
    # The outputs that the notebook stores stay clean.
    assert capfd.readouterr() == ("", "")


def test_not_drawn_if_not_wanted(terminal, capfd):
    assert go(shown=False).disable
    assert capfd.readouterr() == ("", "")


def test_a_terminal_that_is_gone(monkeypatch, tmp_path):
    monkeypatch.setenv(TERMINAL, str(tmp_path / "gone" / "tty"))
    assert go().disable


def test_what_is_over_at_once_is_not_shown(terminal, monkeypatch):
    monkeypatch.setattr(progress, "_DELAY", 1000)
    with progress_bar("decoding", total=4, unit="clip") as bar:
        bar.update(4)
    assert bar.delay == 1000


def test_counted_by_totals(terminal):
    with progress_bar("rendering", total=None, unit="clip") as bar:
        counted_by(bar)(3, 7)
        counted_by(bar)(5, 7)
    assert (bar.n, bar.total) == (5, 7)

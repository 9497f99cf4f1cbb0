import pytest

from darkhar.config import progress
from darkhar.config.progress import (
    PROGRESS_FILE,
    counted_by,
    last_drawn,
    progress_bar,
)


@pytest.fixture
def file(monkeypatch, tmp_path):
    """A file that the environment names, for bars that are drawn at once."""
    monkeypatch.setattr(progress, "_DELAY", 0)
    monkeypatch.setenv(PROGRESS_FILE, str(tmp_path / "progress"))
    return tmp_path / "progress"


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


def test_a_notebook_draws_into_the_file_of_its_run(file, capfd):
    go()
    drawn = file.read_text(encoding="utf-8")
    assert "decoding:   0%" in drawn and "clip/s" in drawn
    # The outputs that the notebook stores stay clean.
    assert capfd.readouterr() == ("", "")


def test_the_last_bar_while_it_is_there(file):
    assert last_drawn(file) == ""  # no file yet
    for name in ("decoding", "fitting"):
        with progress_bar(name, total=4, unit="clip") as bar:
            bar.update(2)
            bar.refresh()
            assert last_drawn(file).startswith(f"{name}:  50%")
        assert last_drawn(file) == ""
    file.write_text("\r1/9" + " " * 3000 + "\r2/9", encoding="utf-8")
    assert last_drawn(file) == "2/9"


def test_not_drawn_if_not_wanted(file, capfd):
    assert go(shown=False).disable
    assert not file.exists()
    assert capfd.readouterr() == ("", "")


def test_a_file_that_cannot_be_written(monkeypatch, tmp_path):
    monkeypatch.setenv(PROGRESS_FILE, str(tmp_path / "gone" / "progress"))
    assert go().disable


def test_what_is_over_at_once_is_not_shown(file, monkeypatch):
    monkeypatch.setattr(progress, "_DELAY", 1000)
    with progress_bar("decoding", total=4, unit="clip") as bar:
        bar.update(4)
    assert bar.delay == 1000


def test_counted_by_totals(file):
    with progress_bar("rendering", total=None, unit="clip") as bar:
        counted_by(bar)(3, 7)
        counted_by(bar)(5, 7)
    assert (bar.n, bar.total) == (5, 7)

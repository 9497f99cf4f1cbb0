import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from darkhar.config import ResultsError
from darkhar.results import glue, glue_figure, glue_table
from darkhar.results.glue import _render
from darkhar.results.scraps import read_scraps


@pytest.fixture
def glued(monkeypatch):
    """What reaches scrapbook, as (name, value, encoder)."""
    calls = []
    # In the package, the function's name hides the module's.
    module = sys.modules["darkhar.results.glue"]
    monkeypatch.setattr(module, "_scrapbook_glue", lambda *call: calls.append(call))
    return calls


def test_notebook_keeps_plain_values(executed):
    assert read_scraps(executed).values == {
        "validation": {"loss": 1.75, "accuracy": 0.25},
        "count": 24,
        "code": "123",
        "interval": {"low": 0.125, "high": 0.5},
        "folds": [{"epochs": 3, "losses": [[2.0, 1.5]]}, {"epochs": 4}],
        "passed": True,
        "distribution": {
            "columns": ["class", "clips", "share"],
            "rows": [["Jump", 3, 0.75], ["Run", 1, 0.25]],
        },
    }


def test_notebook_keeps_figures_once(executed):
    figures = read_scraps(executed).figures

    assert list(figures) == ["curve_figure", "frames_figure"]
    assert figures["curve_figure"].mime == "image/svg+xml"
    assert b"<svg" in figures["curve_figure"].payload
    assert not figures["curve_figure"].shows_frames
    assert figures["frames_figure"].mime == "image/png"
    assert figures["frames_figure"].payload.startswith(b"\x89PNG")
    assert figures["frames_figure"].shows_frames


def test_figure_is_shown_once(executed):
    import nbformat

    node = nbformat.read(executed, as_version=4)

    assert [len(cell.outputs) for cell in node.cells[-2:]] == [1, 1]


@pytest.mark.parametrize("name", ["", "a.b", "a#b", "1a", "a b", "a-b"])
def test_refuses_names(name, glued):
    with pytest.raises(ResultsError, match="letters, digits and underscores"):
        glue(name, 1)
    assert glued == []


def test_refuses_none_and_not_finite(glued):
    with pytest.raises(ResultsError, match="'x' is None"):
        glue("x", None)
    with pytest.raises(ResultsError, match=r"'validation\.loss' is nan"):
        glue("validation", {"loss": np.float32("nan")})
    assert glued == []


def test_data_may_not_be_named_like_a_figure(glued):
    with pytest.raises(ResultsError, match="glue_figure"):
        glue("curve_figure", 1)


def test_table_drops_row_numbers_and_keeps_a_named_index(glued):
    table = pd.DataFrame({"n": [1, 2, 3]})
    glue_table("some", table[table["n"] > 1])
    glue_table("named", table.set_index("n").assign(x=0.5).iloc[:1])

    assert glued[0][1] == {"columns": ["n"], "rows": [[2], [3]]}
    assert glued[1][1] == {"columns": ["n", "x"], "rows": [[1, 0.5]]}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"x": [1.0, np.nan]}), r"t \(row 1, column 'x'\)' is nan"),
        (pd.DataFrame({"x": [1]}, index=["Jump"]), "name the index"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), "same name"),
    ],
)
def test_refuses_tables(table, message, glued):
    with pytest.raises(ResultsError, match=message):
        glue_table("t", table)
    assert glued == []


def test_plot_has_the_same_bytes_every_time():
    def draw():
        figure, axes = plt.subplots()
        axes.plot([1, 2], label="loss")
        axes.fill_between([0, 1], [0, 1], hatch="/")
        axes.legend()
        payload = _render(figure, shows_frames=False)[1]
        plt.close(figure)
        return payload

    first = draw()

    assert first == draw()
    assert "<text" not in first
    assert "dc:date" not in first


def test_figure_is_closed_and_gets_the_suffix(glued):
    figure = plt.figure()

    glue_figure("curve", figure)

    assert glued[0][0] == "curve_figure"
    assert not plt.fignum_exists(figure.number)


def test_takes_an_svg_document(glued):
    glue_figure("diagram", "<svg xmlns='http://www.w3.org/2000/svg'/>")

    name, image, encoder = glued[0]
    assert (name, encoder) == ("diagram_figure", "display")
    assert image._repr_mimebundle_() == (
        {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>"},
        {"darkhar": {"shows_frames": False}},
    )

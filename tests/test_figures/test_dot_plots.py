"""Rows of dots with intervals: each on the row of its name, where its value is."""

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from darkhar.figures.dot_plots import (
    dot_handle,
    draw_dot,
    draw_references,
    name_rows,
    reference_handles,
)
from darkhar.figures.enhancement_comparison import plot_enhancement_comparison
from darkhar.figures.intervals import plot_intervals
from darkhar.figures.style import REFERENCE_COLOUR


def points(line):
    return [(float(x), float(y)) for x, y in line.get_xydata()]


def rows_of(ax):
    """Of each row: y, value, low and high."""
    drawn = [line for line in ax.lines if line.get_color() != REFERENCE_COLOUR]
    return [
        (dot.get_ydata()[0], dot.get_xdata()[0], *interval.get_xdata())
        for interval, dot in zip(drawn[::2], drawn[1::2], strict=True)
    ]


def references_of(ax):
    lines = [line for line in ax.lines if line.get_color() == REFERENCE_COLOUR]
    return [(line.get_xdata()[0], line.get_linestyle()) for line in lines]


def names_of(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_a_dot_stands_on_the_line_of_its_interval():
    ax = Figure().subplots()
    draw_dot(ax, 2, 0.5, (0.25, 0.625), colour="red")
    line, dot = ax.lines
    assert points(line) == [(0.25, 2), (0.625, 2)]
    assert points(dot) == [(0.5, 2)]
    assert (dot.get_marker(), dot.get_fillstyle()) == ("o", "full")
    assert line.get_color() == dot.get_color() == "red"


def test_a_ring_without_an_interval():
    ax = Figure().subplots()
    draw_dot(ax, 0, 0.5, colour="red", size=6, hollow=True)
    (dot,) = ax.lines
    assert (dot.get_fillstyle(), dot.get_markersize()) == ("none", 6)


def test_a_legend_shows_what_is_drawn():
    full, ring = (
        dot_handle("a", colour="red"),
        dot_handle("b", colour="red", hollow=True),
    )
    assert (full.get_linestyle(), full.get_fillstyle()) == ("-", "full")
    assert (ring.get_linestyle(), ring.get_fillstyle()) == ("None", "none")


def test_rows_are_named_once_from_top_to_bottom():
    left, right = Figure().subplots(1, 2, sharey=True)
    name_rows(left, ["a", "b", "c"], right)
    assert names_of(left) == ["a", "b", "c"]
    assert left.get_ylim() == right.get_ylim() == (2.5, -0.5)
    assert left.yaxis.get_tick_params()["labelleft"]
    assert not right.yaxis.get_tick_params()["labelleft"]
    assert not left.spines["left"].get_visible() | right.spines["left"].get_visible()


def test_lines_lead_from_names_across_all_axes_and_up_from_values():
    left, right = Figure().subplots(1, 2, sharey=True)
    name_rows(left, ["a", "b"], right)
    alone = Figure().subplots()
    name_rows(alone, ["a", "b"])
    for ax, expected in ((left, [True, True]), (right, [True, True]), (alone, [1, 0])):
        drawn = [axis.get_gridlines()[0].get_visible() for axis in (ax.xaxis, ax.yaxis)]
        assert drawn == expected


@pytest.mark.parametrize(
    ("chance", "majority", "lines", "names"),
    [
        (0.2, 0.3, [(0.2, ":"), (0.3, "--")], ["chance", "majority"]),
        # Of few test clips, the most frequent class of training may be rare.
        (0.2, 0.1, [(0.1, "--"), (0.2, ":")], ["majority", "chance"]),
        (0.2, 0.2, [(0.2, ":")], ["chance = majority"]),
        (0.2, None, [(0.2, ":")], ["chance"]),
    ],
)
def test_references(chance, majority, lines, names):
    ax = Figure().subplots()
    draw_references(ax, chance, majority)
    assert references_of(ax) == lines
    assert [text.get_text() for text in ax.texts] == names
    # The lower one's name is on its left: they cannot cover each other.
    sides = [text.get_horizontalalignment() for text in ax.texts]
    assert sides == (["right", "left"] if len(lines) == 2 else ["center"])
    assert [
        handle.get_label() for handle in reference_handles(chance, majority)
    ] == names


def test_intervals_stand_on_the_row_of_their_name():
    table = pd.DataFrame(
        {
            "name": ["lstm", "graph"],
            "value": [0.5, 0.7],
            "low": [0.4, 0.6],
            "high": [0.6, 0.8],
            "n": [150, 24],
        }
    )
    ax = plot_intervals(table, chance=1 / 6, majority=0.25).axes[0]
    assert rows_of(ax) == [(0, 0.5, 0.4, 0.6), (1, 0.7, 0.6, 0.8)]
    assert names_of(ax) == ["lstm", "graph"]
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1), (1.5, -0.5))
    assert references_of(ax) == [(1 / 6, ":"), (0.25, "--")]
    placed = {text.get_text(): text.get_position() for text in ax.texts}
    assert (placed["chance"][0], placed["majority"][0]) == (1 / 6, 0.25)
    assert (placed["150"][1], placed["24"][1]) == (0, 1)
    assert placed["150"][0] > 1  # right of the axes


def test_enhancement_comparison_shows_score_accuracy_and_cost():
    comparison = pd.DataFrame(
        {
            "enhancement": ["none", "gamma"],
            "score": [0.3, 0.5],
            "accuracy": [0.4, 0.6],
            "low": [0.3, 0.5],
            "high": [0.5, 0.7],
            "n": [150, 150],
        }
    )
    # Costs are told by name, in whichever order.
    cost = pd.DataFrame({"enhancement": ["gamma", "none"], "milliseconds": [12.4, 0]})
    figure = plot_enhancement_comparison(comparison, cost, chance=1 / 6, majority=0.25)
    scores, accuracies, costs = figure.axes
    assert [points(line) for line in scores.lines] == [[(0.3, 0)], [(0.5, 1)]]
    assert rows_of(accuracies) == [(0, 0.4, 0.3, 0.5), (1, 0.6, 0.5, 0.7)]
    assert references_of(accuracies) == [(1 / 6, ":"), (0.25, "--")]
    assert accuracies.get_xlabel() == "n = 150 clips"
    assert rows_of(costs) == [(0, 0, 0, 0), (1, 12.4, 0, 12.4)]
    assert [text.get_text() for text in costs.texts] == ["0", "12"]
    assert costs.get_ylim() == scores.get_ylim() == (1.5, -0.5)
    assert names_of(scores) == ["none", "gamma"]
    # The title stands clear of the names of the lines of reference.
    FigureCanvasAgg(figure).draw()
    title = accuracies.title.get_window_extent()
    assert not any(title.overlaps(t.get_window_extent()) for t in accuracies.texts)

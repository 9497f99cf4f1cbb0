import itertools

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from darkhar.figures.sweep_chart import plot_sweep

VALUES = {"lstm_units=4": [0.25, 1.0, 0.25], "lstm_units=8": [0.5, 1.0], "none": [0.0]}


def markers(ax, marker):
    """Where a marker is drawn: from its row to what is on the x axis."""
    return {
        float(line.get_ydata()[0]): [float(x) for x in line.get_xdata()]
        for line in ax.lines
        if line.get_marker() == marker
    }


def plain_lines(ax):
    """Lines without markers, from where to where."""
    return [
        ([float(x) for x in line.get_xdata()], [float(y) for y in line.get_ydata()])
        for line in ax.lines
        if line.get_marker() == "None"
    ]


def test_a_dot_for_each_seed_and_a_stroke_at_their_mean():
    (ax,) = plot_sweep(VALUES, xlabel="loss", intervals={}, chance=None).axes

    assert [label.get_text() for label in ax.get_yticklabels()] == list(VALUES)
    # From top to bottom.
    assert ax.get_ylim() == (2.5, -0.5)
    assert markers(ax, "o") == {0: [0.25, 1.0, 0.25], 1: [0.5, 1.0], 2: [0.0]}
    assert markers(ax, "|") == {0: [0.5], 1: [0.75], 2: [0.0]}
    assert plain_lines(ax) == []
    assert ax.get_xlabel() == "loss"


def test_intervals_and_chance():
    figure = plot_sweep(
        VALUES,
        xlabel="accuracy",
        intervals={"lstm_units=8": (0.4, 0.9), "none": (0.0, 0.3)},
        chance=0.25,
    )
    (ax,) = figure.axes

    assert plain_lines(ax) == [
        ([0.4, 0.9], [1, 1]),
        ([0.0, 0.3], [2, 2]),
        ([0.25, 0.25], [0, 1]),
    ]
    assert ax.get_xlim() == (0, 1)
    assert [text.get_text() for text in ax.texts] == ["chance"]


def test_without_chance_the_axis_follows_the_values():
    values = {"a": [2.0, 4.0]}
    (ax,) = plot_sweep(values, xlabel="loss", intervals={}, chance=None).axes

    low, high = ax.get_xlim()
    assert 1 < low < 2
    assert 4 < high < 5


@pytest.mark.parametrize("settings", [1, 30])
def test_long_names_have_room(settings):
    name = "enhancement=clahe:clip_limit=4,tiles=16, learning_rate=0.001, number="
    values = {f"{name}{i}": [0.5] for i in range(settings)}
    figure = plot_sweep(values, xlabel="accuracy", intervals={}, chance=0.5)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()

    labels = figure.axes[0].get_yticklabels()
    assert all("\n" in label.get_text() for label in labels)
    boxes = [label.get_window_extent() for label in labels]
    assert all(box.x0 >= 0 for box in boxes)
    assert all(below.y1 < above.y0 for above, below in itertools.pairwise(boxes))

"""Plots of what simulated people bring show what they are given."""

import numpy as np
import pandas as pd

from darkhar.figures.coverage_chart import plot_coverage
from darkhar.figures.worth_chart import plot_worth
from darkhar.study.worth import ALONE, TOGETHER


def worth_row(by, number, fitted, accuracy):
    return {
        "by": by,
        "number": number,
        "fitted": fitted,
        "accuracy": accuracy,
        "low": accuracy - 0.1,
        "high": accuracy + 0.05,
    }


def test_a_panel_for_what_is_varied_a_line_for_what_is_fitted():
    table = pd.DataFrame(
        [
            worth_row("clips", "0", TOGETHER, 0.8),
            worth_row("clips", "2", ALONE, 0.4),
            worth_row("clips", "2", TOGETHER, 0.85),
            worth_row("simulated", "60", TOGETHER, 0.7),
        ]
    )
    figure = plot_worth(table, chance=1 / 6)
    clips, simulated = figure.axes
    assert [label.get_text() for label in clips.get_xticklabels()] == ["0", "2"]
    assert [label.get_text() for label in simulated.get_xticklabels()] == ["60"]
    alone, together = (c.lines[0] for c in clips.containers)
    np.testing.assert_allclose(alone.get_xydata(), [[0.92, 0.4]])
    np.testing.assert_allclose(together.get_xydata(), [[0.08, 0.8], [1.08, 0.85]])
    (bars,) = clips.containers[1].lines[2]
    np.testing.assert_allclose(bars.get_segments()[0][:, 1], [0.7, 0.85])
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == [ALONE, TOGETHER]


def test_curves_and_the_threshold():
    curve = pd.DataFrame(
        {
            "threshold": [0.0, 0.5],
            "answered": [1.0, 0.6],
            "accuracy": [0.9, np.nan],
            "strangers": [1.0, 0.1],
        }
    )
    figure = plot_coverage(curve, 0.25)
    (ax,) = figure.axes
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines}
    np.testing.assert_array_equal(
        drawn["people who do something else: answered"], [1.0, 0.1]
    )
    np.testing.assert_array_equal(drawn["answered clips: right"], [0.9, np.nan])
    assert any((np.array(line.get_xdata()) == 0.25).all() for line in ax.lines)
    assert "0.25" in [text.get_text() for text in ax.texts]

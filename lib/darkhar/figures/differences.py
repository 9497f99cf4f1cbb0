"""Differences between models on the same clips, around zero."""

import pandas as pd
from matplotlib.figure import Figure

from darkhar.evaluation.wording import word_p
from darkhar.figures.dot_plots import draw_dot, name_rows, write_beside
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    VAL_COLOUR,
    new_figure,
    styled,
    wrapped,
)

_NAME_CHARACTERS = 34


@styled
def plot_differences(table: pd.DataFrame) -> Figure:
    """Differences in percentage points with their intervals.

    Coloured are those that are clear of zero by interval and test.

    Args:
        table: table with columns `comparison`, `n`, `difference`, `low`, `high`
            (accuracies), `p`, `is_clear` and, where several were compared,
            `p_corrected`, which is then shown in place of `p`.
    """
    labels = [wrapped(name, _NAME_CHARACTERS) for name in table["comparison"]]
    lines = sum(1 + label.count("\n") for label in labels)
    figure = new_figure(height=0.8 + 0.12 * len(labels) + 0.17 * lines)
    ax = figure.subplots()
    ax.axvline(0, color=REFERENCE_COLOUR, linewidth=1)
    shown = table.assign(p=table.get("p_corrected", table["p"]))
    for y, row in enumerate(shown.itertuples(index=False)):
        colour = VAL_COLOUR if row.is_clear else "#888888"
        interval = (100 * row.low, 100 * row.high)
        draw_dot(ax, y, 100 * row.difference, interval, colour=colour)
        write_beside(ax, y, f"{word_p(row.p)}   n = {row.n}", fontsize=7.5)
    widest = max(abs(table[["low", "high"]].to_numpy()).max(), 0.1)
    ax.set_xlim(-105 * widest, 105 * widest)
    name_rows(ax, labels)
    ax.set_xlabel("difference in accuracy (percentage points)")
    return figure

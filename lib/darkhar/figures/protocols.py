"""Every model under every protocol."""

import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.comparison import name_rows
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_NAME_CHARACTERS = 24


@styled
def plot_protocols(
    table: pd.DataFrame, *, chance: float, majority: float | None = None
) -> Figure:
    """Accuracies with their intervals: a panel a protocol, a row a model.

    Args:
        table: table with columns `model`, `protocol` (as readers see it), `n`,
            `accuracy`, `low`, `high`.
        chance: float. Accuracy of guessing, drawn as a dotted line.
        majority: float or None. Accuracy of naming the most frequent class, drawn as a
            dashed line. Defaults to None.
    """
    models = list(dict.fromkeys(table["model"]))
    protocols = list(dict.fromkeys(table["protocol"]))
    figure = new_figure(height=1.3 + 0.27 * len(models))
    axes = figure.subplots(1, len(protocols), sharey=True, squeeze=False)[0]
    for i, (ax, protocol) in enumerate(zip(axes, protocols, strict=True)):
        rows = table[table["protocol"] == protocol]
        ax.axvline(chance, color=REFERENCE_COLOUR, linestyle=":", linewidth=1)
        if majority is not None:
            ax.axvline(majority, color=REFERENCE_COLOUR, linestyle="--", linewidth=1)
        for row in rows.itertuples(index=False):
            y = models.index(row.model)
            ax.plot([row.low, row.high], [y, y], color=colour_of(i))
            ax.plot(row.accuracy, y, "o", color=colour_of(i), markersize=5)
        ax.set_title(f"{wrapped(protocol, 14)}\nn = {rows['n'].iloc[0]}", fontsize=8.5)
        ax.set_xlim(-0.03, 1.03)
        ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        ax.grid(axis="both")
        if i:
            ax.tick_params(axis="y", length=0, labelleft=False)
            ax.spines["left"].set_visible(False)
    name_rows(axes[0], [wrapped(name, _NAME_CHARACTERS) for name in models])
    axes[0].grid(axis="both")
    lines = "dotted: chance" + ("" if majority is None else ", dashed: majority")
    figure.supxlabel(f"accuracy ({lines})", fontsize=9)
    return figure

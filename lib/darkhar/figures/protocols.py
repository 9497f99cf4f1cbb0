"""Every model under every protocol."""

import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.comparison import draw_references, name_rows, reference_handles
from darkhar.figures.style import colour_of, new_figure, styled, wrapped

_NAME_CHARACTERS = 24


@styled
def plot_protocols(
    table: pd.DataFrame, *, chance: float, majority: float | None = None
) -> Figure:
    """Accuracies with their intervals: a panel a protocol, a row a model.

    Args:
        table: table with columns `model`, `protocol` (as readers see it), `n`,
            `accuracy`, `low`, `high`.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float or None. Accuracy of naming the most frequent class, drawn as a
            line. Defaults to None.
    """
    models = list(dict.fromkeys(table["model"]))
    protocols = list(dict.fromkeys(table["protocol"]))
    figure = new_figure(height=1.5 + 0.27 * len(models))
    axes = figure.subplots(1, len(protocols), sharey=True, squeeze=False)[0]
    for i, (ax, protocol) in enumerate(zip(axes, protocols, strict=True)):
        rows = table[table["protocol"] == protocol]
        draw_references(ax, chance, majority, named=False)
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
    figure.supxlabel("accuracy", fontsize=9)
    figure.legend(
        handles=reference_handles(chance, majority),
        loc="outside upper right",
        ncols=2,
        fontsize=8,
    )
    return figure

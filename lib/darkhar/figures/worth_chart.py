"""What real clips bring beside simulated people."""

import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.style import (
    REFERENCE_COLOUR,
    colour_of,
    new_figure,
    styled,
)

_PANELS = {
    "clips": "real clips of a class",
    "scenes": "scenes of a class",
    "simulated": "simulated clips\nbeside all real ones",
}
_APART = 0.16


@styled
def plot_worth(table: pd.DataFrame, *, chance: float) -> Figure:
    """Accuracy by what is fitted: a panel for real clips, their scenes, simulated ones.

    Args:
        table: as of `darkhar.study.worth.worth_table`.
        chance: float. Accuracy of guessing, drawn as a line.
    """
    parts = {by: part for by, part in table.groupby("by", sort=False)}
    widths = [part["number"].nunique() for part in parts.values()]
    figure = new_figure(height=3.1)
    axes = figure.subplots(
        1, len(parts), sharey=True, squeeze=False, width_ratios=widths
    )[0]
    fitted = sorted(table["fitted"].unique())
    for ax, (by, part) in zip(axes, parts.items(), strict=True):
        numbers = list(dict.fromkeys(part["number"]))
        ax.axhline(chance, color=REFERENCE_COLOUR, linestyle=":", linewidth=1)
        for number, name in enumerate(fitted):
            rows = part[part["fitted"] == name]
            beside = (number - 0.5) * _APART
            ax.errorbar(
                [numbers.index(n) + beside for n in rows["number"]],
                rows["accuracy"],
                yerr=[rows["accuracy"] - rows["low"], rows["high"] - rows["accuracy"]],
                fmt="o-",
                color=colour_of(number),
                markersize=4.5,
                linewidth=1.2,
                elinewidth=1,
                label=name,
            )
        ax.set_xticks(range(len(numbers)), numbers)
        ax.set_xlim(-0.5, len(numbers) - 0.5)
        ax.set_xlabel(_PANELS[by])
        ax.set_ylim(0, 1.02)
    axes[0].set_ylabel("accuracy on held-out clips")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2)
    return figure

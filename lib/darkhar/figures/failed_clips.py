"""Where models err: which clips, and which classes for which."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.counts import draw_counts
from darkhar.figures.frames import brighten
from darkhar.figures.style import (
    PAGE_WIDTH,
    REFERENCE_COLOUR,
    bare,
    close_up,
    colour_of,
    label_width,
    marker_of,
    new_figure,
    panels,
    styled,
    wrapped,
)

_LINE_INCHES, _TITLE_CHARACTERS = 0.14, 100


@styled
def show_errors(clips: Sequence[np.ndarray], errors: pd.DataFrame) -> Figure:
    """Frames of clips in time, a row an error with its title above, brightened.

    Args:
        clips: uint8 `[frames, height, width, 3]` for each error; as many frames in all.
        errors: table with columns `true`, `predicted`, `model` and `probability` (of
            the answer).
    """
    n_columns = len(clips[0])
    height, width = clips[0].shape[1:3]
    titles = [
        f"{row.true}, taken for {row.predicted} by {row.model}"
        f" (p = {row.probability:.2f})"
        for row in errors.itertuples(index=False, name="Error")
    ]
    titles = [wrapped(title, _TITLE_CHARACTERS) for title in titles]
    lines = max(title.count("\n") for title in titles) + 1
    cell = PAGE_WIDTH / n_columns * height / width
    figure = new_figure(height=len(clips) * (cell + 0.1 + _LINE_INCHES * lines))
    axes = figure.subplots(len(clips), n_columns, squeeze=False)
    for ax_row, frames, title in zip(axes, clips, titles, strict=True):
        for ax, frame in zip(ax_row, brighten(frames), strict=True):
            bare(ax)
            ax.imshow(frame, interpolation="antialiased")
        # A title would widen its column: as wide as it needs, it stands across them.
        ax_row[0].set_title("\n".join(lines * [" "]), fontsize=8, pad=3)
        label = ax_row[0].text(
            0, 1.03, title, transform=ax_row[0].transAxes, va="bottom", fontsize=8
        )
        label.set_in_layout(False)
    close_up(figure, h_pad=0.02)
    return figure


@styled
def plot_confusions(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Confusion matrices side by side, at most three in a row.

    Args:
        tables: mapping of the model's name to its table, as of
            `evaluation.metrics.confusion`; all with the same classes.
    """
    names = list(next(iter(tables.values()))["class"])
    columns = 2 if len(tables) == 4 else min(3, len(tables))
    lines = -(-len(tables) // columns)
    side = min((PAGE_WIDTH - 0.7) / columns - 0.1, 2.7)
    titles = {name: wrapped(name, round(11 * side)) for name in tables}
    title_height = 0.15 * (1 + max(title.count("\n") for title in titles.values()))
    figure = new_figure(
        width=columns * (side + 0.1) + 0.7,
        height=lines * (side + label_width(names) + title_height + 0.1) + 0.4,
    )
    axes = panels(figure, len(tables), columns=columns, sharex=True, sharey=True)
    # One scale for all: the number of clips of the most frequent class.
    full = max(1, *(table[names].sum(axis=1).max() for table in tables.values()))
    for (ax,), (name, table) in zip(axes, tables.items(), strict=True):
        counts, style = table[names].to_numpy(), {"fontsize": 8, "zeros": False}
        draw_counts(ax, counts, names, names, full=full, **style)
        ax.set_anchor("N")  # Of what is left over, nothing above: titles need it.
        ax.set_title(titles[name], fontsize=9)
        ax.tick_params(axis="x", rotation=90, labelbottom=True)
    figure.supxlabel("predicted", fontsize=9)
    figure.supylabel("true", fontsize=9)
    return figure


@styled
def plot_class_recall(table: pd.DataFrame, *, chance: float) -> Figure:
    """Share of each class's clips that each model names: a column a class.

    Args:
        table: table with columns `class`, `n` (its clips) and one for each model.
        chance: float. Recall of guessing, drawn as a line.
    """
    models = list(table.columns.drop(["class", "n"]))
    classes = [f"{row['class']} ({row['n']})" for row in table.to_dict("records")]
    figure = new_figure(height=2.9)
    ax = figure.subplots()
    ax.axhline(
        chance, color=REFERENCE_COLOUR, linestyle=":", linewidth=1, label="chance"
    )
    for i, name in enumerate(models):
        shares = table[name].to_numpy()
        x = np.arange(len(classes)) + (i - (len(models) - 1) / 2) * 0.6 / len(models)
        style = {"color": colour_of(i), "label": name, "markersize": 5}
        ax.vlines(x, 0, shares, color=colour_of(i), linewidth=1)
        ax.plot(x, shares, marker_of(i), **style)
    ax.set_xticks(range(len(classes)), [wrapped(name, 14) for name in classes])
    ax.set_ylim(0, 1.04)
    ax.set_ylabel("recall")
    figure.legend(loc="outside upper center", ncols=3)
    return figure

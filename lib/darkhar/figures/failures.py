"""Where models err: which clips, and which classes for which."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.frames import brighten
from darkhar.figures.style import (
    PAGE_WIDTH,
    REFERENCE_COLOUR,
    bare,
    colour_of,
    label_width,
    new_figure,
    styled,
    wrapped,
)

_LINE_INCHES, _TITLE_CHARACTERS = 0.14, 100


@styled
def show_failures(clips: Sequence[np.ndarray], titles: Sequence[str]) -> Figure:
    """Frames of clips in time, a row a clip with its title above, brightened.

    Args:
        clips: uint8 `[frames, height, width, 3]` for each clip; as many frames in all.
        titles: str per clip, such as "Run, taken for Walk".
    """
    n_columns = max(len(frames) for frames in clips)
    first = clips[0][0]
    cell = PAGE_WIDTH / n_columns * first.shape[0] / first.shape[1]
    titles = [wrapped(title, _TITLE_CHARACTERS) for title in titles]
    lines = max(title.count("\n") for title in titles) + 1
    figure = new_figure(height=len(clips) * (cell + 0.1 + _LINE_INCHES * lines))
    axes = figure.subplots(len(clips), n_columns, squeeze=False)
    for ax_row, frames, title in zip(axes, clips, titles, strict=True):
        for ax in ax_row:
            bare(ax)
        for ax, frame in zip(ax_row, brighten(frames), strict=False):
            ax.imshow(frame, interpolation="antialiased")
        # A title would widen its column: as wide as it needs, it stands across them.
        ax_row[0].set_title("\n".join(lines * [" "]), fontsize=8, pad=3)
        label = ax_row[0].text(
            0, 1.03, title, transform=ax_row[0].transAxes, va="bottom", fontsize=8
        )
        label.set_in_layout(False)
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.02, wspace=0.01, hspace=0.01)
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
    axes = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for ax in axes.flat[len(tables) :]:
        ax.remove()
    # One scale for all: the number of clips of the most frequent class.
    full = max(1, *(table[names].sum(axis=1).max() for table in tables.values()))
    for ax, (name, table) in zip(axes.flat, tables.items(), strict=False):
        counts = table[names].to_numpy()
        ax.imshow(counts, cmap="Blues", vmin=0, vmax=full)
        ax.set_anchor("N")  # Of what is left over, nothing above: titles need it.
        for (y, x), count in np.ndenumerate(counts):
            if count:
                colour = "white" if count > 0.5 * full else "black"
                ax.text(x, y, count, ha="center", va="center", color=colour, fontsize=8)
        ax.set_title(titles[name], fontsize=9)
        ax.set_xticks(range(len(names)), names, rotation=90)
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(length=0, labelbottom=True)
        ax.grid(False)
    figure.supxlabel("predicted", fontsize=9)
    figure.supylabel("true", fontsize=9)
    return figure


@styled
def plot_class_recall(
    recall: Mapping[str, Sequence[float]], classes: Sequence[str], *, chance: float
) -> Figure:
    """Share of each class's clips that each model names: a column a class.

    Args:
        recall: mapping of the model's name to one share a class.
        classes: str per class, with its number of clips if that is to be shown.
        chance: float. Recall of guessing, drawn as a line.
    """
    figure = new_figure(height=2.9)
    ax = figure.subplots()
    ax.axhline(
        chance, color=REFERENCE_COLOUR, linestyle=":", linewidth=1, label="chance"
    )
    offsets = (np.arange(len(recall)) - (len(recall) - 1) / 2) * (0.6 / len(recall))
    for i, (name, shares) in enumerate(recall.items()):
        x = np.arange(len(classes)) + offsets[i]
        ax.vlines(x, 0, shares, color=colour_of(i), linewidth=1)
        ax.plot(x, shares, "osD^v"[i % 5], color=colour_of(i), label=name, markersize=5)
    ax.set_xticks(range(len(classes)), [wrapped(name, 14) for name in classes])
    ax.set_ylim(0, 1.04)
    ax.set_ylabel("recall")
    figure.legend(loc="outside upper center", ncols=3)
    return figure

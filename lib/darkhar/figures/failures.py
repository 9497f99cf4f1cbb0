"""Where models err: which clips, and which classes for which."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from darkhar.figures.frames import brighten
from darkhar.figures.style import (
    PAGE_WIDTH,
    bare,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_TITLE_INCHES = 0.24


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
    figure = new_figure(height=len(clips) * (cell + _TITLE_INCHES))
    axes = figure.subplots(len(clips), n_columns, squeeze=False)
    for ax_row, frames, title in zip(axes, clips, titles, strict=True):
        for ax in ax_row:
            bare(ax)
        for ax, frame in zip(ax_row, brighten(frames), strict=False):
            ax.imshow(frame, interpolation="antialiased")
        # A title would widen its column: as wide as it needs, it stands across them.
        ax_row[0].set_title(" ", fontsize=8, pad=3)
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
    side = min((PAGE_WIDTH - 0.7) / columns, 2.7)
    figure = new_figure(
        width=columns * (side + 0.1) + 0.7, height=lines * (side + 0.35) + 0.45
    )
    axes = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for ax in axes.flat[len(tables) :]:
        ax.remove()
    for ax, (title, table) in zip(axes.flat, tables.items(), strict=False):
        counts = table[names].to_numpy()
        full = max(counts.sum(axis=1).max(), 1)
        ax.imshow(counts, cmap="Blues", vmin=0, vmax=full)
        for (y, x), count in np.ndenumerate(counts):
            if count:
                colour = "white" if count > 0.5 * full else "black"
                ax.text(x, y, count, ha="center", va="center", color=colour, fontsize=8)
        ax.set_title(wrapped(title, 26), fontsize=9)
        ax.set_xticks(range(len(names)), names, rotation=90)
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(length=0, labelbottom=True)
        ax.grid(False)
    figure.supxlabel("predicted", fontsize=9)
    figure.supylabel("true", fontsize=9)
    return figure


@styled
def plot_class_recall(
    recall: Mapping[str, Sequence[float]], classes: Sequence[str]
) -> Figure:
    """Share of each class's clips that each model names: a column a class.

    Args:
        recall: mapping of the model's name to one share a class.
        classes: str per class, with its number of clips if that is to be shown.
    """
    figure = new_figure(height=2.9)
    ax = figure.subplots()
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

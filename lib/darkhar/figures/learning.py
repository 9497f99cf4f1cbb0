"""Plots of learning: curves of each fold, confusion of the final model."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from darkhar.figures.style import (
    REFERENCE_COLOUR,
    TRAIN_COLOUR,
    VAL_COLOUR,
    new_figure,
    styled,
)

_FOLDS_IN_A_ROW = 5


@styled
def plot_learning_curves(
    histories: Sequence[Mapping[str, Sequence[float]]],
    best_epochs: Sequence[int],
    *,
    chance: float,
    majority: float | None = None,
) -> Figure:
    """Loss and accuracy of each fold by epoch, one column a fold, five in a row.

    Args:
        histories: per fold, mapping with `loss`, `val_loss`, `accuracy` and
            `val_accuracy`, one float an epoch.
        best_epochs: int per fold, counted from 1. Marked with a dot.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float or None. Accuracy of naming the most frequent class, drawn as a
            line. Defaults to None.
    """
    columns = min(len(histories), _FOLDS_IN_A_ROW)
    bands = -(-len(histories) // columns)
    figure = new_figure(height=0.2 + 3.4 * bands)
    axes = figure.subplots(2 * bands, columns, sharex=True, squeeze=False)
    for ax in axes[:, 1:].flat:
        ax.tick_params(labelleft=False)
    for number in range(bands * columns):
        band, column = divmod(number, columns)
        loss_ax, accuracy_ax = axes[2 * band : 2 * band + 2, column]
        if number >= len(histories):
            loss_ax.remove()
            accuracy_ax.remove()
            continue
        history, best = histories[number], best_epochs[number]
        epochs = np.arange(1, len(history["loss"]) + 1)
        for ax, metric in ((loss_ax, "loss"), (accuracy_ax, "accuracy")):
            held_out = history[f"val_{metric}"]
            ax.plot(epochs, history[metric], color=TRAIN_COLOUR, label="fitted")
            ax.plot(epochs, held_out, color=VAL_COLOUR, label="held out")
            ax.plot(best, held_out[best - 1], "o", color=VAL_COLOUR, markersize=4)
        accuracy_ax.axhline(
            chance, color=REFERENCE_COLOUR, linestyle=":", linewidth=1, label="chance"
        )
        if majority is not None:
            accuracy_ax.axhline(
                majority,
                color=REFERENCE_COLOUR,
                linestyle="--",
                linewidth=1,
                label="majority",
            )
        highest = max(max(h["loss"] + h["val_loss"]) for h in histories)
        loss_ax.set_ylim(0, 1.05 * highest)
        accuracy_ax.set_ylim(0, 1.02)
        accuracy_ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        loss_ax.set_title(f"fold {number + 1}")
        if column == 0:
            loss_ax.set_ylabel("loss (nats)")
            accuracy_ax.set_ylabel("accuracy")
    figure.supxlabel("epoch", fontsize=9)
    handles, labels = axes[1, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=4)
    return figure


@styled
def plot_confusion(confusion: pd.DataFrame) -> Figure:
    """Validation clips by true and predicted class.

    Args:
        confusion: table as of `evaluation.metrics.confusion`.
    """
    names = list(confusion["class"])
    counts = confusion[names].to_numpy()
    side = max(3.5, 0.5 * len(names))
    figure = new_figure(width=side + 0.7, height=side)
    ax = figure.subplots()
    # The same shade for the same share of a class, on every such figure.
    full = max(counts.sum(axis=1).max(), 1)
    ax.imshow(counts, cmap="Blues", vmin=0, vmax=full)
    for (y, x), count in np.ndenumerate(counts):
        colour = "white" if count > 0.5 * full else "black"
        ax.text(x, y, count, ha="center", va="center", color=colour, fontsize=9)
    ax.set_xticks(range(len(names)), names, rotation=90 if len(names) > 8 else 0)
    ax.set_yticks(range(len(names)), names)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true")
    ax.grid(False)
    ax.tick_params(length=0)
    return figure

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


@styled
def plot_learning_curves(
    histories: Sequence[Mapping[str, Sequence[float]]],
    best_epochs: Sequence[int],
    *,
    chance: float,
) -> Figure:
    """Loss and accuracy of each fold by epoch, one column a fold.

    Args:
        histories: per fold, mapping with `loss`, `val_loss`, `accuracy` and
            `val_accuracy`, one float an epoch.
        best_epochs: int per fold, counted from 1. Marked with a dot.
        chance: float. Accuracy of guessing, drawn as a line.
    """
    figure = new_figure(height=3.6)
    axes = figure.subplots(2, len(histories), sharex=True, sharey="row", squeeze=False)
    for column, (history, best) in enumerate(zip(histories, best_epochs, strict=True)):
        epochs = np.arange(1, len(history["loss"]) + 1)
        for ax, metric in zip(axes[:, column], ("loss", "accuracy"), strict=True):
            held_out = history[f"val_{metric}"]
            ax.plot(epochs, history[metric], color=TRAIN_COLOUR, label="fitted")
            ax.plot(epochs, held_out, color=VAL_COLOUR, label="held out")
            ax.plot(best, held_out[best - 1], "o", color=VAL_COLOUR, markersize=4)
        axes[1, column].axhline(
            chance, color=REFERENCE_COLOUR, linestyle=":", linewidth=1, label="chance"
        )
        axes[1, column].set_ylim(0, 1.02)
        axes[1, column].xaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes[0, column].set_title(f"fold {column + 1}")
    axes[0, 0].set_ylabel("loss (nats)")
    axes[1, 0].set_ylabel("accuracy")
    figure.supxlabel("epoch", fontsize=9)
    handles, labels = axes[1, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=3)
    return figure


@styled
def plot_confusion(confusion: pd.DataFrame) -> Figure:
    """Validation clips by true and predicted class.

    Args:
        confusion: table as of `evaluation.metrics.confusion`.
    """
    names = list(confusion["class"])
    counts = confusion[names].to_numpy()
    figure = new_figure(width=4.2, height=3.5)
    ax = figure.subplots()
    ax.imshow(counts, cmap="Blues", vmin=0, vmax=max(counts.max() * 1.15, 1))
    for (y, x), count in np.ndenumerate(counts):
        colour = "white" if count > 0.6 * counts.max() else "black"
        ax.text(x, y, count, ha="center", va="center", color=colour, fontsize=9)
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true")
    ax.grid(False)
    ax.tick_params(length=0)
    return figure

"""Plots of learning: curves of each fold, confusion of the final model."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from darkhar.figures.counts import draw_counts
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    TRAIN_COLOUR,
    VAL_COLOUR,
    new_figure,
    panels,
    styled,
)
from darkhar.training.fold_results import CrossValidation

_FOLDS_IN_A_ROW = 5


@styled
def plot_learning_curves(
    cross_validation: CrossValidation, *, chance: float, majority: float
) -> Figure:
    """Loss and accuracy of each fold by epoch, one column a fold, five in a row.

    A dot marks each fold's best epoch.

    Args:
        cross_validation: `CrossValidation`.
        chance: float. Accuracy of guessing, drawn as a line.
        majority: float. Accuracy of naming the most frequent class, drawn as a line.
    """
    histories = cross_validation.histories
    columns = min(len(histories), _FOLDS_IN_A_ROW)
    bands = -(-len(histories) // columns)
    figure = new_figure(height=0.2 + 3.4 * bands)
    axes = panels(figure, len(histories), columns=columns, stacked=2, sharex=True)
    highest = max(max(h["loss"] + h["val_loss"]) for h in histories)
    for number, ((loss, accuracy), history, best) in enumerate(
        zip(axes, histories, cross_validation.best_epochs, strict=True)
    ):
        _draw_curves(loss, history, "loss", best)
        _draw_curves(accuracy, history, "accuracy", best)
        line = {"color": REFERENCE_COLOUR, "linewidth": 1}
        accuracy.axhline(chance, linestyle=":", label="chance", **line)
        accuracy.axhline(majority, linestyle="--", label="majority", **line)
        loss.set_ylim(0, 1.05 * highest)
        accuracy.set_ylim(0, 1.02)
        accuracy.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        loss.set_title(f"fold {number + 1}")
        if number % columns == 0:
            loss.set_ylabel("loss (nats)")
            accuracy.set_ylabel("accuracy")
        else:
            for ax in (loss, accuracy):
                ax.tick_params(labelleft=False)
    figure.supxlabel("epoch", fontsize=9)
    handles, labels = axes[0, 1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=4)
    return figure


def _draw_curves(
    ax: Axes, history: Mapping[str, Sequence[float]], metric: str, best: int
) -> None:
    held_out = history[f"val_{metric}"]
    epochs = np.arange(1, len(held_out) + 1)
    ax.plot(epochs, history[metric], color=TRAIN_COLOUR, label="fitted")
    ax.plot(epochs, held_out, color=VAL_COLOUR, label="held out")
    ax.plot(best, held_out[best - 1], "o", color=VAL_COLOUR, markersize=4)


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
    draw_counts(ax, counts, names, names, full=full)
    ax.tick_params(axis="x", rotation=90 if len(names) > 8 else 0)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true")
    return figure

"""What the two branches make of the clips, apart and together."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from darkhar.figures.counts import draw_counts
from darkhar.figures.style import (
    REFERENCE_COLOUR,
    VAL_COLOUR,
    label_width,
    new_figure,
    styled,
    wrapped,
)

_OUTCOMES = ("both", "only\nappearance", "only\npose", "neither")


@styled
def plot_fusion_weights(
    weights: np.ndarray,
    losses: np.ndarray,
    chosen: float,
    *,
    overall: np.ndarray,
) -> Figure:
    """What held-out clips lose by the weight of the pose branch.

    Args:
        weights: float `[n]` in [0, 1], ascending. 0 is the appearance branch alone.
        losses: float `[folds, n]`. Of each fold: thin lines.
        chosen: float. The weight that was chosen, marked.
        overall: float `[n]`. Of all held-out clips together: a bold line.
    """
    figure = new_figure(width=5.0, height=2.9)
    ax = figure.subplots()
    for i, fold in enumerate(losses):
        ax.plot(
            weights, fold, color="#9a9a9a", linewidth=0.7, label="" if i else "one fold"
        )
    ax.plot(weights, overall, color=VAL_COLOUR, linewidth=2.2, label="all folds")
    ax.axvline(chosen, color=REFERENCE_COLOUR, linestyle="--", linewidth=1)
    ax.plot(
        [chosen],
        [np.interp(chosen, weights, overall)],
        "o",
        color=VAL_COLOUR,
        markersize=6,
        label=f"chosen: {chosen:.2g}",
    )
    ax.set_xlim(-0.02, 1.02)
    ax.set_xticks(
        [0, 0.2, 0.4, 0.6, 0.8, 1],
        ["0\nappearance\nalone", "0.2", "0.4", "0.6", "0.8", "1\npose\nalone"],
    )
    ax.set_xlabel("weight of the pose branch")
    ax.set_ylabel("held-out loss (nats)")
    figure.legend(loc="outside upper center", ncols=3)
    return figure


@styled
def plot_branch_agreement(
    appearance_correct: np.ndarray,
    pose_correct: np.ndarray,
    labels: np.ndarray,
    class_names: Sequence[str],
) -> Figure:
    """Clips that both branches get right, only one of them, or neither.

    A row for all clips and one for each class; the shade is the share of its clips.

    Args:
        appearance_correct: bool `[clips]`.
        pose_correct: bool `[clips]`.
        labels: int `[clips]`.
        class_names: str per class.
    """
    outcome = 2 * ~appearance_correct + ~pose_correct
    rows = {"all clips": outcome}
    for i, name in enumerate(class_names):
        rows[wrapped(name, 24)] = outcome[labels == i]
    counts = np.stack([np.bincount(of_row, minlength=4) for of_row in rows.values()])
    figure = new_figure(width=label_width(rows) + 3.4, height=0.65 + 0.3 * len(rows))
    ax = figure.subplots()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    style = {"full": 1, "shades": shares, "aspect": "auto"}
    draw_counts(ax, counts, list(rows), _OUTCOMES, **style)
    ax.axhline(0.5, color="white", linewidth=3)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_title("clips classified correctly by", fontsize=9)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return figure

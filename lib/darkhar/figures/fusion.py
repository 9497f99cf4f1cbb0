"""What the two branches make of the clips, apart and together."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

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
    overall: np.ndarray | None = None,
    ylabel: str = "held-out loss (nats)",
) -> Figure:
    """What held-out clips lose, or gain, by the weight of the pose branch.

    Args:
        weights: float `[n]` in [0, 1], ascending. 0 is the appearance branch alone.
        losses: float `[folds, n]`. Loss, or accuracy, of each fold: thin lines.
        chosen: float. The weight that was chosen, marked.
        overall: float `[n]` or None. Of all held-out clips together: a bold line.
            None means the mean of the folds. Defaults to None.
        ylabel: str. Defaults to `"held-out loss (nats)"`.
    """
    weights, losses = np.asarray(weights), np.atleast_2d(losses)
    bold = losses.mean(axis=0) if overall is None else np.asarray(overall)
    figure = new_figure(width=5.0, height=2.9)
    ax = figure.subplots()
    for i, fold in enumerate(losses):
        ax.plot(
            weights, fold, color="#9a9a9a", linewidth=0.7, label="" if i else "one fold"
        )
    ax.plot(weights, bold, color=VAL_COLOUR, linewidth=2.2, label="all folds")
    ax.axvline(chosen, color=REFERENCE_COLOUR, linestyle="--", linewidth=1)
    ax.plot(
        [chosen],
        [np.interp(chosen, weights, bold)],
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
    ax.set_ylabel(ylabel)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


@styled
def plot_branch_agreement(
    appearance_correct: np.ndarray,
    pose_correct: np.ndarray,
    labels: np.ndarray | None = None,
    class_names: Sequence[str] = (),
) -> Figure:
    """Clips that both branches get right, only one of them, or neither.

    The shade is the share of a row's clips.

    Args:
        appearance_correct: bool `[clips]`.
        pose_correct: bool `[clips]`.
        labels: int `[clips]` or None. With it, a row for each class follows that of
            all clips. Defaults to None.
        class_names: str per class, if `labels` is given.
    """
    appearance, pose = np.asarray(appearance_correct), np.asarray(pose_correct)
    outcome = np.where(appearance, np.where(pose, 0, 1), np.where(pose, 2, 3))
    rows = {"all clips": outcome}
    if labels is not None:
        for i, name in enumerate(class_names):
            rows[wrapped(name, 24)] = outcome[np.asarray(labels) == i]
    counts = np.stack([np.bincount(of_row, minlength=4) for of_row in rows.values()])
    figure = new_figure(
        width=label_width(rows) + 3.4, height=0.65 + 0.3 * max(len(rows), 1.5)
    )
    ax = figure.subplots()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (y, x), count in np.ndenumerate(counts):
        colour = "white" if shares[y, x] > 0.5 else "black"
        ax.text(x, y, count, ha="center", va="center", color=colour, fontsize=9)
    if len(rows) > 1:
        ax.axhline(0.5, color="white", linewidth=3)
    ax.set_xticks(range(4), _OUTCOMES)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.xaxis.tick_top()
    ax.set_title("clips classified correctly by", fontsize=9)
    ax.grid(False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return figure

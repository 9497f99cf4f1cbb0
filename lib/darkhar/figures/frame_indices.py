"""Plots of which frames a sampler takes."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from darkhar.figures.dot_plots import name_rows
from darkhar.figures.style import colour_of, new_figure, styled


@styled
def plot_sampled_indices(indices: Mapping[str, np.ndarray], *, n_frames: int) -> Figure:
    """Marks the frames that each rule takes from a clip, one line a rule.

    Args:
        indices: mapping of a rule's label to int `[n]`, frame numbers from 0.
        n_frames: int. Frames of the clip.
    """
    figure = new_figure(height=0.7 + 0.38 * len(indices))
    ax = figure.subplots()
    for row, taken in enumerate(indices.values()):
        ax.plot([0, n_frames - 1], [row, row], color="#cccccc", linewidth=1, zorder=1)
        ax.plot(taken, [row] * len(taken), "o", markersize=5, color=colour_of(row))
    name_rows(ax, list(indices))
    ax.grid(False)
    ax.set_xlim(-0.02 * n_frames, n_frames - 1 + 0.02 * n_frames)
    ax.set_xlabel("frame of the clip")
    return figure

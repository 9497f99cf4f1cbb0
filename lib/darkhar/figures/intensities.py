"""Plots of intensity histograms with their cumulative distributions."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from darkhar.figures.style import TRAIN_COLOUR, VAL_COLOUR, new_figure, styled


@styled
def plot_intensity_histograms(images: Mapping[str, np.ndarray]) -> Figure:
    """Histogram and cumulative distribution of each image, side by side.

    Args:
        images: mapping of title to uint8 `[..., channels]`; all channels are
            counted together.
    """
    figure = new_figure(height=2.5)
    axes = figure.subplots(1, len(images), sharey=True, squeeze=False)[0]
    last = len(images) - 1
    for i, (ax, (title, image)) in enumerate(zip(axes, images.items(), strict=True)):
        share = np.bincount(image.ravel(), minlength=256) / image.size
        cumulative = ax.twinx()
        ax.bar(range(256), share, width=1.0, color=TRAIN_COLOUR, linewidth=0)
        cumulative.plot(np.cumsum(share), color=VAL_COLOUR)
        cumulative.set_ylim(0, 1.02)
        cumulative.grid(False)
        cumulative.spines["right"].set_visible(True)
        cumulative.tick_params(axis="y", colors=VAL_COLOUR, labelright=i == last)
        if i == last:
            cumulative.set_ylabel("cumulative share", color=VAL_COLOUR)
        ax.set_title(title)
        ax.set_xlim(-2, 257)
        ax.set_xticks([0, 64, 128, 192, 255])
        ax.set_xlabel("intensity")
    # The darkest levels may hold most of a dark image: cut them off, or the
    # rest of every histogram is a flat line.
    peaks = [ax.dataLim.ymax for ax in axes]
    axes[0].set_ylim(0, min(max(peaks), 3 * min(peaks)))
    axes[0].set_ylabel("share of values", color=TRAIN_COLOUR)
    return figure

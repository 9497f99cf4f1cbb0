"""Plots of the clips: how many, how long, from where."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from darkhar.figures.counts import draw_counts
from darkhar.figures.style import (
    PAGE_WIDTH,
    TRAIN_COLOUR,
    VAL_COLOUR,
    colour_of,
    new_figure,
    styled,
)

_SPLIT_COLOURS = {"train": TRAIN_COLOUR, "val": VAL_COLOUR}


@styled
def plot_class_distribution(counts: pd.DataFrame) -> Figure:
    """Clips of each class, the splits side by side.

    Args:
        counts: table with columns `split`, `class`, `clips`.
    """
    figure = new_figure(height=2.6)
    ax = figure.subplots()
    classes = list(dict.fromkeys(counts["class"]))
    splits = list(dict.fromkeys(counts["split"]))
    width = 0.8 / len(splits)
    for i, split in enumerate(splits):
        rows = counts[counts["split"] == split].set_index("class")["clips"]
        x = np.arange(len(classes)) + (i - (len(splits) - 1) / 2) * width
        bars = ax.bar(
            x,
            [rows.get(name, 0) for name in classes],
            width * 0.92,
            label=split,
            color=_SPLIT_COLOURS.get(split, colour_of(i)),
        )
        ax.bar_label(bars, fontsize=8, padding=1)
    ax.set_xticks(range(len(classes)), classes)
    ax.set_ylabel("clips")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.margins(y=0.12)
    ax.legend(ncols=len(splits), loc="upper left", bbox_to_anchor=(0, 1.16))
    return figure


@styled
def plot_scene_distribution(scenes: pd.DataFrame) -> Figure:
    """Training clips of each class in each scene, as a grid of counts.

    Args:
        scenes: table with columns `class`, `scene`, `clips`.
    """
    classes = list(dict.fromkeys(scenes["class"]))
    names = sorted(set(scenes["scene"]), key=lambda s: (len(s), s))
    grid = np.zeros((len(classes), len(names)), int)
    for row in scenes.itertuples(index=False):
        grid[classes.index(row[0]), names.index(row.scene)] += row.clips
    figure = new_figure(width=min(PAGE_WIDTH, 2 + 0.5 * len(names)), height=2.6)
    ax = figure.subplots()
    full, style = 1.15 * grid.max(), {"aspect": "auto", "fontsize": 8}
    image = draw_counts(ax, grid, classes, names, full=full, zeros=False, **style)
    ax.set_xlabel("scene")
    figure.colorbar(image, ax=ax, label="training clips", shrink=0.9)
    return figure


@styled
def plot_clip_lengths(lengths: pd.DataFrame) -> Figure:
    """Each clip's number of frames, by class and split.

    Args:
        lengths: table with columns `split`, `class`, `frames`, a row a clip.
    """
    figure = new_figure(height=2.6)
    ax = figure.subplots()
    classes = list(dict.fromkeys(lengths["class"]))
    for split, colour, offset in (
        ("train", TRAIN_COLOUR, -0.15),
        ("val", VAL_COLOUR, 0.15),
    ):
        for i, name in enumerate(classes):
            chosen = (lengths["split"] == split) & (lengths["class"] == name)
            frames = np.sort(lengths.loc[chosen, "frames"].to_numpy())
            spread = np.linspace(-0.1, 0.1, len(frames)) if len(frames) != 1 else 0
            ax.plot(
                i + offset + np.full(len(frames), spread),
                frames,
                "o",
                markersize=3,
                color=colour,
                alpha=0.7,
                label=split if i == 0 else None,
            )
    ax.set_xticks(range(len(classes)), classes)
    ax.set_ylabel("frames per clip")
    ax.set_ylim(bottom=0)
    ax.legend(ncols=2, loc="upper left", bbox_to_anchor=(0, 1.16))
    return figure

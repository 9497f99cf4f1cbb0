"""What decides: joints, moments, and regions of the picture."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from darkhar.figures.comparison import name_rows
from darkhar.figures.frames import brighten
from darkhar.figures.style import (
    PAGE_WIDTH,
    REFERENCE_COLOUR,
    bare,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

_BOX_COLOUR = "#56B4E9"


@styled
def plot_importance(tables: Sequence[tuple[str, pd.DataFrame]]) -> Figure:
    """How much worse it gets without each part: a panel a table, a bar a part.

    Args:
        tables: pairs of a title and a table with columns `part`, `rise` (of the
            cross-entropy, nats per clip), `low`, `high`.
    """
    longest = max(len(table) for _, table in tables)
    figure = new_figure(height=0.9 + 0.24 * longest)
    axes = figure.subplots(1, len(tables), squeeze=False)[0]
    for i, (ax, (title, table)) in enumerate(zip(axes, tables, strict=True)):
        for y, row in enumerate(table.itertuples(index=False)):
            ax.barh(y, row.rise, color=colour_of(i), height=0.6, alpha=0.75)
            ax.plot([row.low, row.high], [y, y], color="black", linewidth=1)
        ax.axvline(0, color=REFERENCE_COLOUR, linewidth=1)
        name_rows(ax, [wrapped(str(part), 20) for part in table["part"]])
        ax.set_title(title)
        ax.set_xlabel("rise of the loss (nats)")
    return figure


@styled
def show_evidence(
    frames: Sequence[np.ndarray],
    maps: Sequence[np.ndarray],
    boxes: Sequence[np.ndarray],
    titles: Sequence[str],
) -> Figure:
    """Where in frames the evidence lies: two rows, the frame and the map over it.

    Args:
        frames: uint8 `[height, width, 3]` per column; brightened to be shown.
        maps: float `[h, w]` per column, at least 0; scaled to each map's own maximum.
        boxes: float `[4]` per column: top, left, bottom and right of the person, in
            units of the frame's height and width.
        titles: str per column.
    """
    columns = len(frames)
    height, width = frames[0].shape[:2]
    cell = PAGE_WIDTH / columns * height / width
    lines = max(wrapped(title, 16).count("\n") for title in titles) + 1
    figure = new_figure(height=2 * (cell + 0.05) + 0.15 * lines + 0.05)
    axes = figure.subplots(2, columns, squeeze=False)
    for column in range(columns):
        frame = brighten(frames[column])
        evidence = maps[column] / max(float(maps[column].max()), 1e-12)
        for ax in axes[:, column]:
            bare(ax)
            ax.imshow(frame, extent=(0, 1, 1, 0), aspect=height / width)
            top, left, bottom, right = boxes[column]
            ax.add_patch(
                Rectangle(
                    (left, top),
                    right - left,
                    bottom - top,
                    fill=False,
                    edgecolor=_BOX_COLOUR,
                    linewidth=1.2,
                )
            )
        axes[1, column].imshow(
            evidence,
            extent=(0, 1, 1, 0),
            cmap="inferno",
            alpha=0.55,
            interpolation="bilinear",
            vmin=0,
            vmax=1,
            aspect=height / width,
        )
        for ax in axes[:, column]:
            ax.set_xlim(0, 1)
            ax.set_ylim(1, 0)
        axes[0, column].set_title(wrapped(titles[column], 16), fontsize=7.5, pad=2)
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.01, hspace=0.01)
    return figure

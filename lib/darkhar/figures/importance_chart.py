"""What decides: joints, moments, and regions of the picture."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from darkhar.figures.dot_plots import draw_interval, name_rows
from darkhar.figures.frames import brighten, show_in_units
from darkhar.figures.style import (
    PAGE_WIDTH,
    REFERENCE_COLOUR,
    close_up,
    colour_of,
    new_figure,
    styled,
    wrapped,
)

if TYPE_CHECKING:
    from darkhar.study.evidence import ClipEvidence

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
            draw_interval(ax, y, (row.low, row.high), color="black", linewidth=1)
        ax.axvline(0, color=REFERENCE_COLOUR, linewidth=1)
        name_rows(ax, [wrapped(str(part), 20) for part in table["part"]])
        ax.set_title(title)
        ax.set_xlabel("rise of the loss (nats)")
    return figure


@styled
def show_evidence(clips: Sequence["ClipEvidence"], titles: Sequence[str]) -> Figure:
    """Where in frames the evidence lies: two rows, the frame and the map over it.

    The middle frame of each clip, brightened, with the person's box; the map is scaled
    to its own maximum.

    Args:
        clips: `ClipEvidence` per column.
        titles: str per column.
    """
    height, width = clips[0].frame.shape[:2]
    titles = [wrapped(title, 16) for title in titles]
    lines = max(title.count("\n") for title in titles) + 1
    cell = PAGE_WIDTH / len(clips) * height / width
    figure = new_figure(height=2 * (cell + 0.05) + 0.15 * lines + 0.05)
    axes = figure.subplots(2, len(clips), squeeze=False)
    for (above, below), clip, title in zip(axes.T, clips, titles, strict=True):
        for ax in (above, below):
            show_in_units(ax, brighten(clip.frame), aspect=height / width)
            ax.add_patch(_rectangle(clip.boxes[clip.middle]))
        found = clip.maps[clip.middle]
        show_in_units(
            below,
            found / max(float(found.max()), 1e-12),
            aspect=height / width,
            cmap="inferno",
            alpha=0.55,
            interpolation="bilinear",
            vmin=0,
            vmax=1,
        )
        above.set_title(title, fontsize=7.5, pad=2)
    close_up(figure)
    return figure


def _rectangle(box: np.ndarray) -> Rectangle:
    top, left, bottom, right = box
    style = {"fill": False, "edgecolor": _BOX_COLOUR, "linewidth": 1.2}
    return Rectangle((left, top), right - left, bottom - top, **style)

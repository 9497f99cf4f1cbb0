"""Tables of counts, shaded."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

_DARK = 0.52  # Share of the darkest shade above which digits are white.


def draw_counts(
    ax: Axes,
    counts: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    full: float,
    shades: np.ndarray | None = None,
    aspect: str = "equal",
    fontsize: float = 9,
    zeros: bool = True,
) -> AxesImage:
    """Draws each count in its cell, the darker the more.

    Args:
        ax: Axes.
        counts: int `[rows, columns]`.
        rows, columns: str per row and column.
        full: float. What has the darkest shade.
        shades: float `[rows, columns]`, or None for the counts themselves. Defaults to
            None.
        aspect: str. As of `Axes.imshow`. Defaults to `"equal"`.
        fontsize: float. Of the counts. Defaults to 9.
        zeros: bool. Whether zeros are written. Defaults to True.
    """
    shades = counts if shades is None else shades
    image = ax.imshow(shades, cmap="Blues", vmin=0, vmax=full, aspect=aspect)
    style = {"ha": "center", "va": "center", "fontsize": fontsize}
    for (y, x), count in np.ndenumerate(counts):
        if count or zeros:
            colour = "white" if shades[y, x] > _DARK * full else "black"
            ax.text(x, y, count, color=colour, **style)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.grid(False)
    return image

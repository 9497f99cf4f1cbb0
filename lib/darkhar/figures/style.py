"""One look for all figures."""

import functools
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe & Ito's palette: distinguishable with colour vision deficiencies.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")
TRAIN_COLOUR, VAL_COLOUR = "#0072B2", "#D55E00"
REFERENCE_COLOUR = "#666666"
# A person's own left and right: they show on dark frames and on white paper.
LEFT_COLOUR, RIGHT_COLOUR = "#E69F00", "#56B4E9"
PAGE_WIDTH = 7.2  # inches: the width of the book's text column
_MARKERS = "osD^v<>PXphd"

_STYLE = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.prop_cycle": mpl.cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "axes.titleweight": "normal",
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Decorates a function that draws a figure so that it draws in the style."""

    @functools.wraps(draw)
    def drawn(*args, **kwargs) -> Figure:
        with mpl.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return drawn


def new_figure(width: float = PAGE_WIDTH, height: float = 3.0) -> Figure:
    """An empty figure of that size in inches, independent of pyplot."""
    return Figure(figsize=(width, height), layout="constrained")


def colour_of(index: int) -> str:
    """The colour of a class, a fold or another numbered thing."""
    return PALETTE[index % len(PALETTE)]


def marker_of(index: int) -> str:
    """The marker of a scene, a model or another numbered thing."""
    return _MARKERS[index % len(_MARKERS)]


def wrapped(name: str, width: int) -> str:
    """A name in lines of at most so many characters, words whole if they fit."""
    return "\n".join(textwrap.wrap(name, width)) or name


def label_width(names: Iterable[str], fontsize: float = 8) -> float:
    """Inches that the longest line of the names takes, roughly."""
    longest = max((len(line) for name in names for line in name.split("\n")), default=0)
    return 0.1 + longest * 0.6 * fontsize / 72


def panels(
    figure: Figure, n: int, *, columns: int, stacked: int = 1, **options: Any
) -> np.ndarray:
    """Axes of panels that fill row after row of a figure.

    Args:
        figure: Figure.
        n: int. Number of panels.
        columns: int. Panels in a row; what is left of the last row stays empty.
        stacked: int. Axes of a panel, one under the other. Defaults to 1.
        **options: as of `Figure.subplots`.

    Returns:
        Axes `[n, stacked]`.
    """
    bands = -(-n // columns)
    axes = figure.subplots(stacked * bands, columns, squeeze=False, **options)
    by_panel = axes.reshape(bands, stacked, columns).swapaxes(1, 2)
    by_panel = by_panel.reshape(-1, stacked)
    for ax in by_panel[n:].flat:
        ax.remove()
    return by_panel[:n]


def close_up(figure: Figure, h_pad: float = 0.01) -> None:
    """Leaves hardly any space between the axes, as is right for pictures.

    Args:
        figure: Figure.
        h_pad: float. Inches above and below axes. Defaults to 0.01.
    """
    engine = figure.get_layout_engine()
    engine.set(w_pad=0.01, h_pad=h_pad, wspace=0.01, hspace=0.01)


def bare(ax: Axes) -> None:
    """Leaves nothing of the axes but what is drawn in them."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)

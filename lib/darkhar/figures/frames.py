"""Pictures of frames: the only figures that show what a camera recorded."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from darkhar.figures.style import PAGE_WIDTH, bare, new_figure, styled


@styled
def show_frame_grid(
    rows: Mapping[str, Sequence[np.ndarray]],
    *,
    titles: Sequence[str] | None = None,
) -> Figure:
    """A grid of frames, one row a name.

    Args:
        rows: mapping of row label to frames, uint8 `[height, width, 3]`, all
            rows equally long.
        titles: str per column, above the first row. Defaults to none.
    """
    n_columns = max(len(frames) for frames in rows.values())
    first = next(iter(rows.values()))[0]
    label_width = 0.75
    cell = (PAGE_WIDTH - label_width) / n_columns
    height = cell * first.shape[0] / first.shape[1]
    figure = new_figure(height=len(rows) * (height + 0.04) + (0.25 if titles else 0.05))
    axes = figure.subplots(len(rows), n_columns, squeeze=False)
    for ax_row, (label, frames) in zip(axes, rows.items(), strict=True):
        for ax in ax_row:
            bare(ax)
        for ax, frame in zip(ax_row, frames, strict=False):
            ax.imshow(frame, interpolation="antialiased")
        ax_row[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=8)
    for ax, title in zip(axes[0], titles or (), strict=False):
        ax.set_title(title, fontsize=8, pad=2)
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.01, hspace=0.01)
    return figure


def brighten(frames: np.ndarray, *, percentile: float = 99.5) -> np.ndarray:
    """Scales frames linearly so that a person can see them.

    For looking only; no classifier is shown these.

    Args:
        frames: uint8 `[..., height, width, 3]`.
        percentile: float. This percentile of the values becomes 255. Defaults
            to 99.5.

    Returns:
        uint8, same shape.
    """
    white = max(float(np.percentile(frames, percentile)), 1.0)
    return np.clip(frames * (255.0 / white), 0, 255).round().astype(np.uint8)

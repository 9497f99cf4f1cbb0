"""Keeping a notebook's results in the notebook, through scrapbook.

Data scraps hold plain Python values and are invisible; figures are display
scraps under names of their own, which end in `_figure`.
"""

import io
import re
from typing import TYPE_CHECKING, Any

from darkhar.config import ResultsError
from darkhar.results.values import plain

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

FIGURE_SUFFIX = "_figure"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SVG_STYLE = {
    # The same figure gives the same bytes, on any machine with these packages:
    # element ids are salted hashes, and glyphs are drawn as paths.
    "svg.hashsalt": "darkhar",
    "svg.fonttype": "path",
}
_PNG_DPI = 110


def glue(name: str, value: Any) -> None:
    """Keeps a result under `name`.

    Args:
        name: str. Letters, digits and underscores, beginning with a letter.
        value: a number, text, list, tuple, dict, NumPy scalar or array, or
            dataclass instance, nested as you like.

    Raises:
        ResultsError: the value holds NaN or infinity, or something that is no
            plain value; the message names the field.

    Example:

    ```python
    glue("validation", {"loss": np.float32(1.79), "accuracy": 1 / 6})
    # results.json: "baseline#validation.loss", "baseline#validation.accuracy"
    ```
    """
    _check_name(name)
    if name.endswith(FIGURE_SUFFIX):
        raise ResultsError(f"'{name}': names that end in '_figure' are for glue_figure")
    if value is None:
        raise ResultsError(f"'{name}' is None, which is not a result")
    value = plain(value, name)
    # Told which encoder to take, scrapbook does not read text as JSON.
    _scrapbook_glue(name, value, "text" if isinstance(value, str) else "json")


def glue_table(name: str, table: "pd.DataFrame") -> None:
    """Keeps a table as `{"columns": [...], "rows": [[...], ...]}`.

    Args:
        name: str. As in `glue`.
        table: pandas DataFrame. A named index becomes the first columns; an
            unnamed integer index is only row numbers and is left out.

    Raises:
        ResultsError: a missing value, an index of texts without a name, two
            columns of one name.
    """
    _check_name(name)
    if any(label is not None for label in table.index.names):
        table = table.reset_index()
    elif table.index.inferred_type != "integer" and len(table):
        raise ResultsError(f"table '{name}': name the index or reset it")
    columns = [str(column) for column in table.columns]
    if len(set(columns)) < len(columns):
        raise ResultsError(f"table '{name}': two columns have the same name")
    rows = [
        [
            plain(cell, f"{name} (row {i}, column '{column}')")
            for column, cell in zip(columns, row, strict=True)
        ]
        for i, row in enumerate(table.itertuples(index=False, name=None))
    ]
    glue(name, {"columns": columns, "rows": rows})


def glue_figure(
    name: str, fig: "matplotlib.figure.Figure | str", *, shows_frames: bool = False
) -> None:
    """Shows a figure in the notebook, once, and keeps it under `name`.

    Args:
        name: str. As in `glue`; `_figure` is added where it does not end in it.
        fig: matplotlib Figure, or an SVG document as text. A Figure is closed,
            so that the notebook does not show it a second time.
        shows_frames: bool. Whether frames of clips are to be seen: such a
            figure is stored as PNG and left out of published results. Every
            other figure is stored as SVG, the same bytes every time.
    """
    _check_name(name)
    if not name.endswith(FIGURE_SUFFIX):
        name += FIGURE_SUFFIX
    if isinstance(fig, str):
        rendered = "image/svg+xml", fig
    else:
        import matplotlib.pyplot as plt

        rendered = _render(fig, shows_frames)
        plt.close(fig)
    _scrapbook_glue(name, _Image(name, *rendered, shows_frames), "display")


class _Image:
    """A rendered figure, as IPython shows it."""

    def __init__(
        self, name: str, mime: str, payload: bytes | str, shows_frames: bool
    ) -> None:
        self.name = name
        self.mime = mime
        self.payload = payload
        self.shows_frames = shows_frames

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        metadata = {"darkhar": {"shows_frames": self.shows_frames}}
        return {self.mime: self.payload}, metadata


def _render(
    fig: "matplotlib.figure.Figure", shows_frames: bool
) -> tuple[str, bytes | str]:
    import matplotlib as mpl

    buffer = io.BytesIO()
    if shows_frames:
        fig.savefig(
            buffer,
            format="png",
            dpi=_PNG_DPI,
            bbox_inches="tight",
            metadata={"Software": None},
        )
        return "image/png", buffer.getvalue()
    with mpl.rc_context(_SVG_STYLE):
        fig.savefig(
            buffer,
            format="svg",
            bbox_inches="tight",
            metadata={"Date": None, "Creator": None},
        )
    return "image/svg+xml", buffer.getvalue().decode()


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ResultsError(
            f"a scrap's name is letters, digits and underscores. Received: {name!r}"
        )


def _scrapbook_glue(name: str, value: Any, encoder: str) -> None:
    # scrapbook is slow to import, and only notebooks glue.
    import scrapbook

    scrapbook.glue(name, value, encoder=encoder)

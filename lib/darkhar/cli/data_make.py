"""Rendering the embedded clips with progress."""

from pathlib import Path

from darkclips import write_dark_clips
from darkhar.config import UsageError
from darkhar.config.progress import counted_by, progress_bar


def make_clips(directory: Path, *, seed: int, train: int, val: int) -> None:
    """Writes the embedded clips into a new or empty folder.

    Raises:
        UsageError: the folder is not empty, or a number is out of range.
    """
    with progress_bar("rendering", total=None, unit="clip") as bar:
        try:
            write_dark_clips(
                directory,
                seed=seed,
                train_clips_per_class=train,
                val_clips_per_class=val,
                progress=counted_by(bar),
            )
        except ValueError as error:
            raise UsageError(str(error)) from None

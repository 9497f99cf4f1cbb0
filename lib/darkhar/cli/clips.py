"""Rendering the embedded clips with a progress bar."""

from pathlib import Path

import tqdm

from darkhar.config import UsageError
from darkhar.data.dark_clips import write_dark_clips


def make_clips(directory: Path, *, seed: int, train: int, val: int, bar: bool) -> None:
    """Writes the embedded clips into a new or empty folder.

    Raises:
        UsageError: the folder is not empty, or a number is out of range.
    """
    with tqdm.tqdm(
        desc="rendering", unit="clip", disable=not bar, leave=False
    ) as shown:

        def advance(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        try:
            write_dark_clips(
                directory,
                seed=seed,
                train_clips_per_class=train,
                val_clips_per_class=val,
                progress=advance,
            )
        except ValueError as error:
            raise UsageError(str(error)) from None

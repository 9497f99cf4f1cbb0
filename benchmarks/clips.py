"""Embedded dark clips, and an empty cache, in folders of their own."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from darkclips import write_dark_clips


@contextlib.contextmanager
def clips(train: int, val: int = 1) -> Iterator[Path]:
    """A data folder in the EE6222 layout, gone afterwards.

    Args:
        train: int. Training clips per class.
        val: int. Validation clips per class. Defaults to 1.
    """
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "clips"
        write_dark_clips(
            directory, seed=0, train_clips_per_class=train, val_clips_per_class=val
        )
        yield directory


@contextlib.contextmanager
def empty_cache() -> Iterator[None]:
    """Everything is computed anew within, and gone afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, {"DARKHAR_CACHE": folder}),
    ):
        yield

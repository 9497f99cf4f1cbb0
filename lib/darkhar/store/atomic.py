"""Files and folders that appear whole or not at all."""

import contextlib
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives a path beside `path` to write to; renames it on success.

    On an error or an interruption what was written is removed and `path` stays
    as it was. Works for a file and for a folder that is not there yet.

    Args:
        path: Path. What should appear. Its parent folder must be there.

    Yields:
        Path. Where to write; nothing is there yet.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        part.replace(path)  # one step for the file system
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)

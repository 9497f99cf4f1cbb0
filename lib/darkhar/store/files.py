"""Writing files that are there in full or not at all."""

from pathlib import Path

from darkhar.store.atomic import replacing


def write_atomically(path: Path, content: str | bytes) -> bool:
    """Writes a file in one step; leaves one that has this content untouched.

    Args:
        path: Path. Its folder is created if need be.
        content: str or bytes. Text is written as UTF-8.

    Returns:
        Whether the file was written.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        part.write_bytes(data)
    return True

"""Files and folders that appear whole or not at all, and what is in them."""

import contextlib
import hashlib
import shutil
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives a path beside `path` to write to; renames it on success.

    On an error or an interruption what was written is removed and `path` stays
    as it was. Works for a file and for a folder that is not there yet.

    Args:
        path: Path. What should appear. Its parent folder is created if need be.

    Yields:
        Path. Where to write; nothing is there yet.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        part.replace(path)  # one step for the file system
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


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
    with replacing(path) as part:
        part.write_bytes(data)
    return True


def folder_sha256(root: Path, paths: Iterable[Path] | None = None) -> str:
    """SHA-256 over files, names included, hexadecimal.

    Args:
        root: Path. A folder, from which names are counted.
        paths: Paths of files in it, and of folders, which do not count. None means all
            but compiled code. Defaults to None.
    """
    if paths is None:
        paths = (p for p in root.rglob("*") if "__pycache__" not in p.parts)
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            name = path.relative_to(root).as_posix()
            digest.update(f"{name} {file_sha256(path)}\n".encode())
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

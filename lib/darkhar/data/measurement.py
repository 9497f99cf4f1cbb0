"""What clips hold: each is decoded once, and what was found is kept by content."""

import concurrent.futures
import dataclasses
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from darkhar.config import DataError
from darkhar.config.cores import cores
from darkhar.config.progress import progress_bar
from darkhar.data.layout import ClipRecord
from darkhar.data.video import VideoInfo, measure_video
from darkhar.store.files import file_sha256
from darkhar.store.keys import key_of
from darkhar.store.shelf import Shelf

# Seconds. File systems count time in steps, FAT's the longest: a file that was written
# within one may be written again without its times telling.
_STEP = 2


@dataclasses.dataclass(frozen=True)
class MeasuredClip(ClipRecord, VideoInfo):
    """A listed clip that was decoded whole: what the lists say, and what it holds.

    Args:
        sha256: str. Of the file's contents, hexadecimal.
    """

    sha256: str


def measure_clips(clips: Sequence[ClipRecord]) -> Iterator[MeasuredClip | DataError]:
    """Decodes clips side by side; of content that is known, none.

    Args:
        clips: sequence of `ClipRecord`.

    Yields:
        `MeasuredClip`, or the `DataError` of a clip that does not decode, in the order
        of `clips`.
    """
    with (
        concurrent.futures.ThreadPoolExecutor(cores()) as pool,
        progress_bar("decoding", total=len(clips), unit="clip") as bar,
    ):
        for measured in pool.map(_measured_or_error, clips):
            bar.update()
            yield measured


def content_sha256(path: Path) -> str:
    """SHA-256 of a file's contents, of a file that is unchanged without reading it.

    A file counts as unchanged while its path, size, inode, and times of modification
    and of status change are the same to the nanosecond. No program can set the last of
    these, so that no change goes unnoticed. Only on Windows, where it is the time of
    creation, does a change that leaves size and inode and sets the time of modification
    back exactly. A file that was written within the last two seconds is always read.
    """
    state = path.stat()
    if time.time() - max(state.st_mtime, state.st_ctime) < _STEP:
        return file_sha256(path)
    times = [state.st_mtime_ns, state.st_ctime_ns]
    of = [str(path), state.st_size, state.st_ino, *times]
    return _kept("content", of, lambda: file_sha256(path))


def read_content(path: Path, sha256: str) -> bytes:
    """A clip's contents, as long as they are those that were measured.

    Args:
        path: Path. The clip's file.
        sha256: str. SHA-256 of its contents when it was measured.

    Raises:
        DataError: the file has changed since, or is gone.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path}: no such clip") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError(
            f"{path} has changed since it was read; call again to use it as it is now"
        )
    return content


def _measured_or_error(clip: ClipRecord) -> MeasuredClip | DataError:
    if not os.access(clip.path, os.R_OK):
        return DataError(
            f"{clip.path} cannot be read; change its permissions, or take its row out"
            " of the list"
        )
    sha256 = content_sha256(clip.path)

    def measure() -> dict[str, Any]:
        content = read_content(clip.path, sha256)
        return dataclasses.asdict(measure_video(content, name=str(clip.path)))

    try:
        video = _kept("measurement", [sha256, measure_video], measure)
    except DataError as error:
        return error
    return MeasuredClip(**vars(clip), **video, sha256=sha256)


def _kept(kind: str, of: Any, compute: Callable[[], Any]) -> Any:
    """A plain value, computed once.

    Processes that compute the same at once keep the same, each in one step.
    """
    shelf, key = Shelf("clips"), key_of(kind, of)
    content = shelf.get(key)
    if content is None:
        content = json.dumps(compute()).encode()
        shelf.put(key, content)
    return json.loads(content)

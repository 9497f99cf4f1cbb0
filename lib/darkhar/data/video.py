"""Reading clips with PyAV: FFmpeg inside a wheel, no system package."""

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from darkhar.config import DataError


@dataclasses.dataclass(frozen=True)
class VideoInfo:
    """What a clip holds.

    Args:
        n_frames: int. Frames that decode, counted by decoding them.
        height: int. Pixels.
        width: int. Pixels.
        fps: float. Average frames per second; 0 when the container is silent.
        brightness: float in 0..255. Mean over all pixels, channels and frames.
    """

    n_frames: int
    height: int
    width: int
    fps: float
    brightness: float


def measure_video(source: Path | bytes, *, name: str | None = None) -> VideoInfo:
    """Decodes every frame of a clip, so that one that passes can be used.

    Args:
        source: Path or bytes. A video file, or its contents.
        name: str or None. What to call the clip in an error. Defaults to the
            path.

    Raises:
        DataError: the clip is missing, empty, no video, damaged or shorter
            than its header says.
    """
    with open_clip(source, name) as clip:
        n_frames, total = 0, 0.0
        for frame in clip.frames():
            n_frames += 1
            total += float(to_rgb(frame).mean())
        return VideoInfo(
            n_frames=n_frames,
            height=clip.stream.height,
            width=clip.stream.width,
            fps=float(clip.stream.average_rate or 0),
            brightness=total / n_frames,
        )


def decode_frames(
    source: Path | bytes,
    indices: np.ndarray | None = None,
    *,
    name: str | None = None,
) -> np.ndarray:
    """Decodes a clip's frames, or only those asked for.

    Frames between are decoded, because H.264 predicts from them, but not
    converted to RGB; frames after the last one asked for are left alone.

    Args:
        source: Path or bytes. A video file, or its contents.
        indices: int array `[n]` or None. Frames to return, in any order,
            repeats allowed. None means all. Defaults to None.
        name: str or None. What to call the clip in an error. Defaults to the
            path.

    Returns:
        uint8 `[n, height, width, 3]`, RGB in 0..255, in the order of `indices`.

    Raises:
        DataError: as `measure_video`.
        IndexError: an index is negative or beyond the last frame.
    """
    if indices is None:
        with open_clip(source, name) as clip:
            return np.stack([to_rgb(frame) for frame in clip.frames()])
    wanted, places = np.unique(np.asarray(indices, np.int64), return_inverse=True)
    if not len(wanted):
        raise IndexError("indices is empty: no frame was asked for")
    if wanted[0] < 0:
        raise IndexError(f"frame indices start at 0. Received: {wanted[0]}")
    with open_clip(source, name) as clip:
        pending = iter(wanted.tolist())
        index, frames = next(pending), []
        for position, frame in enumerate(clip.frames(n_wanted=int(wanted[-1]) + 1)):
            if position == index:
                frames.append(to_rgb(frame))
                index = next(pending, None)
        if index is not None:
            raise IndexError(f"{clip.name} has no frame {index}: it ends before")
    return np.stack(frames)[places]


def to_rgb(frame: av.VideoFrame) -> np.ndarray:
    """A decoded frame as uint8 `[height, width, 3]`, RGB in 0..255."""
    return frame.to_ndarray(format="rgb24")


class Clip:
    """An open clip, whose errors are `DataError`s with its name."""

    def __init__(self, container: Any, name: str):
        self.container, self.name = container, name
        self.stream = container.streams.video[0]
        # Clips are decoded side by side; a clip's own threads would only add
        # memory and hand-overs.
        self.stream.codec_context.thread_count = 1

    def frames(self, n_wanted: int | None = None) -> Iterator[av.VideoFrame]:
        """Yields decoded frames: all of them, or the first `n_wanted`."""
        n_frames = 0
        try:
            for frame in self.container.decode(self.stream):
                # FFmpeg conceals what is damaged and goes on; a network would
                # learn from what it made up.
                if frame.is_corrupt:
                    raise _unreadable(self.name, f"frame {n_frames} is damaged")
                yield frame
                n_frames += 1
                if n_frames == n_wanted:
                    return
        except av.FFmpegError as error:
            raise _unreadable(self.name, _reason(error)) from None
        # Containers may leave the count out (0).
        if n_frames < max(self.stream.frames, 1):
            raise _unreadable(
                self.name, f"{n_frames} of {self.stream.frames} frames are there"
            )

    def __enter__(self) -> "Clip":
        return self

    def __exit__(self, *exception: object) -> None:
        self.container.close()


def open_clip(source: Path | bytes, name: str | None = None) -> Clip:
    """Opens a clip to go through its frames; use it in a `with` statement.

    Args:
        source: Path or bytes. A video file, or its contents.
        name: str or None. What to call the clip in an error. Defaults to the
            path.

    Raises:
        DataError: the clip is missing, empty or no video.
    """
    if isinstance(source, bytes):
        name, size, file = name or "clip", len(source), io.BytesIO(source)
    else:
        path = Path(source)
        name = name or str(path)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            raise DataError(f"{name}: no such clip") from None
        file = str(path)
    if not size:
        raise _unreadable(name, "the file is empty")
    try:
        container = av.open(file)
    except av.FFmpegError as error:
        raise _unreadable(name, _reason(error)) from None
    video = container.streams.video
    # A damaged header may name a stream without saying how it is encoded.
    if not video or video[0].codec_context is None:
        container.close()
        raise _unreadable(name, "the file holds no readable video")
    return Clip(container, name)


def _reason(error: av.FFmpegError) -> str:
    return (error.strerror or str(error)).lower()


def _unreadable(name: str, reason: str) -> DataError:
    return DataError(
        f"{name} does not decode ({reason}); copy the clip again, or take its row"
        " out of the list"
    )

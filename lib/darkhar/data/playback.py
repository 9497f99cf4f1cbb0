"""A video as a player shows it: upright, each frame at its time."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from darkhar.config import DataError
from darkhar.data.video import open_clip, to_rgb

# Of how many frames the usual distance in time is that of the last frame.
_DISTANCES = 1000


def seconds_of(path: Path) -> float | None:
    """How long a video lasts as its container says, or None where it is silent.

    Raises:
        DataError: the file is missing, empty or no video.
    """
    with open_clip(path) as clip:
        duration = clip.container.duration
    return duration / av.time_base if duration else None


def play(path: Path, fps: float, *, width: int) -> Iterator[np.ndarray]:
    """A video's frames as a player shows them at equal times, upright.

    Each time gets the frame that is shown then, by the frames' own times, so that a
    video of a variable or another rate is resampled. One frame is held at a time.

    Args:
        path: Path. A video file.
        fps: float. Frames a second.
        width: int. Frames whose longer side exceeds it are made smaller, pixels.

    Yields:
        uint8 `[height, width, 3]`, RGB in 0..255.

    Raises:
        DataError: as `measure_video`; or its frames differ in size.
    """
    shown, at, wanted, distances = None, 0.0, 0, deque(maxlen=_DISTANCES)
    with open_clip(path) as clip:
        for number, frame in enumerate(clip.frames()):
            # Where the container is silent, frames are as far apart as is asked for.
            time = number / fps if frame.time is None else frame.time
            if shown is None:
                first = time
            else:
                time = max(time, at)
                distances.append(time - at)
                # A frame is shown from its time on, which is rounded to the
                # container's ticks.
                while first + (wanted + 0.25) / fps < time:
                    yield shown
                    wanted += 1
            picture = _upright(frame, width)
            if shown is not None and picture.shape != shown.shape:
                raise DataError(f"{path}: the size of the frames changes; convert it")
            shown, at = picture, time
    last = at + (np.median(distances) if distances else 1 / fps)
    while wanted == 0 or first + (wanted + 0.25) / fps < last:
        yield shown
        wanted += 1


def _upright(frame: av.VideoFrame, width: int) -> np.ndarray:
    """As a player shows it, `[height, width, 3]`, no longer side beyond `width`."""
    longer = max(frame.width, frame.height)
    if longer > width:
        frame = frame.reformat(
            round(frame.width * width / longer), round(frame.height * width / longer)
        )
    # The container's rotation is counterclockwise, as NumPy's is.
    return np.ascontiguousarray(np.rot90(to_rgb(frame), round(frame.rotation / 90)))

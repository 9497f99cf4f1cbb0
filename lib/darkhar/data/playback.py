"""A clip as a player shows it: upright, each frame at its time."""

from pathlib import Path

import av
import numpy as np

from darkhar.config import DataError
from darkhar.data.video import open_clip, to_rgb

# No camera that people have takes more frames a second.
_MOST_A_SECOND = 1000


def decode_at_equal_times(
    path: Path, fps: float, *, width: int, longest: float
) -> np.ndarray:
    """A clip's frames as a player shows them at equal times, upright.

    Each time gets the frame that is shown then, by the frames' own times, so that a
    clip of a variable or another rate is resampled.

    Args:
        path: Path. A video file.
        fps: float. Frames a second.
        width: int. Frames whose longer side exceeds it are made smaller, pixels.
        longest: float. Seconds that the clip may last.

    Returns:
        uint8 `[frames, height, width, 3]`, RGB in 0..255.

    Raises:
        DataError: as `measure_video`; or the clip is longer, or its frames differ in
            size.
    """
    times, frames = [], []
    with open_clip(path) as clip:
        for frame in clip.frames():
            times.append(frame.time or 0.0)
            frames.append(_upright(frame, width))
            if times[-1] - times[0] > longest or len(times) > _MOST_A_SECOND * longest:
                raise DataError(
                    f"{path} lasts longer than {longest:g} s; cut it into clips"
                )
    if len({frame.shape for frame in frames}) > 1:
        raise DataError(f"{path}: the size of the frames changes; convert it")
    times = np.maximum.accumulate(times)
    apart = np.median(np.diff(times)) if len(times) > 1 else 1 / fps
    if not apart > 0:  # the container is silent
        return np.stack(frames)
    length = times[-1] - times[0] + apart
    count = max(int(np.ceil(length * fps - 0.25)), 1)
    # A frame is shown from its time on; times are rounded to the container's ticks.
    wanted = times[0] + (np.arange(count) + 0.25) / fps
    indices = np.searchsorted(times, wanted, side="right") - 1
    return np.stack([frames[index] for index in indices])


def _upright(frame: av.VideoFrame, width: int) -> np.ndarray:
    """As a player shows it, `[height, width, 3]`, no longer side beyond `width`."""
    longer = max(frame.width, frame.height)
    if longer > width:
        frame = frame.reformat(
            round(frame.width * width / longer), round(frame.height * width / longer)
        )
    # The container's rotation is counterclockwise, as NumPy's is.
    return np.ascontiguousarray(np.rot90(to_rgb(frame), round(frame.rotation / 90)))

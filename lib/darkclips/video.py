"""Writing clips with PyAV: FFmpeg inside a wheel, no system package."""

from pathlib import Path

import av
import numpy as np

# The same frames must give the same bytes. x264's look-ahead depends on the number
# of threads; its macroblock tree adds floats in an order that varies from call to
# call, and its arithmetic with the processor.
_REPEATABLE = {"threads": "1", "x264-params": "mbtree=0:cpu-independent=1"}


def encode_clip(
    frames: np.ndarray, path: Path, fps: int = 30, *, crf: int = 20
) -> None:
    """Writes frames as H.264 in an MP4 file, whole or not at all.

    H.264, 4:2:0. The same frames give the same bytes under the same version of
    PyAV.

    Args:
        frames: uint8 `[n, height, width, 3]`. RGB; height and width even.
        path: Path. Its folder is made if need be.
        fps: int. Frames per second. Defaults to 30.
        crf: int in 0..51. x264's constant rate factor; lower is better.
            Defaults to 20.

    Raises:
        ValueError: frames of another type or shape.
    """
    frames = np.asarray(frames)
    shape, dtype = frames.shape, frames.dtype
    if frames.ndim != 4 or shape[-1] != 3 or dtype != np.uint8 or not len(frames):
        raise ValueError(
            "frames should be uint8 [n, height, width, 3] with n > 0."
            f" Received: {dtype} {list(shape)}"
        )
    if shape[1] % 2 or shape[2] % 2:
        raise ValueError(
            f"height and width should be even. Received: {shape[1]} x {shape[2]}"
        )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    # Bit-exact flags keep dates and library versions out of the container.
    with av.open(
        str(part), "w", format="mp4", options={"fflags": "+bitexact"}
    ) as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.height, stream.width = shape[1], shape[2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(crf), "preset": "veryfast", **_REPEATABLE}
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode())
    part.replace(path)

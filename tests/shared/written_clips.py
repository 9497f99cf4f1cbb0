"""Small video files."""

import fractions

import av
import numpy as np


def write_clip(path, times, fps=30):
    """A clip whose frames are shown from these times on, in thirtieths of a second;
    each is as bright as its number times ten."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        stream.options = {"bf": "0"}
        stream.codec_context.time_base = fractions.Fraction(1, fps)
        for number, time in enumerate(times):
            picture = np.full((32, 32, 3), min(10 * number + 20, 250), np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = time
            frame.time_base = fractions.Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())

"""H.264 files that are the same byte for byte in every run."""

from fractions import Fraction

import av

from darkhar.data.dark_clips.motion import FPS

# The same frames must give the same bytes. One thread, because x264's look-ahead
# depends on their number. x264's macroblock tree adds up floats in hand-written
# assembly whose results vary from call to call: off, and arithmetic that doesn't depend
# on the processor. Bit-exact flags keep dates and library versions out of the
# container.
_OPTIONS = {
    "crf": "15",
    "preset": "veryfast",
    "threads": "1",
    "x264-params": "mbtree=0:cpu-independent=1",
}


def encode_clip(path, frames):
    """Writes frames as H.264 in MP4, 4:2:0, 30 frames a second.

    Args:
        path: path-like. File to write.
        frames: uint8 array of shape `(T, height, width, 3)`, RGB.
    """
    with av.open(
        str(path), "w", format="mp4", options={"fflags": "+bitexact"}
    ) as container:
        stream = container.add_stream("libx264", rate=FPS, options=dict(_OPTIONS))
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, FPS)
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        for t, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = t
            container.mux(stream.encode(frame))
        container.mux(stream.encode())

"""A video as a player shows it."""

import av
import numpy as np
import pytest
from written_clips import write_clip

from darkhar.config import DataError
from darkhar.data.playback import play, seconds_of


def levels(path, fps):
    """Of the frames shown, the number that `write_clip` made each bright by."""
    frames = np.stack(list(play(path, fps, width=640)))
    return ((frames.mean(axis=(1, 2, 3)) - 20) / 10).round().astype(int).tolist()


def test_frames_at_equal_times(tmp_path):
    # The third frame is shown for four thirtieths.
    path = tmp_path / "clip.mp4"
    write_clip(path, [0, 1, 2, 6, 7, 8])
    assert levels(path, 30) == [0, 1, 2, 2, 2, 2, 3, 4, 5]
    assert levels(path, 15) == [0, 2, 2, 3, 5]
    assert seconds_of(path) == pytest.approx(9 / 30, abs=0.001)


def test_a_single_frame_is_shown_once(tmp_path):
    write_clip(tmp_path / "clip.mp4", [0])
    assert levels(tmp_path / "clip.mp4", 30) == [0]


def test_where_the_container_is_silent_frames_are_equally_far_apart(tmp_path):
    path = tmp_path / "clip.h264"
    write_clip(path, range(5))
    assert seconds_of(path) is None
    assert levels(path, 30)[:5] == [0, 1, 2, 3, 4]


def test_no_more_is_decoded_than_is_asked_for(tmp_path):
    path = tmp_path / "clip.mp4"
    write_clip(path, range(60))
    content = path.read_bytes()
    # The end of the pictures is lost; in front of it is the index.
    start, half = content.index(b"mdat"), content.index(b"moov")
    damaged = content[:half][: -(half - start) // 3]
    path.write_bytes(damaged + bytes(half - len(damaged)) + content[half:])
    frames = play(path, 30, width=640)
    assert next(frames).mean() == pytest.approx(20, abs=3)
    with pytest.raises(DataError, match=r"clip.mp4 does not decode"):
        list(frames)


def rotated(path, quarter):
    """Writes that a player turns the clip clockwise by a quarter."""
    content = path.read_bytes()
    start = content.index(b"tkhd") + 4 + 40
    one = (1 << 16).to_bytes(4, "big")
    minus = (-(1 << 16)).to_bytes(4, "big", signed=True)
    zero, unit = bytes(4), (1 << 30).to_bytes(4, "big")
    a, b = {90: (one, minus), 270: (minus, one)}[quarter]
    matrix = b"".join([zero, a, zero, b, zero, zero, zero, zero, unit])
    path.write_bytes(content[:start] + matrix + content[start + 36 :])


@pytest.mark.parametrize("quarter", [90, 270])
def test_a_telephone_held_upright(tmp_path, quarter):
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        picture = np.zeros((32, 64, 3), np.uint8)
        picture[:, :16] = 255  # bright on the left
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    rotated(path, quarter)
    frames = np.stack(list(play(path, 30, width=640)))
    assert frames.shape[1:] == (64, 32, 3)
    top, bottom = frames[0, :12].mean(), frames[0, -12:].mean()
    # Turned clockwise, what was on the left is above.
    assert (top > 200 > 50 > bottom) if quarter == 90 else (bottom > 200 > 50 > top)


def test_large_frames_are_made_smaller(tmp_path):
    path = tmp_path / "clip.mp4"
    write_clip(path, range(3))
    assert np.stack(list(play(path, 30, width=16))).shape == (3, 16, 16, 3)

import types

import av
import numpy as np
import pytest
from tiny_clips import grey_of, write_clip

from darkclips.video import encode_clip
from darkhar.config import DataError
from darkhar.data.video import decode_frames, measure_video


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.mp4"
    write_clip(path, 8)
    return path


def levels(frames):
    """Mean grey level of each frame, to one decimal."""
    return frames.mean(axis=(1, 2, 3))


def test_measure(clip):
    measured = measure_video(clip)
    assert (measured.n_frames, measured.height, measured.width) == (8, 32, 48)
    assert measured.fps == 30.0
    # Grey levels of 20, 30, ..., 90; limited range holds 219 levels for 255.
    assert measured.brightness == pytest.approx(55, abs=1)
    assert measured.brightness == pytest.approx(decode_frames(clip).mean(), abs=1e-9)
    assert measure_video(clip.read_bytes()) == measured


def test_all_frames_in_order(clip):
    frames = decode_frames(clip)
    assert frames.shape == (8, 32, 48, 3)
    assert frames.dtype == np.uint8
    # H.264 in limited range holds 219 levels for 255: off by one or two.
    assert levels(frames) == pytest.approx([grey_of(i) for i in range(8)], abs=2)


@pytest.mark.parametrize("indices", [[0], [7], [2, 5], [5, 2], [3, 3, 0], range(8)])
def test_only_the_frames_asked_for_in_the_order_asked(clip, indices):
    frames = decode_frames(clip.read_bytes(), np.array(indices))
    assert np.array_equal(frames, decode_frames(clip)[list(indices)])


@pytest.mark.parametrize("indices", [[8], [0, 100], [-1], []])
def test_frames_that_are_not_there(clip, indices):
    with pytest.raises(IndexError):
        decode_frames(clip, np.array(indices, int))


def test_colour_channels_are_rgb(tmp_path):
    red = np.zeros((2, 32, 32, 3), np.uint8)
    red[..., 0] = 200
    encode_clip(red, tmp_path / "red.mp4")
    mean = decode_frames(tmp_path / "red.mp4").mean(axis=(0, 1, 2))
    assert mean == pytest.approx([200, 0, 0], abs=4)


def test_same_frames_give_same_bytes(tmp_path, clip):
    write_clip(tmp_path / "again.mp4", 8)
    assert (tmp_path / "again.mp4").read_bytes() == clip.read_bytes()


def with_index_in_front(source, path):
    """The same stream, its index before its data, as files for the web have."""
    with (
        av.open(str(source)) as old,
        av.open(str(path), "w", options={"movflags": "faststart"}) as new,
    ):
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return path


@pytest.mark.parametrize("read", [measure_video, decode_frames])
def test_clips_that_do_not_decode(tmp_path, clip, read):
    whole = clip.read_bytes()
    noise = tmp_path / "noise.mp4"
    frames = np.random.default_rng(0).integers(0, 256, (8, 64, 64, 3), np.uint8)
    encode_clip(frames, noise)
    fast = with_index_in_front(noise, tmp_path / "fast.mp4").read_bytes()
    assert measure_video(fast).n_frames == 8
    start = fast.index(b"mdat")
    corrupt = bytearray(fast)
    for at in range(start + 2000, len(corrupt), 97):
        corrupt[at] ^= 0xFF
    broken = {
        "empty": (b"", "the file is empty"),
        "text": (b"this is no video" * 50, "invalid data"),
        "cut": (whole[: len(whole) // 2], "invalid data"),
        "cut header": (whole[:-500], "the file holds no readable video"),
        "short": (fast[: len(fast) - (len(fast) - start) // 2], ""),
        "corrupt": (bytes(corrupt), ""),
    }
    for name, (content, reason) in broken.items():
        path = tmp_path / f"{name}.mp4"
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            read(path)
        message = str(caught.value)
        assert message.startswith(f"{path} does not decode ({reason}"), name
        assert message.endswith("take its row out of the list")
        assert "\n" not in message


def test_frames_missing_at_a_packet_boundary(tmp_path, clip):
    fast = with_index_in_front(clip, tmp_path / "fast.mp4").read_bytes()
    with av.open(str(tmp_path / "fast.mp4")) as container:
        packets = [p for p in container.demux(video=0) if p.size]
        cut = sorted(packet.pos for packet in packets)[5]
    with pytest.raises(DataError, match=r"\(5 of 8 frames are there\)"):
        measure_video(fast[:cut])


def test_missing_clip_and_sound_only(tmp_path):
    with pytest.raises(DataError, match=r"none\.mp4: no such clip"):
        measure_video(tmp_path / "none.mp4")
    with av.open(str(tmp_path / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        sound = np.zeros((1, 1024), np.float32)
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(DataError, match="the file holds no readable video"):
        measure_video(tmp_path / "sound.mp4")


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((2, 32, 32, 3)),
        np.zeros((2, 32, 32, 1), np.uint8),
        np.zeros((32, 32, 3), np.uint8),
        np.zeros((0, 32, 32, 3), np.uint8),
        np.zeros((2, 31, 32, 3), np.uint8),
    ],
)
def test_encoding_refuses_other_frames(tmp_path, frames):
    with pytest.raises(ValueError, match="Received"):
        encode_clip(frames, tmp_path / "clip.mp4")
    assert not list(tmp_path.iterdir())


def test_interrupted_encoding_leaves_the_old_clip(tmp_path, clip, monkeypatch):
    before, listing = clip.read_bytes(), sorted(tmp_path.iterdir())

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(av, "VideoFrame", types.SimpleNamespace(from_ndarray=interrupt))
    with pytest.raises(KeyboardInterrupt):
        write_clip(clip, 3)
    assert clip.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == listing

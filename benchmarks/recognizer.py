"""A long video looked at: against its length, and memory as it grows.

    python -m benchmarks.recognizer VIDEO

looks at a video in windows and prints its peak of memory and its time.
"""

import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av

from benchmarks.clips import clips
from benchmarks.ratios import Ratio, ratio_of
from darkhar.data.video import decode_frames
from darkhar.recognizer import load_recognizer
from darkhar.recognizer.recognizer import FPS
from darkhar.recognizer.timeline import segments, timeline

_SHORT, _LONG = 60, 600  # seconds


def measure() -> list[Ratio]:
    """A minute and ten of embedded clips joined, in processes of their own."""
    load_recognizer()  # people are simulated, and weights are there
    found = []
    with clips(train=2) as folder, tempfile.TemporaryDirectory() as output:
        files = sorted((folder / "train").rglob("*.mp4"))
        for seconds in (_SHORT, _LONG):
            path = Path(output) / f"{seconds}.mp4"
            _join(files, path, seconds)
            found.append(_measured(path))
    (short_peak, _), (long_peak, took) = found
    lengths = f"{_SHORT // 60} minute", f"{_LONG // 60} minutes"
    return [
        ratio_of(
            "a video looked at in windows, MoveNet Lightning",
            ("as it is played", [1000 / FPS]),
            ("as it is looked at", [1000 * took / (_LONG * FPS)]),
            unit="ms a frame",
            kind="at least",
            bar=1.0,
            note="320x240 at 30 frames a second, decoding included",
        ),
        ratio_of(
            "peak memory of looking at a video",
            (lengths[0], [short_peak]),
            (lengths[1], [long_peak]),
            unit="MiB",
            kind="at most",
            bar=1.2,
        ),
    ]


def _join(files: list[Path], path: Path, seconds: int) -> None:
    """Writes clips one after the other, over again, for so long."""
    frames = (f for file in itertools.cycle(files) for f in decode_frames(file))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=round(FPS))
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.options = {"preset": "veryfast"}
        for frame in itertools.islice(frames, round(seconds * FPS)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode())


def _measured(path: Path) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.recognizer", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    peak, seconds = json.loads(done.stdout.splitlines()[-1])
    return peak, seconds


def _look(path: str) -> tuple[float, float]:
    """This process' peak in MiB, and the seconds that it took with all there."""
    recognizer = load_recognizer()
    assert recognizer.movenet
    start = time.perf_counter()
    sighting = recognizer.look_at(path)
    segments(timeline(recognizer, sighting, window=2.0, step=0.5))
    seconds = time.perf_counter() - start
    # Not ru_maxrss: a process inherits that of the one which started it.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024, seconds


if __name__ == "__main__":
    print(json.dumps(_look(sys.argv[1])))

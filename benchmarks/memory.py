"""Peak memory and time of extraction as the number of clips grows.

    python -m benchmarks.memory FOLDER

extracts a folder's training clips and prints its peak and its time.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.clips import clips
from benchmarks.networks import StartedNetwork
from benchmarks.ratios import Ratio, ratio_of
from darkhar.config import make_parameters
from darkhar.data.source import resolve_data
from darkhar.features.clip_views import frame_rule
from darkhar.features.extraction import extract
from darkhar.features.frame_network import FrameNetwork

_FEW, _MANY = 4, 32  # training clips per class


def measure() -> list[Ratio]:
    """8 times the clips, in processes of their own."""
    peaks: list[list[float]] = [[], []]
    times: list[list[float]] = [[], []]
    with clips(train=_FEW) as few, clips(train=_MANY) as many:
        for _ in range(2):
            for which, folder in enumerate((few, many)):
                peak, milliseconds = _measured(folder)
                peaks[which].append(peak)
                times[which].append(milliseconds)
    names = f"{6 * _FEW} clips", f"{6 * _MANY} clips"
    return [
        ratio_of(
            "peak memory of extraction, EfficientNet-Lite0",
            (names[0], peaks[0]),
            (names[1], peaks[1]),
            unit="MiB",
            kind="at most",
            bar=1.15,
        ),
        ratio_of(
            "time of extraction, EfficientNet-Lite0",
            (names[0], times[0]),
            (names[1], times[1]),
            unit="ms a clip",
            kind="at most",
            bar=1.10,
        ),
    ]


def _measured(folder: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory", str(folder)],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "DARKHAR_CACHE": cache},
        )
    peak, milliseconds = json.loads(done.stdout.splitlines()[-1])
    return peak, milliseconds


def _extract(folder: str) -> tuple[float, float]:
    """This process' peak in MiB, and the milliseconds that a clip took."""
    parameters = make_parameters({"data_dir": folder})
    source, rule = resolve_data(parameters), frame_rule(parameters)
    networks = [StartedNetwork(FrameNetwork.of(parameters, "keras_cv_equalization"))]
    # Once for what is built on first use.
    extract(source, "val", rule, networks)
    start = time.perf_counter()
    (features,) = extract(source, "train", rule, networks)
    seconds = time.perf_counter() - start
    # Not ru_maxrss: a process inherits that of the one which started it.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return peak, 1000 * seconds / len(features)


if __name__ == "__main__":
    print(json.dumps(_extract(sys.argv[1])))

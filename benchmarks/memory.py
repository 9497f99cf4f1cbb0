"""Peak memory and time of extraction as the number of clips grows."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.clips import clips
from benchmarks.ratios import Ratio, ratio_of

_FEW, _MANY = 4, 32  # training clips per class
_CODE = """
import json, os, sys, time
from darkhar.config import make_parameters
from darkhar.data.source import resolve_data
from darkhar.features import frame_features as extraction
parameters = make_parameters({"data_dir": sys.argv[1]})
source = resolve_data(parameters)
function = extraction.backbone_function(parameters, "keras_cv_equalization")
extraction.backbone_function = lambda *_: function
# Once for what is built on first use.
extraction.extract_features(source, "val", parameters=parameters)
start = time.perf_counter()
found = extraction.extract_features(
    source, "train", parameters=parameters, enhancement="keras_cv_equalization"
)
seconds = time.perf_counter() - start
# Not ru_maxrss: a process inherits that of the one which started it.
status = open("/proc/self/status").read()
peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps([peak, 1000 * seconds / len(found.clip_ids)]))
"""


def measure() -> list[Ratio]:
    """8 times the clips, in processes of their own."""
    peaks: list[list[float]] = [[], []]
    times: list[list[float]] = [[], []]
    with clips(train=_FEW) as few, clips(train=_MANY) as many:
        for _ in range(2):
            for which, folder in enumerate((few, many)):
                peak, milliseconds = _extract(folder)
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


def _extract(folder: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, "-c", _CODE, str(folder)],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "DARKHAR_CACHE": cache},
        )
    peak, milliseconds = json.loads(done.stdout.splitlines()[-1])
    return peak, milliseconds

"""`darkhar run` and `darkhar book` again, with little or nothing changed."""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.ratios import Ratio, ratio_of

_RUN = "benchmark"


def measure() -> list[Ratio]:
    """The demo from an empty cache, then with another classifier, then unchanged."""
    with tempfile.TemporaryDirectory() as cache:
        cold = _render(cache)
        changed = _render(cache, "-p", "lstm_units=24")
        unchanged = _render(cache, "-p", "lstm_units=24")
    return [
        ratio_of(
            "the demo rendered again",
            ("from an empty cache", [cold]),
            (ours, [seconds]),
            unit="s",
            kind="at most",
            bar=bar,
        )
        for ours, seconds, bar in (
            ("after changing lstm_units", changed, 0.20),
            ("nothing changed", unchanged, 0.10),
        )
    ]


def _render(cache: str, *options: str) -> float:
    environment = os.environ | {"DARKHAR_CACHE": cache, "TF_CPP_MIN_LOG_LEVEL": "3"}
    start = time.perf_counter()
    for command in (["run", "--run", _RUN, *options], ["book", "--run", _RUN]):
        subprocess.run(
            [sys.executable, "-m", "darkhar", *command],
            check=True,
            stdout=subprocess.DEVNULL,
            env=environment,
        )
    return time.perf_counter() - start

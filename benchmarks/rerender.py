"""`darkhar run` and `darkhar book` again, with little or nothing changed."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid

from benchmarks.ratios import Ratio, ratio_of
from darkhar.config import project_root


def measure() -> list[Ratio]:
    """The demo from an empty cache, then with another classifier, then unchanged."""
    run = f"benchmark-{uuid.uuid4().hex[:8]}"
    try:
        with tempfile.TemporaryDirectory() as cache:
            cold = _render(cache, run)
            changed = _render(cache, run, "-p", "lstm_units=24")
            unchanged = _render(cache, run, "-p", "lstm_units=24")
    finally:
        for folder in ("runs", "_build/books", "_build/source"):
            shutil.rmtree(project_root() / folder / run, ignore_errors=True)
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


def _render(cache: str, run: str, *options: str) -> float:
    environment = os.environ | {"DARKHAR_CACHE": cache, "TF_CPP_MIN_LOG_LEVEL": "3"}
    start = time.perf_counter()
    for command in (["run", "--run", run, *options], ["book", "--run", run]):
        subprocess.run(
            [sys.executable, "-m", "darkhar", *command],
            check=True,
            stdout=subprocess.DEVNULL,
            env=environment,
        )
    return time.perf_counter() - start

"""Runs all benchmarks, prints a table and writes `results.json` beside this file."""

import dataclasses
import importlib
import json
import os
import platform
from pathlib import Path

from darkhar.cli.tables import columns
from darkhar.results import provenance

_BENCHMARKS = ("equalization",)


def main() -> None:
    """Runs, prints, writes."""
    ratios = []
    for name in _BENCHMARKS:
        ratios += importlib.import_module(f"benchmarks.{name}").measure()
    rows = [
        (
            ratio.name,
            f"{ratio.reference}: {ratio.reference_ms:.3g} ms",
            f"{ratio.ours}: {ratio.ours_ms:.3g} ms",
            f"{ratio.ratio:.2f}",
            f"{ratio.low:.2f} to {ratio.high:.2f}",
        )
        for ratio in ratios
    ]
    print(columns(("what", "reference", "ours", "ratio", "quartiles"), rows))
    content = {
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "packages": provenance.packages(),
        },
        "ratios": [dataclasses.asdict(ratio) for ratio in ratios],
    }
    path = Path(__file__).with_name("results.json")
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"written: {path.relative_to(Path.cwd())}")


def _processor() -> str:
    """The processor's name, where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()

"""Runs benchmarks, prints a table and writes `results.json` beside this file.

    python -m benchmarks [NAME]...

Without names, all; with names, the other results in the file stay as they are.
"""

import argparse
import dataclasses
import importlib
import json
import platform
from pathlib import Path

from darkhar.cli.columns import columns
from darkhar.config.paths import shown
from darkhar.results import provenance

# The last one builds the book, which shows what the others have found.
_BENCHMARKS = (
    "equalization",
    "memory",
    "engines",
    "bfloat16",
    "extraction",
    "sweeps",
    "joints",
    "recognizer",
    "folds",
    "cross_validation",
    "rerender",
)
_FILE = Path(__file__).with_name("results.json")


def main() -> None:
    """Runs, prints, writes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*_BENCHMARKS, []])
    names = parser.parse_args().names or _BENCHMARKS
    results = json.loads(_FILE.read_text()) if _FILE.is_file() else {}
    for name in names:
        print(f"{name} ...", flush=True)
        ratios = importlib.import_module(f"benchmarks.{name}").measure()
        results[name] = {
            "machine": provenance.machine(),
            "python": platform.python_version(),
            "packages": {
                package: version
                for package, version in provenance.packages().items()
                if package in ("tensorflow", "keras", "openvino", "distributed")
            },
            "ratios": [dataclasses.asdict(ratio) for ratio in ratios],
        }
        ordered = {name: results[name] for name in _BENCHMARKS if name in results}
        _FILE.write_text(json.dumps(ordered, indent=1) + "\n")
    rows = [_row(ratio) for name in names for ratio in results[name]["ratios"]]
    print(columns(("what", "reference", "ours", "ratio", "quartiles", "bar"), rows))
    print(f"written: {shown(_FILE)}")


def _row(ratio: dict) -> tuple[str, ...]:
    bar = "" if ratio["bar"] is None else f"{ratio['kind']} {ratio['bar']:g}"
    unit = ratio["unit"]
    return (
        ratio["name"],
        f"{ratio['reference']}: {ratio['reference_value']:.3g} {unit}",
        f"{ratio['ours']}: {ratio['ours_value']:.3g} {unit}",
        f"{ratio['ratio']:.2f}",
        f"{ratio['low']:.2f} to {ratio['high']:.2f}" if ratio["pairs"] > 1 else "",
        bar,
    )


if __name__ == "__main__":
    main()

"""Measured ratios, from the file that the benchmarks write."""

import json
from pathlib import Path

from scraps.problems import ScrapProblem


def read_benchmarks(env):
    """All benchmarks of the file, by name.

    Raises:
        ScrapProblem: the file cannot be read.
    """
    path = Path(env.srcdir, env.config.scraps_benchmarks)
    env.note_dependency(str(path))
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScrapProblem(f"benchmarks: {error}; `make bench` writes them") from None


def find_benchmark(env, name):
    """One benchmark of the file.

    Raises:
        ScrapProblem: no such benchmark.
    """
    benchmarks = read_benchmarks(env)
    if name not in benchmarks:
        raise ScrapProblem(
            f"no benchmark '{name}'; there are {', '.join(sorted(benchmarks))}"
        )
    return benchmarks[name]


def rows_of_benchmark(benchmark):
    """Columns, and a row of values for each ratio.

    Args:
        benchmark: dict. An entry of the file.
    """
    columns = ["name", "reference", "ours", "ratio", "quartiles", "bar", "note"]
    rows = []
    for ratio in benchmark["ratios"]:
        unit = ratio["unit"]
        several = ratio["pairs"] > 1
        rows.append(
            [
                ratio["name"],
                f"{ratio['reference']}: {ratio['reference_value']:.3g} {unit}",
                f"{ratio['ours']}: {ratio['ours_value']:.3g} {unit}",
                ratio["ratio"],
                f"{ratio['low']:.2f} to {ratio['high']:.2f}" if several else "",
                "" if ratio["bar"] is None else f"{ratio['kind']} {ratio['bar']:g}",
                ratio["note"],
            ]
        )
    return columns, rows

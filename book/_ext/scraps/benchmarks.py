"""Measured ratios, from the file that the benchmarks write."""

import json
from pathlib import Path

from scraps.problems import ScrapProblem

BENCHMARK_COLUMNS = (
    "name",
    "reference",
    "ours",
    "ratio",
    "quartiles",
    "bar",
    "met",
    "note",
)


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


def rows_of_benchmark(name, benchmark):
    """A row of values for each ratio, in the order of `BENCHMARK_COLUMNS`.

    Args:
        name: str. The benchmark's name.
        benchmark: dict or None. Its entry in the file; None gives a row that says that
            it was not measured.
    """
    if benchmark is None:
        return [[name.replace("_", " "), "not measured", "", "", "", "", "", ""]]
    rows = []
    for ratio in benchmark["ratios"]:
        unit, bar = ratio["unit"], ratio["bar"]
        several = ratio["pairs"] > 1
        met = bar is not None and (
            ratio["ratio"] >= bar
            if ratio["kind"] == "at least"
            else ratio["ratio"] <= bar
        )
        rows.append(
            [
                ratio["name"],
                f"{ratio['reference']}: {ratio['reference_value']:.3g} {unit}",
                f"{ratio['ours']}: {ratio['ours_value']:.3g} {unit}",
                ratio["ratio"],
                f"{ratio['low']:.2f} to {ratio['high']:.2f}" if several else "",
                "" if bar is None else f"{ratio['kind']} {bar:g}",
                "" if bar is None else ("yes" if met else "no"),
                ratio["note"],
            ]
        )
    return rows

"""A page about a sweep: what was varied, what came out, what failed."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import yaml

from darkhar.config import project_root
from darkhar.evaluation.metrics import accuracy_interval
from darkhar.figures.sweep_chart import plot_sweep
from darkhar.pipeline.jupyter_book import call_jupyter_book
from darkhar.pipeline.sweep.grid import shown
from darkhar.pipeline.sweep.table import (
    TABLE_FILE,
    read_state,
    summary,
    tidy_table,
)
from darkhar.results.manifest import read_manifest
from darkhar.store.files import write_atomically

# Of the book's configuration, what a page without results of one run can have.
_SPHINX = ("language", "html_show_copyright", "html_theme_options", "nb_ipywidgets_js")
# The columns of a summary that are not settings.
_STATISTICS = ("mean", "sd", "min", "max", "seeds")
_CHOICE = """
:::{note}
Whoever takes the best of these settings by its accuracy on validation clips has made a
choice on validation clips, and the accuracy of the chosen one leans to the bright side.
Choose by `cross_validation`; validation is for the one that was chosen.
:::
"""


def write_results(directory: Path, report: Callable[[str], None] = print) -> Path:
    """Writes a sweep's table and page.

    Args:
        directory: Path. The sweep's folder. The table is `results.csv` in it.
        report: callable. Takes a line for each problem of the page's build.

    Returns:
        The page: `page/_build/html/index.html` in the sweep's folder.

    Raises:
        ResultsError: no run has a result that the sweep asks for.
    """
    state = read_state(directory)
    table = tidy_table(directory)
    write_atomically(directory / TABLE_FILE, table.to_csv(index=False))
    source = directory / "page" / "source"
    figures, parts = {}, [_introduction(directory, state)]
    if len(table):
        (first, *_) = table["run"]
        n_classes = read_manifest(directory / first)["data"]["classes"]
        for result in table["result"].unique():
            file = re.sub(r"\W+", "_", result) + ".svg"
            rows = table[table["result"] == result]
            intervals = _intervals(directory, rows, result)
            figures[file] = _figure(rows, result, intervals, n_classes)
            parts.append(_section(rows, result, file, intervals))
        if any("#validation." in result for result in table["result"]):
            parts.append(_CHOICE)
    parts.append(_failures(state))
    write_atomically(source / "index.md", "\n".join(parts))
    for name, figure in figures.items():
        write_atomically(source / name, figure)
    write_atomically(source / TABLE_FILE, table.to_csv(index=False))
    write_atomically(source / "_toc.yml", "format: jb-book\nroot: index\n")
    write_atomically(source / "_config.yml", yaml.safe_dump(_configuration(directory)))
    pages = call_jupyter_book(
        source, directory / "page", "html", report, every_page=True
    )
    return pages / "index.html"


def _introduction(directory: Path, state: dict[str, Any]) -> str:
    runs = state["runs"]
    done = [run for run in runs if run["state"] == "done"]
    lines = [
        f"# Sweep {directory.name}",
        "",
        f"{len(runs)} runs of the preset `{state['preset']}`, of which {len(done)} are"
        f" done and {len(runs) - len(done)} failed. Each executes"
        f" {_listed(state['notebooks'])}.",
        "",
    ]
    varied = {
        name: list(dict.fromkeys(shown(run["settings"][name]) for run in runs))
        for name in runs[0]["settings"]
    }
    rows = [(f"`{name}`", ", ".join(values)) for name, values in varied.items()]
    rows += [(f"`{name}`", shown(value)) for name, value in state["fixed"].items()]
    lines += [_markdown(("parameter", "values"), rows), ""]
    if done:
        manifest = read_manifest(directory / done[0]["run"])
        data, machine = manifest["data"], manifest["machine"]
        lines += [
            f"{data['train_clips']} training and {data['val_clips']} validation clips"
            f" of {data['classes']} classes; library {manifest['library']['version']}"
            f" ({manifest['library']['source_sha256'][:12]}); {machine['cpu']},"
            f" {machine['cores']} cores. Every number of every run:"
            f" {{download}}`{TABLE_FILE}`.",
            "",
        ]
    return "\n".join(lines)


def _intervals(
    directory: Path, rows: pd.DataFrame, result: str
) -> dict[str, tuple[float, float, int]]:
    """Wilson's interval of the mean over seeds, and n, by setting; of accuracies."""
    prefix, _, field = result.rpartition(".")
    intervals = {}
    for setting, group in _by_setting(rows) if field == "accuracy" else ():
        found = [read_manifest(directory / run)["results"] for run in group["run"]]
        correct = [results.get(f"{prefix}.correct") for results in found]
        n_clips = {results.get(f"{prefix}.n") for results in found}
        if None not in correct and None not in n_clips and len(n_clips) == 1:
            (n,) = n_clips
            low, high = accuracy_interval(sum(correct) / len(correct), n)
            intervals[setting] = (low, high, n)
    return intervals


def _by_setting(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return list(rows.groupby(rows.apply(_setting, axis=1), sort=False))


def _figure(
    rows: pd.DataFrame,
    result: str,
    intervals: dict[str, tuple[float, float, int]],
    n_classes: int,
) -> str:
    """A figure of one result as SVG; of accuracies with intervals and chance."""
    figure = plot_sweep(
        {setting: list(group["value"]) for setting, group in _by_setting(rows)},
        xlabel=result,
        intervals={name: (low, high) for name, (low, high, _) in intervals.items()},
        chance=1 / n_classes if result.endswith(".accuracy") else None,
    )
    text = io.StringIO()
    # Neither a date nor random names: the same results are the same file.
    with mpl.rc_context({"svg.hashsalt": result}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def _section(
    rows: pd.DataFrame,
    result: str,
    figure: str,
    intervals: dict[str, tuple[float, float, int]],
) -> str:
    overview = summary(rows).drop(columns="result")
    has_seeds = overview["seeds"].max() > 1
    numbers = ["mean", "sd", "min", "max"] if has_seeds else ["mean"]
    settings = list(overview.columns[: -len(_STATISTICS)])
    header = [*settings, *(numbers if has_seeds else ["value"])]
    header += ["95% interval", "clips"] if intervals else []
    cells = []
    for (_, row), (setting, _) in zip(
        overview.iterrows(), _by_setting(rows), strict=True
    ):
        line = [*map(shown, row[settings]), *map(_number, row[numbers])]
        if intervals:
            low, high, n = intervals.get(setting, (None, None, ""))
            line += [f"{_number(low)} to {_number(high)}" if n else "", str(n)]
        cells.append(line + ([str(int(row["seeds"]))] if has_seeds else []))
    caption = "A dot is a seed, the stroke their mean" + (
        "; the grey line is Wilson's 95% interval of the mean." if intervals else "."
    )
    return "\n".join(
        [
            f"## {result}",
            "",
            f":::{{figure}} {figure}",
            f":alt: {result} of every setting and seed",
            caption,
            ":::",
            "",
            _markdown([*header, *(["seeds"] if has_seeds else [])], cells),
            "",
        ]
    )


def _failures(state: dict[str, Any]) -> str:
    failed = [run for run in state["runs"] if run["state"] == "failed"]
    if not failed:
        return ""
    rows = [
        (
            f"`{run['run']}`",
            ", ".join(f"{k}={shown(v)}" for k, v in run["settings"].items()),
            _code(run["error"]),
        )
        for run in failed
    ]
    return "## Failed runs\n\n" + _markdown(("run", "settings", "error"), rows) + "\n"


def _configuration(directory: Path) -> dict[str, Any]:
    book = yaml.safe_load((project_root() / "_config.yml").read_text(encoding="utf-8"))
    settings = book["sphinx"]["config"]
    return {
        "title": f"Sweep {directory.name}",
        "author": book["author"],
        "only_build_toc_files": True,
        "execute": {"execute_notebooks": "off"},
        "parse": {"myst_enable_extensions": ["colon_fence"]},
        "html": book["html"],
        "sphinx": {
            "recursive_update": True,
            "config": {name: settings[name] for name in _SPHINX},
        },
    }


def _setting(row: pd.Series) -> str:
    names = [n for n in row.index if n not in ("run", "seed", "result", "value")]
    return ", ".join(f"{name}={shown(row[name])}" for name in names) or "all runs"


def _markdown(header: list[str] | tuple[str, ...], rows: list) -> str:
    """A table of MyST Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    cells = [[str(cell).replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _code(text: str) -> str:
    """A text as it is, whatever of it Markdown would take for its own."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}"


def _number(value: float) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.3f}" if 1e-3 <= abs(value) < 1000 or value == 0 else f"{value:.3g}"


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return (
        quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" and {quoted[-1]}"
    )

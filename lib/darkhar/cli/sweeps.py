"""Making a sweep and telling what became of it."""

from pathlib import Path

import click

from darkhar.config import UsageError
from darkhar.config.cores import cores
from darkhar.config.paths import shown
from darkhar.pipeline.sweep.grid import read_grid
from darkhar.pipeline.sweep.make import make_sweep, sweeps_root
from darkhar.pipeline.sweep.page import write_results
from darkhar.pipeline.sweep.table import TABLE_FILE


def sweep(
    grid_file: Path,
    name: str | None,
    data_dir: str | None,
    *,
    n_workers: int | None,
    scheduler: str | None,
) -> None:
    """Makes the sweep, writes its table and page and prints where they are.

    Raises:
        UsageError: the call or the grid is wrong; nothing was made.
        click.exceptions.Exit: with code 1, if runs failed.
    """
    if scheduler is not None and n_workers is not None:
        raise UsageError("give --workers or --scheduler: a scheduler has its workers")
    grid = read_grid(grid_file, data_dir)
    name = grid_file.stem if name is None else name
    outcomes = make_sweep(
        grid,
        name,
        n_workers=n_workers or min(cores(), len(grid.points)),
        scheduler=scheduler,
        report=click.echo,
    )
    directory = sweeps_root() / name
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    if failed:
        click.echo(f"{len(failed)} of {len(outcomes)} runs failed:", err=True)
        for outcome in failed:
            click.echo(
                f"  {outcome.point.name} ({outcome.point}): {outcome.error}", err=True
            )
    page = write_results(directory, report=lambda line: click.echo(line, err=True))
    click.echo(f"table: {shown(directory / TABLE_FILE)}")
    click.echo(f"page: {shown(page)}")
    if failed:
        raise click.exceptions.Exit(1)

"""Copying a run's results to where they are committed: no frame of a clip."""

from pathlib import Path

from darkhar.config import ResultsError
from darkhar.results.manifest import FILE_NAME
from darkhar.results.read import Run, figure_file
from darkhar.results.scraps import SUFFIXES
from darkhar.store.files import write_atomically


def publish(run_dir: Path, destination: Path) -> list[Path]:
    """Writes `results.json` and the figures that show no frames.

    Args:
        run_dir: Path. Folder of a finished run.
        destination: Path. Folder to write into, for example
            `published/ee6222`. Figures of an earlier publication that are no
            longer among the run's are removed.

    Returns:
        The files of the publication, sorted.

    Raises:
        ResultsError: the run is not finished or its notebooks are of another
            run, or the destination is a run's own folder.
    """
    run = Run.open(run_dir)
    if run.published:
        raise ResultsError(f"{run_dir} is published results, not a run")
    if any(destination.glob("*.ipynb")):
        raise ResultsError(f"{destination} holds notebooks; name a folder for results")
    contents: dict[str, bytes] = {
        figure_file(key, figure.mime): figure.payload
        for key, figure in run.all_figures().items()
        if not figure.shows_frames
    }
    contents[FILE_NAME] = (run_dir / FILE_NAME).read_bytes()
    for suffix in SUFFIXES.values():
        for path in destination.glob(f"*_figure{suffix}"):
            if path.name not in contents:
                path.unlink()
    for name, content in contents.items():
        write_atomically(destination / name, content)
    return sorted(destination / name for name in contents)

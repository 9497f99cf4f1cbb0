"""As `rerender`, of the study on real clips, where frames are most of the work."""

from pathlib import Path

from benchmarks.ratios import Ratio
from benchmarks.rerender import measure_run


def measure(data_dir: Path) -> list[Ratio]:
    """About an hour on two cores.

    Args:
        data_dir: Path. Folder with the clips, in the EE6222 layout.
    """
    options = ("--preset", "ee6222", "--data-dir", str(data_dir))
    return measure_run("the study of the real clips rendered again", *options)

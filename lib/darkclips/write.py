"""Writes the embedded dark clips as a dataset in the EE6222 layout."""

import os
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from darkclips.clip import render_clip
from darkclips.motion import CLASSES, FPS
from darkclips.plan import clip_plan
from darkclips.video import encode_clip

# Low enough to keep the noise that a real camera's encoder would keep.
_CRF = 15


def _write_clip(directory, spec):
    path = Path(directory) / spec.split / spec.path
    encode_clip(render_clip(spec), path, FPS, crf=_CRF)


def _write_lists(directory, specs):
    mapping = "".join(f"{label}\t{name}\n" for label, name in enumerate(CLASSES))
    (directory / "mapping_table_23.txt").write_bytes(mapping.encode())
    for split in ("train", "validate"):
        rows = [spec for spec in specs if spec.split == split]
        lines = "".join(
            f"{row}\t{spec.label}\t{spec.path}\r\n" for row, spec in enumerate(rows)
        )
        (directory / f"{split}.txt").write_bytes(lines.encode())


def write_dark_clips(
    directory,
    *,
    seed=0,
    train_clips_per_class=15,
    val_clips_per_class=6,
    workers=None,
    progress=None,
):
    """Generates the dark clips: a small dataset of six human actions, in the EE6222
    layout.

    The folder holds `mapping_table_23.txt` (`id<TAB>name`, LF), `train.txt` and
    `validate.txt` (`row<TAB>class<TAB>path`, CRLF),
    `train/<Class>/<Class>_<scene>_<clip>.mp4` and `validate/<number>.mp4`: H.264,
    320x240, 30 frames a second, 33 to 105 frames. It is built beside its place and
    moved there when complete. The same seed and numbers give the same bytes whatever
    the number of workers, for given versions of NumPy and PyAV.

    Example:

    ```python
    write_dark_clips(Path("data/dark_clips"), seed=0)
    ```

    Args:
        directory: path-like. Folder to create; if it exists, it must be empty.
        seed: int, at least 0. Defaults to 0.
        train_clips_per_class: int, at least 1. Defaults to 15.
        val_clips_per_class: int, at least 1. Defaults to 6.
        workers: int or None. Number of processes; None means one per core. With 1,
            no further process is started. Defaults to None.
        progress: callable or None. Called with clips done and clips in all after each
            clip. Defaults to None.

    Raises:
        ValueError: if `directory` is a file or not empty, or a number is out of range.
    """
    directory = Path(directory)
    if workers is None:
        workers = os.cpu_count() or 1
    if workers < 1:
        raise ValueError(f"At least one worker is needed. Received: workers={workers}")
    specs = clip_plan(seed, train_clips_per_class, val_clips_per_class)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ValueError(
            "Dark clips are written into a new or empty folder only. "
            f"Received: {directory}"
        )
    directory.parent.mkdir(parents=True, exist_ok=True)
    building = Path(
        tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent)
    )
    try:
        for spec in specs:
            (building / spec.split / spec.path).parent.mkdir(
                parents=True, exist_ok=True
            )
        render_all(building, specs, min(workers, len(specs)), progress)
        _write_lists(building, specs)
        building.chmod(0o755)
        if directory.exists():
            directory.rmdir()
        building.replace(directory)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def render_all(building, specs, workers, progress=None):
    """Renders and encodes clips into existing folders.

    Args:
        building: path-like. The dataset's folder.
        specs: list of `ClipSpec`.
        workers: int, at least 1. Number of processes.
        progress: callable or None. As in `write_dark_clips`. Defaults to None.
    """
    # Long clips first, so that no process is left with one at the end.
    order = sorted(specs, key=lambda spec: -spec.frames)
    if workers == 1:
        for done, spec in enumerate(order, 1):
            _write_clip(building, spec)
            if progress:
                progress(done, len(order))
        return
    # Forking a process that runs TensorFlow or a notebook's threads can hang: start
    # afresh.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_write_clip, str(building), spec) for spec in order]
        try:
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                if progress:
                    progress(done, len(order))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise

"""Which clips a run is about: a folder of the user's, or the embedded ones."""

import concurrent.futures
import contextlib
import dataclasses
import hashlib
import importlib.metadata
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import filelock

from darkhar.config import DataError, Parameters, UsageError, cache_root
from darkhar.config.cores import cores
from darkhar.config.progress import counted_by, progress_bar
from darkhar.data.layout import Layout, read_layout
from darkhar.data.video import probe

# Part of every fingerprint: raise it when the meaning of a clip changes.
_FINGERPRINT_VERSION = 1


@dataclasses.dataclass(frozen=True)
class DataSource:
    """A data folder, read, and a name for its contents.

    Args:
        directory: Path. The folder.
        layout: `Layout`. What its lists say.
        fingerprint: str. SHA-256 (hexadecimal) over label names, lists and
            clips' contents, not over where they lie or how lines end.
        embedded: bool. Whether these are the embedded clips.
        clip_sha256: dict. Clip id to SHA-256 of the clip's file.
    """

    directory: Path
    layout: Layout
    fingerprint: str
    embedded: bool
    clip_sha256: dict[str, str]


def resolve_data(
    parameters: Parameters, *, report: Callable[[str], None] = lambda line: None
) -> DataSource:
    """Finds the run's data folder, reads its lists and hashes its clips.

    The embedded clips are rendered into the cache on first use, once for each
    seed and number of clips.

    Args:
        parameters: `Parameters`. `data_dir` (relative to the current folder)
            or, when that is None, `seed` and the numbers of clips per class.
        report: callable. Takes a line when clips are about to be rendered,
            which takes a while. Defaults to silence.

    Raises:
        UsageError: the folder is missing; or the embedded clips are, in a
            process that another one started.
        DataError: a list or a clip is missing, empty or malformed.
    """
    embedded = parameters.data_dir is None
    if embedded:
        directory = _embedded_directory(parameters, report)
    else:
        directory = Path(parameters.data_dir).expanduser().absolute()
    try:
        layout = read_layout(directory)
    except DataError:
        if not embedded:
            raise
        # Somebody has been in the cache: it can be computed again.
        shutil.rmtree(directory)
        layout = read_layout(_embedded_directory(parameters, report))
    clip_sha256 = {clip.clip_id: file_sha256(clip.path) for clip in layout.clips}
    return DataSource(
        directory=directory,
        layout=layout,
        fingerprint=_fingerprint(layout, clip_sha256),
        embedded=embedded,
        clip_sha256=clip_sha256,
    )


def check_decodable(source: DataSource) -> None:
    """Decodes every clip once, unless clips of this content passed before.

    Args:
        source: `DataSource`.

    Raises:
        DataError: the first clip, in the lists' order, that does not decode or
            has another size than most.
    """
    passed = cache_root() / "decodable" / source.fingerprint
    if passed.exists():
        with contextlib.suppress(OSError):  # not one's own
            passed.touch()  # used now
        return
    videos = []
    with (
        concurrent.futures.ThreadPoolExecutor(cores()) as pool,
        progress_bar("decoding", total=len(source.layout.clips), unit="clip") as bar,
    ):
        for video in pool.map(probe, [clip.path for clip in source.layout.clips]):
            videos.append(video)
            bar.update()
    sizes = [(video.width, video.height) for video in videos]
    usual = max(set(sizes), key=sizes.count)
    for clip, size in zip(source.layout.clips, sizes, strict=True):
        if size != usual:
            raise DataError(
                f"{clip.path} measures {size[0]}x{size[1]} pixels, most clips"
                f" {usual[0]}x{usual[1]}; convert it or take it out of its list"
            )
    passed.parent.mkdir(exist_ok=True)
    passed.touch()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's contents, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(layout: Layout, clip_sha256: dict[str, str]) -> str:
    rows = [
        [clip.split, clip.clip_id, clip.label, clip.scene, clip_sha256[clip.clip_id]]
        for clip in layout.clips
    ]
    content = [_FINGERPRINT_VERSION, list(layout.class_names), rows]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _embedded_directory(parameters: Parameters, report: Callable[[str], None]) -> Path:
    arguments = {
        "seed": parameters.seed,
        "train_clips_per_class": parameters.train_clips_per_class,
        "val_clips_per_class": parameters.val_clips_per_class,
    }
    key = hashlib.sha256(
        json.dumps([arguments, _generator_version()]).encode()
    ).hexdigest()
    root = cache_root() / "dark_clips"
    root.mkdir(exist_ok=True)
    directory = root / key[:16]
    if not directory.is_dir() and multiprocessing.parent_process() is not None:
        # The renderer's own workers, when they import a script without a guard:
        # they would wait for the lock below for ever.
        raise UsageError(
            "the embedded clips are not in the cache, and only a main process renders"
            " them: call again if they were there before; in a script, put the calls"
            ' under `if __name__ == "__main__":`'
        )
    with filelock.FileLock(root / f".{key[:16]}.lock"):
        if not directory.is_dir():
            from darkclips import write_dark_clips

            report("rendering the embedded clips (once, about a minute)")
            with progress_bar("rendering", total=None, unit="clip") as bar:
                # Whole or not at all.
                write_dark_clips(
                    directory,
                    **arguments,
                    workers=cores(),
                    progress=counted_by(bar),
                )
        with contextlib.suppress(OSError):  # not one's own
            os.utime(directory)  # used now
    return directory


def _generator_version() -> list[str]:
    """What the embedded clips' bytes depend on beside the arguments."""
    sources = sorted((Path(__file__).parents[2] / "darkclips").rglob("*.py"))
    return [
        *(f"{name} {importlib.metadata.version(name)}" for name in ("av", "numpy")),
        *(f"{path.name} {file_sha256(path)}" for path in sources),
    ]

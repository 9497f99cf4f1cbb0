"""Which clips a run is about: a folder of the user's, or the embedded ones."""

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
import numpy as np

from darkhar.config import DataError, Parameters, UsageError, cache_root
from darkhar.config.cores import cores
from darkhar.config.progress import counted_by, progress_bar
from darkhar.data.clips import Clips
from darkhar.data.folder_layouts import read_layout
from darkhar.data.layout import Layout, SplitName
from darkhar.data.measurement import measure_clips
from darkhar.store.files import file_sha256
from darkhar.store.keys import key_of

# Frames per second of the EE6222 clips, assumed where a file does not say.
_FPS = 30
# Part of every fingerprint: raise it when the meaning of a clip changes.
_FINGERPRINT_VERSION = 1


@dataclasses.dataclass(frozen=True)
class DataSource:
    """A data folder, read, and a name for its contents.

    Args:
        directory: Path. The folder.
        layout: `Layout`. Its clips, each a `MeasuredClip`.
        fingerprint: str. SHA-256 (hexadecimal) over label names, lists and
            clips' contents, not over where they lie or how lines end.
        embedded: bool. Whether these are the embedded clips.
    """

    directory: Path
    layout: Layout
    fingerprint: str
    embedded: bool

    def clips(self, split: SplitName) -> Clips:
        """The clips of a split, of which nothing is seen yet.

        Args:
            split: str. `"train"` or `"val"`.
        """
        clips = getattr(self.layout, split)
        return Clips(
            labels=np.array([clip.label for clip in clips], np.int64),
            scenes=np.array([clip.scene for clip in clips]),
            class_names=self.layout.class_names,
            clip_ids=tuple(clip.clip_id for clip in clips),
            n_frames=np.array([clip.n_frames for clip in clips], np.int64),
            frame_sizes=np.array([[c.height, c.width] for c in clips], np.int64),
            seconds=np.array([clip.n_frames / (clip.fps or _FPS) for clip in clips]),
        )


def resolve_data(
    parameters: Parameters, *, report: Callable[[str], None] = lambda line: None
) -> DataSource:
    """Finds the run's data folder, reads its lists and measures its clips.

    Clips are decoded when their content is met for the first time. The embedded ones
    are rendered into the cache on first use, once for each seed and number of clips.

    Args:
        parameters: `Parameters`. `data_dir` (relative to the current folder)
            or, when that is None, `seed` and the numbers of clips per class.
        report: callable. Takes a line when clips are about to be rendered,
            which takes a while. Defaults to silence.

    Raises:
        UsageError: the folder is missing; or the embedded clips are, in a
            process that another one started.
        DataError: a list or a clip is missing, empty or malformed; the first clip, in
            the lists' order, that does not decode.
    """
    embedded = parameters.data_dir is None
    if embedded:
        directory = _embedded_directory(parameters, report)
    else:
        directory = Path(parameters.data_dir).expanduser().absolute()
    try:
        layout = _read(directory)
    except DataError:
        if not embedded:
            raise
        # Somebody has been in the cache: it can be computed again.
        shutil.rmtree(directory)
        layout = _read(_embedded_directory(parameters, report))
    return DataSource(directory, layout, _fingerprint(layout), embedded)


def _read(directory: Path) -> Layout:
    layout = read_layout(directory)
    clips = []
    for clip in measure_clips(layout.clips):
        if isinstance(clip, DataError):
            raise clip
        clips.append(clip)
    n_train = len(layout.train)
    return dataclasses.replace(
        layout, train=tuple(clips[:n_train]), val=tuple(clips[n_train:])
    )


def _fingerprint(layout: Layout) -> str:
    rows = [
        [clip.split, clip.clip_id, clip.label, clip.scene, clip.sha256]
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
    key = key_of(arguments, _generator_version())
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

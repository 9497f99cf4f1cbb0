"""A report on a data folder: what is in it, and everything that is wrong."""

import collections
import concurrent.futures
import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from darkhar.config import DataError
from darkhar.config.cores import cores
from darkhar.config.progress import progress_bar
from darkhar.data.layout import (
    CLIP_FOLDERS,
    LIST_FILES,
    ClipRecord,
    Layout,
    Problem,
    scan_layout,
)
from darkhar.data.source import file_sha256
from darkhar.data.video import VideoInfo, open_clip, to_rgb


@dataclasses.dataclass(frozen=True)
class Defect:
    """Something wrong with a file.

    Args:
        file: str. The file, relative to the data folder.
        problem: str. What is wrong with it.
    """

    file: str
    problem: str


@dataclasses.dataclass(frozen=True)
class CheckedClip:
    """A clip that was decoded whole.

    Args:
        record: `ClipRecord`. What the lists say of it.
        video: `VideoInfo`. Frames, size, rate.
        brightness: float in 0..255. Mean over all pixels, channels and frames.
        sha256: str. Of the file's contents.
    """

    record: ClipRecord
    video: VideoInfo
    brightness: float
    sha256: str


@dataclasses.dataclass(frozen=True)
class DataReport:
    """What a data folder holds.

    Args:
        layout: `Layout`. The sound rows of its lists.
        clips: tuple of `CheckedClip`. Those of them that decode.
        defects: list of `Defect`. Everything that is wrong; empty when the
            folder can be used as it is.
    """

    layout: Layout
    clips: tuple[CheckedClip, ...]
    defects: list[Defect]

    def select(self, split: str, class_name: str | None = None) -> list[CheckedClip]:
        """Decoded clips of a split, or of one class of it."""
        return [
            clip
            for clip in self.clips
            if clip.record.split == split
            and class_name in (None, clip.record.class_name)
        ]


def check_data(directory: Path | str) -> DataReport:
    """Reads the lists of a data folder and decodes every clip.

    Unlike `read_layout`, it goes on after a defect and collects them all.

    Args:
        directory: Path or str. A folder in the EE6222 layout.

    Raises:
        UsageError: the folder is missing.
    """
    layout, problems = scan_layout(directory)
    defects = [_defect(problem) for problem in problems]
    defects += _unlisted(layout, problems)
    clips = []
    with (
        concurrent.futures.ThreadPoolExecutor(cores()) as pool,
        progress_bar("decoding", total=len(layout.clips), unit="clip") as bar,
    ):
        for checked in pool.map(_decode, layout.clips):
            bar.update()
            if isinstance(checked, CheckedClip):
                clips.append(checked)
            else:
                defects.append(checked)
    defects += _too_short(clips)
    defects += _odd_ones(clips)
    defects += _mislabelled(layout.clips)
    defects += _repeated(clips)
    return DataReport(layout, tuple(clips), defects)


def _defect(problem: Problem) -> Defect:
    if not problem.clip:
        where = "" if problem.line is None else f"line {problem.line}: "
        return Defect(problem.file, where + problem.text)
    text = problem.text.removeprefix(f"clip {problem.clip} ")
    return Defect(problem.clip, f"{text} ({problem.file}, line {problem.line})")


def _unlisted(layout: Layout, problems: list[Problem]) -> Iterator[Defect]:
    listed = {clip.path for clip in layout.clips}
    listed |= {layout.directory / problem.clip for problem in problems if problem.clip}
    # A list that could not be read at all has its own defect already.
    unread = {problem.file for problem in problems if problem.line is None}
    for split, folder in CLIP_FOLDERS.items():
        if LIST_FILES[split] in unread:
            continue
        for path in sorted((layout.directory / folder).rglob("*")):
            if path.is_file() and not path.name.startswith(".") and path not in listed:
                file = path.relative_to(layout.directory).as_posix()
                yield Defect(file, f"is not listed in {LIST_FILES[split]}")


def _decode(record: ClipRecord) -> CheckedClip | Defect:
    total, n_frames = 0.0, 0
    try:
        with open_clip(record.path, name=_file(record)) as clip:
            for frame in clip.frames():
                total += float(to_rgb(frame).mean())
                n_frames += 1
            video = clip.info(n_frames=n_frames)
    except DataError as error:
        reason = str(error).removeprefix(f"{_file(record)} ").split(";")[0]
        return Defect(_file(record), reason)
    return CheckedClip(record, video, total / n_frames, file_sha256(record.path))


def _too_short(clips: Iterable[CheckedClip]) -> Iterator[Defect]:
    for clip in clips:
        if clip.video.n_frames < 2:
            yield Defect(_file(clip.record), "has fewer than 2 frames")


def _odd_ones(clips: list[CheckedClip]) -> Iterator[Defect]:
    """Clips whose size or rate is not that of most."""
    for what, of in (("size", _size), ("rate", _rate)):
        counts = collections.Counter(of(clip.video) for clip in clips)
        usual = counts.most_common(1)[0][0] if counts else None
        for clip in clips:
            if of(clip.video) != usual:
                text = f"its {what} is {of(clip.video)}, most clips' is {usual}"
                yield Defect(_file(clip.record), text)


def _mislabelled(records: Iterable[ClipRecord]) -> Iterator[Defect]:
    """Training clips whose folder or name says another class than the list."""
    for record in records:
        _, *folders, name = Path(record.clip_id).parts
        if record.split != "train":
            continue
        said = [*folders[-1:], *name.split("_")[:-2]]
        for class_name in dict.fromkeys(said):
            if class_name.casefold() != record.class_name.casefold():
                text = f"is listed as {record.class_name} but named {class_name}"
                yield Defect(_file(record), text)


def _repeated(clips: Iterable[CheckedClip]) -> Iterator[Defect]:
    first: dict[str, ClipRecord] = {}
    for clip in clips:
        other = first.setdefault(clip.sha256, clip.record)
        if other is not clip.record:
            leak = " of the other split" if other.split != clip.record.split else ""
            text = f"has the same content as {_file(other)}{leak}"
            yield Defect(_file(clip.record), text)


def _file(record: ClipRecord) -> str:
    return record.clip_id + record.path.suffix


def _size(video: VideoInfo) -> str:
    return f"{video.width}x{video.height}"


def _rate(video: VideoInfo) -> str:
    return f"{video.fps:g} fps"


def format_report(report: DataReport) -> str:
    """The report as text for a terminal, without a trailing newline."""
    lines = [f"Data folder {report.layout.directory}"]
    for split in LIST_FILES:
        lines += ["", *_split_lines(report, split)]
    lines.append("")
    if not report.defects:
        lines.append("No defects.")
    else:
        n = len(report.defects)
        lines.append(f"{n} defect{'s' if n > 1 else ''}:")
        lines += [f"  {defect.file}: {defect.problem}" for defect in report.defects]
    return "\n".join(lines)


def _split_lines(report: DataReport, split: str) -> Iterator[str]:
    clips = report.select(split)
    yield f"{split}: {len(clips)} clips"
    if not clips:
        return
    counts = [clip.video.n_frames for clip in clips]
    yield (
        f"  frames: {min(counts)} to {max(counts)}, median {np.median(counts):g},"
        f" {sum(counts)} in all"
    )
    for what, of in (("size", _size), ("rate", _rate)):
        values = collections.Counter(of(clip.video) for clip in clips)
        shown = ", ".join(f"{value} ({n})" for value, n in values.most_common())
        yield f"  {what}: {shown}"
    yield f"  brightness: {_brightness(clips):.1f} of 255"
    names = report.layout.class_names
    width = max(len("class"), *map(len, names))
    yield ""
    yield f"  {'class':<{width}}  clips  brightness  scenes (clips)"
    for name in names:
        of_class = report.select(split, name)
        mean = f"{_brightness(of_class):.1f}" if of_class else "-"
        scenes = collections.Counter(c.record.scene or "unknown" for c in of_class)
        shown = ", ".join(f"{scene} ({n})" for scene, n in scenes.most_common())
        yield f"  {name:<{width}}  {len(of_class):>5}  {mean:>10}  {shown}".rstrip()


def _brightness(clips: list[CheckedClip]) -> float:
    """Mean pixel value over all frames, so a long clip counts for more."""
    weights = [clip.video.n_frames for clip in clips]
    return float(np.average([clip.brightness for clip in clips], weights=weights))

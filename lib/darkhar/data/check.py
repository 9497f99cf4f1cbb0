"""A report on a data folder: what is in it, and everything that is wrong."""

import collections
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from darkhar.config import DataError
from darkhar.data.layout import (
    CLIP_FOLDERS,
    LIST_FILES,
    ClipRecord,
    Layout,
    Problem,
    scan_layout,
)
from darkhar.data.measurement import MeasuredClip, measure_clips
from darkhar.data.video import VideoInfo


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
class DataReport:
    """What a data folder holds.

    Args:
        layout: `Layout`. The sound rows of its lists.
        clips: tuple of `MeasuredClip`. Those of them that decode.
        defects: list of `Defect`. Everything that is wrong; empty when the
            folder can be used as it is.
    """

    layout: Layout
    clips: tuple[MeasuredClip, ...]
    defects: list[Defect]

    def select(self, split: str, class_name: str | None = None) -> list[MeasuredClip]:
        """Decoded clips of a split, or of one class of it."""
        return [
            clip
            for clip in self.clips
            if clip.split == split and class_name in (None, clip.class_name)
        ]


def check_data(directory: Path | str) -> DataReport:
    """Reads the lists of a data folder and measures every clip.

    Unlike `resolve_data`, it goes on after a defect and collects them all.

    Args:
        directory: Path or str. A folder in the EE6222 layout.

    Raises:
        UsageError: the folder is missing.
    """
    layout, problems = scan_layout(directory)
    defects = [_defect(problem) for problem in problems]
    defects += _unlisted(layout, problems)
    clips = []
    for record, measured in zip(layout.clips, measure_clips(layout.clips), strict=True):
        if isinstance(measured, DataError):
            defects.append(_undecodable(record, measured))
        else:
            clips.append(measured)
    defects += _too_short(clips)
    defects += odd_sizes(clips)
    defects += _unlike_most(clips, "rate", _rate)
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


def _undecodable(record: ClipRecord, error: DataError) -> Defect:
    reason = str(error).removeprefix(f"{record.path} ").split(";")[0]
    return Defect(_file(record), reason)


def _too_short(clips: Iterable[MeasuredClip]) -> Iterator[Defect]:
    for clip in clips:
        if clip.n_frames < 2:
            yield Defect(_file(clip), "has fewer than 2 frames")


def odd_sizes(clips: Sequence[MeasuredClip]) -> Iterator[Defect]:
    """Clips whose frames have another size than those of most."""
    return _unlike_most(clips, "size", _size)


def _unlike_most(
    clips: Sequence[MeasuredClip], what: str, of: Callable[[VideoInfo], str]
) -> Iterator[Defect]:
    counts = collections.Counter(of(clip) for clip in clips)
    usual = counts.most_common(1)[0][0] if counts else None
    for clip in clips:
        if of(clip) != usual:
            text = f"its {what} is {of(clip)}, most clips' is {usual}"
            yield Defect(_file(clip), text)


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


def _repeated(clips: Iterable[MeasuredClip]) -> Iterator[Defect]:
    first: dict[str, MeasuredClip] = {}
    for clip in clips:
        other = first.setdefault(clip.sha256, clip)
        if other is not clip:
            leak = " of the other split" if other.split != clip.split else ""
            text = f"has the same content as {_file(other)}{leak}"
            yield Defect(_file(clip), text)


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
    counts = [clip.n_frames for clip in clips]
    yield (
        f"  frames: {min(counts)} to {max(counts)}, median {np.median(counts):g},"
        f" {sum(counts)} in all"
    )
    for what, of in (("size", _size), ("rate", _rate)):
        values = collections.Counter(of(clip) for clip in clips)
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
        scenes = collections.Counter(c.scene or "unknown" for c in of_class)
        shown = ", ".join(f"{scene} ({n})" for scene, n in scenes.most_common())
        yield f"  {name:<{width}}  {len(of_class):>5}  {mean:>10}  {shown}".rstrip()


def _brightness(clips: list[MeasuredClip]) -> float:
    """Mean pixel value over all frames, so a long clip counts for more."""
    weights = [clip.n_frames for clip in clips]
    return float(np.average([clip.brightness for clip in clips], weights=weights))

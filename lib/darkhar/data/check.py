"""A report on a data folder: what is in it, and everything that is wrong."""

import collections
import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import numpy as np

from darkhar.config import DataError
from darkhar.data.clip_files import SPLIT_WORDS, files_below, is_clip, named_classes
from darkhar.data.folder_layouts import scan_layout
from darkhar.data.layout import UNLABELLED, ClipRecord, Layout, Problem
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
        layout: `Layout`. What is sound in it.
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
    """Reads a data folder and measures every clip.

    Unlike `resolve_data`, it goes on after a defect and collects them all.

    Args:
        directory: Path or str. As `read_layout` reads.

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
    defects += _mislabelled(layout)
    defects += _repeated(clips)
    return DataReport(layout, tuple(clips), defects)


def _defect(problem: Problem) -> Defect:
    if not problem.clip:
        where = "" if problem.line is None else f"line {problem.line}: "
        return Defect(problem.file, where + problem.text)
    text = problem.text.removeprefix(f"clip {problem.clip} ")
    return Defect(problem.clip, f"{text} ({problem.file}, line {problem.line})")


def _unlisted(layout: Layout, problems: list[Problem]) -> Iterator[Defect]:
    known = {clip.path for clip in layout.clips}
    known |= {layout.directory / (p.clip or p.file) for p in problems}
    for folder, list_file in layout.folders.items():
        for path in files_below(layout.directory / folder):
            if {path, path.with_suffix("")} & known:
                continue
            file = path.relative_to(layout.directory).as_posix()
            if list_file:
                yield Defect(file, f"is not listed in {list_file}")
            elif not is_clip(path):
                yield Defect(file, "is no clip by its extension")


def _undecodable(record: ClipRecord, error: DataError) -> Defect:
    reason = str(error).removeprefix(f"{record.path} ").split(";")[0]
    return Defect(_file(record), reason)


def _too_short(clips: Iterable[MeasuredClip]) -> Iterator[Defect]:
    for clip in clips:
        if clip.n_frames < 2:
            yield Defect(_file(clip), "has fewer than 2 frames")


def _mislabelled(layout: Layout) -> Iterator[Defect]:
    """Clips whose folder or name says another class than the list."""
    for record in layout.clips:
        _, *inside = PurePosixPath(record.clip_id).parts
        said = named_classes(PurePosixPath(*inside), layout.class_names)
        for class_name in said if record.label != UNLABELLED else ():
            if class_name != record.class_name:
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
    if report.layout.described:
        lines.append(f"Layout: {report.layout.described}")
    for split in SPLIT_WORDS:
        lines += ["", *_split_lines(report, split)]
    lines.append("")
    if not report.defects:
        lines.append("No defects.")
    else:
        n = len(report.defects)
        lines.append(f"{n} defect{'s' if n > 1 else ''}:")
        lines += [
            "  " + ": ".join(filter(None, (defect.file, defect.problem)))
            for defect in report.defects
        ]
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
    titles = {name: name for name in report.layout.class_names}
    if not all(clip.class_name for clip in clips):
        titles[""] = "unlabelled"
    width = max(map(len, ["class", *titles.values()]))
    yield ""
    yield f"  {'class':<{width}}  clips  brightness  scenes (clips)"
    for name, title in titles.items():
        of_class = report.select(split, name)
        mean = f"{_brightness(of_class):.1f}" if of_class else "-"
        scenes = collections.Counter(c.scene or "unknown" for c in of_class)
        shown = ", ".join(f"{scene} ({n})" for scene, n in scenes.most_common())
        yield f"  {title:<{width}}  {len(of_class):>5}  {mean:>10}  {shown}".rstrip()


def _brightness(clips: list[MeasuredClip]) -> float:
    """Mean pixel value over all frames, so a long clip counts for more."""
    weights = [clip.n_frames for clip in clips]
    return float(np.average([clip.brightness for clip in clips], weights=weights))

"""The EE6222 layout: label names, two lists and two folders of clips.

DIR/mapping_table_23.txt      id<TAB>name, ids 0, 1, 2, ...
DIR/train.txt                 row<TAB>class<TAB>path inside train/
DIR/validate.txt              row<TAB>class<TAB>path inside validate/
DIR/train/Jump/Jump_11_3.mp4
DIR/validate/26.mp4
"""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from darkhar.config import DataError, UsageError

SplitName = Literal["train", "val"]

MAPPING_FILE = "mapping_table_23.txt"
# Split -> list file and folder of clips. The files call validation "validate".
LIST_FILES: dict[SplitName, str] = {"train": "train.txt", "val": "validate.txt"}
CLIP_FOLDERS: dict[SplitName, str] = {"train": "train", "val": "validate"}

# A training name is class, scene, clip; validation names are anonymous numbers.
_SCENE_NAME = re.compile(r"^[^_]+_(?P<scene>[^_]+)_[^_]+$")


@dataclasses.dataclass(frozen=True)
class ClipRecord:
    """A listed clip.

    Args:
        clip_id: str. Path inside the data folder without its extension, as
            `train/Jump/Jump_11_3` or `validate/26`.
        path: Path. The file.
        label: int. Class id.
        class_name: str. Name of the class.
        scene: str. The place it was filmed in, as `11`; empty when unknown.
        split: str. `"train"` or `"val"`.
    """

    clip_id: str
    path: Path
    label: int
    class_name: str
    scene: str
    split: SplitName


@dataclasses.dataclass(frozen=True)
class Layout:
    """A data folder that has been read.

    Args:
        directory: Path. The folder.
        class_names: tuple of str. Names by class id.
        train: tuple of `ClipRecord`. Training clips in the list's order.
        val: tuple of `ClipRecord`. Validation clips in the list's order.
    """

    directory: Path
    class_names: tuple[str, ...]
    train: tuple[ClipRecord, ...]
    val: tuple[ClipRecord, ...]

    @property
    def clips(self) -> tuple[ClipRecord, ...]:
        """Training clips, then validation clips."""
        return self.train + self.val


@dataclasses.dataclass(frozen=True)
class Problem:
    """Why a data folder cannot be used as it is.

    Args:
        file: str. The file, relative to the data folder.
        line: int or None. Line in the file, counted from 1.
        text: str. What is wrong.
        advice: str. The way out.
        clip: str. The clip that the line is about, relative to the data
            folder; empty when it is about none.
    """

    file: str
    line: int | None
    text: str
    advice: str
    clip: str = ""

    def message(self, directory: Path) -> str:
        """One line: where, what, what to do."""
        line = "" if self.line is None else f", line {self.line}"
        return f"{directory / self.file}{line}: {self.text}; {self.advice}"


def read_layout(directory: Path | str) -> Layout:
    """Reads the lists of a data folder; the clips themselves are not opened.

    Args:
        directory: Path or str. A folder in the EE6222 layout.

    Returns:
        `Layout`, with every listed clip present and not empty.

    Raises:
        UsageError: the folder is missing.
        DataError: the first thing that is wrong with it: a list missing, empty
            or malformed, an unknown class id, a clip listed twice or missing.
    """
    layout, problems = scan_layout(directory)
    for problem in problems:
        raise DataError(problem.message(layout.directory))
    return layout


def scan_layout(directory: Path | str) -> tuple[Layout, list[Problem]]:
    """Reads as much of a data folder as can be read, and all that is wrong.

    Returns:
        `Layout` of the sound rows, and the `Problem`s in order of files and
        lines.

    Raises:
        UsageError: the folder is missing.
    """
    directory = Path(directory).expanduser().absolute()
    if not directory.is_dir():
        raise UsageError(
            f"data folder {directory} is"
            f" {'not a folder' if directory.exists() else 'missing'}; name a folder in"
            " the EE6222 layout, or leave it out for the embedded clips"
        )
    problems: list[Problem] = []
    class_names = _read_class_names(directory, problems)
    clips = {
        split: tuple(_read_clips(directory, split, class_names, problems))
        for split in LIST_FILES
    }
    if not any(problem.file == LIST_FILES["train"] for problem in problems):
        shown = {clip.label for clip in clips["train"]}
        problems += [
            Problem(
                MAPPING_FILE,
                None,
                f"class {name} has no training clip",
                f"list one in {LIST_FILES['train']} or take the class out",
            )
            for label, name in enumerate(class_names)
            if label not in shown
        ]
    return Layout(directory, class_names, **clips), problems


def scene_of(stem: str, split: SplitName) -> str:
    """Scene in a clip's file name, or an empty string when it names none.

    >>> scene_of("Jump_11_3", "train"), scene_of("26", "val")
    ('11', '')
    """
    match = _SCENE_NAME.match(stem) if split == "train" else None
    return match["scene"] if match else ""


def _read_class_names(directory: Path, problems: list[Problem]) -> tuple[str, ...]:
    names: dict[int, str] = {}
    advice = "write one `id<TAB>name` a line, ids 0, 1, 2, ..."
    for line, fields in _rows(directory, MAPPING_FILE, advice, problems):
        trouble = ""
        if len(fields) != 2 or not fields[0].isdecimal() or not fields[1]:
            trouble = f"malformed row {_shown(fields)}"
        elif int(fields[0]) in names:
            trouble = f"class id {fields[0]} is named twice"
        elif fields[1] in names.values():
            trouble = f"class name {fields[1]} has two ids"
        if trouble:
            problems.append(Problem(MAPPING_FILE, line, trouble, advice))
        else:
            names[int(fields[0])] = fields[1]
    for label in range(max(names, default=-1) + 1):
        if label not in names:
            problems.append(
                Problem(MAPPING_FILE, None, f"class id {label} has no name", advice)
            )
            names[label] = f"class {label}"
    return tuple(name for _, name in sorted(names.items()))


def _read_clips(
    directory: Path,
    split: SplitName,
    class_names: tuple[str, ...],
    problems: list[Problem],
) -> Iterator[ClipRecord]:
    list_file, folder = LIST_FILES[split], CLIP_FOLDERS[split]
    advice = "write one `row<TAB>class<TAB>path` a line"
    seen: dict[str, int] = {}
    for line, fields in _rows(directory, list_file, advice, problems):
        well_formed = len(fields) == 3 and all(f.isdecimal() for f in fields[:2])
        if not well_formed or not _is_inside(fields[2]):
            text = f"malformed row {_shown(fields)}"
            problems.append(Problem(list_file, line, text, advice))
            continue
        label, clip = int(fields[1]), PurePosixPath(folder, fields[2])
        clip_id = str(clip.with_suffix(""))
        path = directory / clip
        trouble = None
        if label >= len(class_names):
            trouble = f"unknown class id {label}", f"look at {MAPPING_FILE}"
        elif clip_id in seen:
            trouble = (
                f"clip {clip} is already on line {seen[clip_id]}",
                "take one of the rows out",
            )
        elif not path.is_file():
            trouble = f"clip {clip} is missing", "add the file or take the row out"
        elif not path.stat().st_size:
            trouble = f"clip {clip} is empty", "copy it again or take the row out"
        seen.setdefault(clip_id, line)
        if trouble:
            problems.append(Problem(list_file, line, *trouble, clip=str(clip)))
            continue
        yield ClipRecord(
            clip_id=clip_id,
            path=path,
            label=label,
            class_name=class_names[label],
            scene=scene_of(clip.stem, split),
            split=split,
        )


def _rows(
    directory: Path, file: str, advice: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """Yields line number (from 1) and stripped fields of each row of a file.

    The one place that knows the real files' quirks: the lists end their lines
    with CRLF and the mapping with LF, the mapping has an empty last line, and
    a file saved on Windows may start with a byte order mark.
    """
    try:
        text = (directory / file).read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        problems.append(Problem(file, None, "the file is missing", advice))
        return
    except UnicodeDecodeError:
        problems.append(Problem(file, None, "the file is no UTF-8 text", advice))
        return
    rows = [
        (number, [field.strip() for field in line.split("\t")])
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    if not rows:
        problems.append(Problem(file, None, "the file is empty", advice))
    yield from rows


def _is_inside(path: str) -> bool:
    """Whether a listed path names a file below its split's folder."""
    pure = PurePosixPath(path)
    return bool(pure.suffix) and not pure.is_absolute() and ".." not in pure.parts


def _shown(fields: list[str]) -> str:
    return "'" + "<TAB>".join(fields) + "'"

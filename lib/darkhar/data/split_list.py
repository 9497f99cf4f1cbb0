"""The list of a split: which file it is, and what its rows say."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from darkhar.data.clip_files import CLIP_FOLDERS, SPLIT_WORDS, is_litter
from darkhar.data.layout import UNLABELLED, Problem, SplitName
from darkhar.data.text_rows import UnreadableError, is_heading, read_rows

_ADVICE = "write one `row<TAB>class<TAB>path` a line"
_ENDINGS = (".txt", ".csv", ".tsv")
# In the data folder, or where ARID has them.
_FOLDERS = ("", "list_cvt")

# What a heading calls a column, in small letters and digits alone.
_COLUMNS = {
    "class": ("class", "classid", "label", "labelid"),
    "path": ("path", "video", "file", "filename", "clip"),
    "scene": ("scene", "sceneid"),
}


@dataclasses.dataclass(frozen=True)
class ListRow:
    """A row of a list.

    Args:
        line: int. Line in the file, counted from 1.
        class_id: int or None. As it is written; None where it is not.
        path: PurePosixPath. As it is written, with slashes.
        scene: str. Of a column `scene`, or empty.
    """

    line: int
    class_id: int | None
    path: PurePosixPath
    scene: str

    @property
    def inside(self) -> PurePosixPath:
        """The path inside the folder that holds the clips, which may be written."""
        first, *rest = self.path.parts
        if rest and first.casefold() in CLIP_FOLDERS:
            return PurePosixPath(*rest)
        return self.path


@dataclasses.dataclass(frozen=True)
class SplitList:
    """A list that was read.

    Args:
        file: str. The file, relative to the data folder.
        rows: tuple of `ListRow`. Those that are well formed. Defaults to none.
        has_heading: bool. Whether its columns are named. Defaults to False.
    """

    file: str
    rows: tuple[ListRow, ...] = ()
    has_heading: bool = False


def list_files(directory: Path, split: SplitName) -> list[str]:
    """The lists of a split: called `train`, or else with that word in the name."""
    others = {w for name, words in SPLIT_WORDS.items() if name != split for w in words}

    def says(word: str) -> Callable[[str], bool]:
        def test(stem: str) -> bool:
            words = re.split(r"[\W_]+", stem)
            return word in words and not others.intersection(words)

        return test

    words = SPLIT_WORDS[split]
    tests = [*(word.__eq__ for word in words), *map(says, words)]
    found = (text_files(directory, test) for test in tests)
    return next((files for files in found if files), [])


def is_plainly_named(file: str) -> bool:
    """Whether a list is called as its split, `train.txt`, and no more."""
    return PurePosixPath(file).stem.casefold() in {
        word for words in SPLIT_WORDS.values() for word in words
    }


def text_files(directory: Path, is_wanted: Callable[[str], bool]) -> list[str]:
    """Text files by their stems, in small letters; relative to the data folder."""
    return [
        path.relative_to(directory).as_posix()
        for folder in _FOLDERS
        for path in sorted((directory / folder).glob("*"))
        if path.suffix.lower() in _ENDINGS
        and not is_litter(path.name)
        and is_wanted(path.stem.casefold())
        and path.is_file()
    ]


def too_many(files: Sequence[str]) -> Problem:
    """What is wrong where one file is wanted and there are several."""
    return Problem(
        files[0],
        None,
        f"{' and '.join(files[1:])} can be read, too",
        "keep one of them",
    )


def read_list(directory: Path, split: SplitName, problems: list[Problem]) -> SplitList:
    """Reads the list of a split, and adds what is wrong with it."""
    files = list_files(directory, split)
    file = files[0] if files else f"{SPLIT_WORDS[split][0]}.txt"
    if len(files) > 1:
        problems.append(too_many(files))
        return SplitList(file)
    try:
        rows = read_rows(directory / file, width=3)
    except UnreadableError as error:
        problems.append(Problem(file, None, str(error), _ADVICE))
        return SplitList(file)
    has_heading = is_heading(rows[0][1])
    if has_heading:
        columns = [_column(name) for name in rows.pop(0)[1]]
    else:
        columns = ["row", "path"] if len(rows[0][1]) == 2 else ["row", "class", "path"]
    needed = ("class", "path") if split == "train" else ("path",)
    missing = [name for name in needed if columns.count(name) != 1]
    if missing or not rows:
        text = (
            f"the list has no {missing[0]} column" if missing else "the file is empty"
        )
        problems.append(Problem(file, None, text, _ADVICE))
        return SplitList(file, has_heading=has_heading)
    found: list[ListRow] = []
    for line, fields in rows:
        row = _row(line, dict(zip(columns, fields, strict=False)), split)
        if row is None or len(fields) != len(columns):
            text = f"malformed row '{'<TAB>'.join(fields)}'"
            problems.append(Problem(file, line, text, _ADVICE))
        else:
            found.append(row)
    return SplitList(file, tuple(found), has_heading)


def _column(name: str) -> str:
    plain = re.sub(r"[\W_]", "", name.casefold())
    return next((column for column, of in _COLUMNS.items() if plain in of), "")


def _row(line: int, fields: dict[str, str], split: SplitName) -> ListRow | None:
    """A row by the names of its columns; None if it is malformed."""
    class_id = fields.get("class", "")
    if split != "train" and class_id in ("", str(UNLABELLED)):
        number = None
    elif class_id.isdecimal():
        number = int(class_id)
    else:
        return None
    path = PurePosixPath(fields.get("path", "").replace("\\", "/"))
    if not fields.get("row", "0").isdecimal() or not _is_inside(path):
        return None
    return ListRow(line, number, path, fields.get("scene", ""))


def _is_inside(path: PurePosixPath) -> bool:
    """Whether a listed path names a file below its split's folder."""
    return bool(path.name) and not path.is_absolute() and ".." not in path.parts

"""Names of classes: those of a mapping table, or of the listed clips' folders."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from darkhar.data.layout import UNLABELLED, Problem, SplitName
from darkhar.data.split_list import SplitList, text_files, too_many
from darkhar.data.text_rows import UnreadableError, is_heading, read_rows

_STEM = "mapping_table"
_ADVICE = "write one `id<TAB>name` a line, ids 0, 1, 2, ..."


@dataclasses.dataclass(frozen=True)
class ClassNames:
    """Names by class id.

    Args:
        file: str. Where they are written, or the list whose paths tell them.
        names: tuple of str. None of them where they cannot be read.
        first: int. The first class's id in the lists, 0 or 1.
    """

    file: str
    names: tuple[str, ...] = ()
    first: int = 0

    def has(self, class_id: int | None) -> bool:
        """Whether an id as it is listed can stand; any can if names are not known."""
        if class_id is None or not self.names:
            return True
        return 0 <= class_id - self.first < len(self.names)

    def label(self, class_id: int | None) -> int:
        """The label of such an id, from 0; `UNLABELLED` if its class is not known."""
        if class_id is None or not self.names:
            return UNLABELLED
        return class_id - self.first


def mapping_files(directory: Path) -> list[str]:
    """The mapping tables of a folder, of any year."""
    return text_files(directory, lambda stem: stem.startswith(_STEM))


def read_class_names(
    directory: Path, lists: Mapping[SplitName, SplitList], problems: list[Problem]
) -> ClassNames:
    """Finds the names of the classes, and adds what is wrong with them.

    Without a mapping table they are the first folders of the listed paths, if columns
    are named, as in ARID's lists.
    """
    files = mapping_files(directory)
    train = lists["train"]
    found: list[Problem] = []
    if not files and train.has_heading:
        file, names = train.file, _of_folders(lists, found)
    else:
        file = files[0] if files else f"{_STEM}.txt"
        names = _of_table(directory, file, found)
    if len(files) > 1:
        found = [too_many(files)]
    elif not found and (trouble := _gap(names)):
        found.append(Problem(file, None, trouble, _ADVICE))
    problems += found
    if found or not names:
        return ClassNames(file)
    listed = {row.class_id for row in train.rows}
    # A table may count from 1 where lists count from 0, or the other way round.
    starts = (f for f in (0, 1) if listed == set(range(f, f + len(names))))
    ordered = tuple(names[number] for number in sorted(names))
    return ClassNames(file, ordered, next(starts, min(names)))


def _of_table(directory: Path, file: str, problems: list[Problem]) -> dict[int, str]:
    try:
        rows = read_rows(directory / file, width=2)
    except UnreadableError as error:
        problems.append(Problem(file, None, str(error), _ADVICE))
        return {}
    names: dict[int, str] = {}
    for line, fields in rows[is_heading(rows[0][1]) :]:
        trouble = ""
        if len(fields) != 2 or not fields[0].isdecimal() or not fields[1]:
            trouble = f"malformed row '{'<TAB>'.join(fields)}'"
        elif int(fields[0]) in names:
            trouble = f"class id {fields[0]} is named twice"
        elif fields[1] in names.values():
            trouble = f"class name {fields[1]} has two ids"
        if trouble:
            problems.append(Problem(file, line, trouble, _ADVICE))
        else:
            names[int(fields[0])] = fields[1]
    if not names and not problems:
        problems.append(Problem(file, None, "the table names no class", _ADVICE))
    return names


def _of_folders(
    lists: Mapping[SplitName, SplitList], problems: list[Problem]
) -> dict[int, str]:
    advice = f"name the classes in {_STEM}.txt, one `id<TAB>name` a line"
    names: dict[int, str] = {}
    for listed in lists.values():
        for row in listed.rows:
            if row.class_id is None or len(row.inside.parts) < 2:
                continue
            folder = row.inside.parts[0]
            trouble = ""
            if names.get(row.class_id, folder) != folder:
                trouble = (
                    f"class id {row.class_id} is {names[row.class_id]}, and {folder}"
                )
            elif row.class_id not in names and folder in names.values():
                trouble = f"class {folder} has two ids"
            if trouble:
                problems.append(Problem(listed.file, row.line, trouble, advice))
                return {}
            names[row.class_id] = folder
    return names


def _gap(names: Mapping[int, str]) -> str:
    """What is wrong with ids that do not count from 0 or 1; empty if nothing is."""
    first = 1 if min(names, default=0) == 1 else 0
    missing = next((i for i, _ in enumerate(names, first) if i not in names), None)
    if missing is None:
        return ""
    return f"class id {missing} has no name, but {max(names)} has one"

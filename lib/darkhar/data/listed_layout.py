"""Folders with lists: those of EE6222, and ARID's own.

DIR/mapping_table_23.txt      id<TAB>name, ids 0, 1, 2, ... or 1, 2, 3, ...
DIR/train.txt                 row<TAB>class<TAB>path inside train/
DIR/validate.txt              row<TAB>class<TAB>path inside validate/
DIR/train/Jump/Jump_11_3.mp4
DIR/validate/26.mp4

A heading names the columns, in any order: ARID's is `VideoID,ClassID,Video`, and its
classes are called as the folders of their clips.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from darkhar.data.class_names import ClassNames, mapping_files, read_class_names
from darkhar.data.clip_files import (
    ALL_CLIPS,
    SPLIT_WORDS,
    ClipFinder,
    scene_folder,
    scene_of,
    split_folder,
)
from darkhar.data.layout import (
    UNLABELLED,
    ClipRecord,
    Layout,
    Problem,
    SplitName,
    without_training_clips,
)
from darkhar.data.split_list import (
    ListRow,
    SplitList,
    is_plainly_named,
    list_files,
    read_list,
)


def looks_like(directory: Path) -> bool:
    """Whether there is a mapping table or a list, or two that are called otherwise."""
    found = [list_files(directory, split) for split in SPLIT_WORDS]
    plain = [file for files in found for file in files if is_plainly_named(file)]
    return bool(mapping_files(directory) or plain or all(found))


def scan(directory: Path) -> tuple[Layout, list[Problem]]:
    """Reads as much of a folder with lists as can be read, and all that is wrong."""
    of_lists: dict[SplitName, list[Problem]] = {split: [] for split in SPLIT_WORDS}
    lists = {s: read_list(directory, s, of_lists[s]) for s in SPLIT_WORDS}
    problems: list[Problem] = []
    classes = read_class_names(directory, lists, problems)
    clips: dict[SplitName, tuple[ClipRecord, ...]] = {}
    naming: dict[str, list[str]] = {}
    for split, listed in lists.items():
        folders = _clip_folders(directory, split)
        # Where a list cannot be read, no clip is to blame.
        if listed.rows and folders[0]:
            naming.setdefault(folders[0], []).append(listed.file)
        of_split = _clips(directory, split, folders, listed, classes, of_lists[split])
        clips[split] = tuple(of_split)
        problems += sorted(of_lists[split], key=lambda problem: problem.line or 0)
    if not of_lists["train"]:
        problems += without_training_clips(
            classes.names, clips["train"], classes.file, lists["train"].file
        )
    files = [classes.file, *(listed.file for listed in lists.values())]
    layout = Layout(
        directory,
        classes.names,
        **clips,
        described=f"lists ({', '.join(dict.fromkeys(files))})",
        folders={folder: " or ".join(of) for folder, of in naming.items()},
    )
    return layout, problems


def _clip_folders(directory: Path, split: SplitName) -> list[str]:
    """Where listed paths may start: in the split's folder, ARID's, the data folder."""
    own = split_folder(directory, split)
    shared = [ALL_CLIPS] if (directory / ALL_CLIPS).is_dir() else []
    return [*([own] if own else []), *shared, ""]


def _clips(
    directory: Path,
    split: SplitName,
    folders: Sequence[str],
    listed: SplitList,
    classes: ClassNames,
    problems: list[Problem],
) -> Iterator[ClipRecord]:
    seen: dict[str, int] = {}
    finder = ClipFinder()
    for row in listed.rows:
        paths = [PurePosixPath(folder, row.path) for folder in folders]
        found = (finder.find(directory / path) for path in paths)
        files = next(filter(None, found), [])
        clip = paths[0]
        if len(files) == 1:
            clip = PurePosixPath(files[0].relative_to(directory).as_posix())
        clip_id = str(clip.with_suffix(""))
        trouble = _trouble(row, clip, files, classes, seen.get(clip_id))
        seen.setdefault(clip_id, row.line)
        if trouble:
            problem = Problem(listed.file, row.line, *trouble, clip=str(clip))
            problems.append(problem)
            continue
        label = classes.label(row.class_id)
        yield ClipRecord(
            clip_id=clip_id,
            path=files[0],
            label=label,
            class_name=classes.names[label] if label != UNLABELLED else "",
            scene=scene_of(row.inside, classes.names)
            or row.scene
            or scene_folder(row.inside),
            split=split,
        )


def _trouble(
    row: ListRow,
    clip: PurePosixPath,
    files: Sequence[Path],
    classes: ClassNames,
    before: int | None,
) -> tuple[str, str] | None:
    """What is wrong with a row and the way out; None if nothing is."""
    if not classes.has(row.class_id):
        return f"unknown class id {row.class_id}", f"look at {classes.file}"
    if before is not None:
        return f"clip {clip} is already on line {before}", "take one of the rows out"
    if not files:
        return f"clip {clip} is missing", "add the file or take the row out"
    if len(files) > 1:
        names = " and ".join(file.name for file in files)
        return f"clip {clip} may be {names}", "write the name with its extension"
    if not files[0].stat().st_size:
        return f"clip {clip} is empty", "copy it again or take the row out"
    return None

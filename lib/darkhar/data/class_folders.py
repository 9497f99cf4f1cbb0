"""Folders of classes, without lists: `train/CLASS/clip.mp4`, `val/CLASS/clip.mp4`.

A folder between class and clip is a scene, where names tell none:
`train/CLASS/SCENE/clip.mp4`. Validation clips in no folder have no label.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from darkhar.data.clip_files import (
    SPLIT_WORDS,
    files_below,
    is_clip,
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


def looks_like(directory: Path) -> bool:
    """Whether the training clips, if there are any, lie in folders."""
    folder = split_folder(directory, "train")
    return folder is not None and any(map(is_clip, files_below(directory / folder)))


def scan(directory: Path) -> tuple[Layout, list[Problem]]:
    """Reads as much of a folder of classes as can be read, and all that is wrong."""
    folders = {split: split_folder(directory, split) for split in SPLIT_WORDS}
    clips = {
        split: list(filter(is_clip, files_below(directory / folder))) if folder else []
        for split, folder in folders.items()
    }
    inside = {
        split: [PurePosixPath(*c.relative_to(directory).parts[1:]) for c in of_split]
        for split, of_split in clips.items()
    }
    class_names = tuple(
        sorted({c.parts[0] for of in inside.values() for c in of if len(c.parts) > 1})
    )
    problems: list[Problem] = []
    records = {
        split: tuple(
            _records(
                directory, split, clips[split], inside[split], class_names, problems
            )
        )
        for split in SPLIT_WORDS
    }
    problems += without_training_clips(
        class_names, records["train"], folders["train"], f"{folders['train']}/CLASS"
    )
    if not clips["val"]:
        words = ", ".join(SPLIT_WORDS["val"])
        text, advice = "no validation clips", f"put them in a folder CLASS of {words}"
        problems.append(Problem(folders["val"] or "", None, text, advice))
    present = [folder for folder in folders.values() if folder]
    layout = Layout(
        directory,
        class_names,
        **records,
        described=f"folders of classes ({', '.join(present)})",
        folders=dict.fromkeys(present, ""),
    )
    return layout, problems


def _records(
    directory: Path,
    split: SplitName,
    files: Sequence[Path],
    inside: Sequence[PurePosixPath],
    class_names: tuple[str, ...],
    problems: list[Problem],
) -> Iterator[ClipRecord]:
    seen: dict[str, Path] = {}
    for path, clip in zip(files, inside, strict=True):
        name = path.relative_to(directory).as_posix()
        class_name = clip.parts[0] if len(clip.parts) > 1 else ""
        clip_id = str(PurePosixPath(name).with_suffix(""))
        other = seen.setdefault(clip_id, path)
        trouble = None
        if other is not path:
            trouble = f"differs from {other.name} in its extension alone", "rename it"
        elif not path.stat().st_size:
            trouble = "is empty", "copy it again or take it out"
        elif split == "train" and not class_name:
            trouble = "is in no folder of a class", "put it in one"
        if trouble:
            problems.append(Problem(name, None, *trouble))
            continue
        yield ClipRecord(
            clip_id=clip_id,
            path=path,
            label=class_names.index(class_name) if class_name else UNLABELLED,
            class_name=class_name,
            scene=scene_of(clip, class_names) or scene_folder(clip),
            split=split,
        )

"""Files of clips: which they are, where splits keep them, and what their names say."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath

from darkhar.data.layout import SplitName

SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm"),
    *(".mpg", ".mpeg", ".ogv", ".h264"),
)

# What folders and lists of a split are called, capitals aside. The first counts.
SPLIT_WORDS: dict[SplitName, tuple[str, ...]] = {
    "train": ("train",),
    "val": ("validate", "val", "validation", "test"),
}

# ARID's folder of clips of all splits.
ALL_CLIPS = "data"
CLIP_FOLDERS = {ALL_CLIPS}.union(*SPLIT_WORDS.values())

# What Windows and macOS leave behind, beside names with a dot before them.
_LITTER = {"thumbs.db", "desktop.ini", "__macosx"}


def is_litter(name: str) -> bool:
    """Whether a file or folder was left by a system and means nothing."""
    return name.startswith(".") or name.casefold() in _LITTER


def is_clip(path: Path) -> bool:
    """Whether a file's name is that of a clip."""
    return path.suffix.lower() in SUFFIXES and not is_litter(path.name)


def files_below(folder: Path) -> Iterator[Path]:
    """All files in a folder and those inside it, by name, litter aside."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if is_litter(path.name):
            continue
        if path.is_dir():
            yield from files_below(path)
        else:
            yield path


def split_folder(directory: Path, split: SplitName) -> str | None:
    """Name of the folder that holds a split's clips; None where there is none."""
    names = {
        path.name.casefold(): path.name
        for path in sorted(directory.iterdir(), reverse=True)
        if path.is_dir()
    }
    return next((names[word] for word in SPLIT_WORDS[split] if word in names), None)


class ClipFinder:
    """Finds clips by paths as they are listed; looks into each folder once."""

    def __init__(self):
        self._by_stem: dict[Path, dict[str, list[Path]]] = {}

    def find(self, path: Path) -> list[Path]:
        """The files that a path may mean.

        It may lack its extension, or have it in other capitals.
        """
        if path.is_file():
            return [path]
        beside = self._clips(path.parent)
        same = [
            file
            for file in beside.get(path.stem, ())
            if file.suffix.lower() == path.suffix.lower()
        ]
        return sorted([*same, *beside.get(path.name, ())])

    def _clips(self, folder: Path) -> dict[str, list[Path]]:
        if folder not in self._by_stem:
            found = self._by_stem[folder] = {}
            for file in folder.iterdir() if folder.is_dir() else ():
                if is_clip(file):
                    found.setdefault(file.stem, []).append(file)
        return self._by_stem[folder]


def scene_of(clip: PurePosixPath, class_names: Collection[str]) -> str:
    """Scene in a clip's file name, or an empty string where it names none.

    A name is class, scene, clip: the class as it is called, or as its folder is.
    Capitals do not count, and a blank is as good as an underscore.

    Args:
        clip: path inside the split's folder.
        class_names: str. All that there are.

    >>> names = ("Jump", "Sit", "Sit_down")
    >>> scene_of(PurePosixPath("Sit down/Sit_down_3_1.mp4"), names)
    '3'
    >>> scene_of(PurePosixPath("26.mp4"), names)
    ''
    """
    words = clip.stem.replace(" ", "_").split("_")
    lengths = [
        len(_words(name))
        for name in (*class_names, *clip.parts[:-1][:1])
        if _words(clip.stem)[: len(_words(name))] == _words(name)
    ]
    return "_".join(words[max(lengths) : -1]) if lengths else ""


def named_classes(clip: PurePosixPath, class_names: Sequence[str]) -> list[str]:
    """The classes that a clip's folders and file name say it shows."""
    by_words = {_words(name): name for name in class_names}
    words = _words(clip.stem)
    said = [_words(folder) for folder in clip.parts[:-1]]
    said += sorted((n for n in by_words if words[: len(n)] == n), key=len)[-1:]
    return list(dict.fromkeys(by_words[name] for name in said if name in by_words))


def scene_folder(clip: PurePosixPath) -> str:
    """The folder between that of the class and the clip, `CLASS/SCENE/clip`, or ''."""
    return clip.parts[-2] if len(clip.parts) > 2 else ""


def _words(name: str) -> tuple[str, ...]:
    return tuple(name.casefold().replace(" ", "_").split("_"))

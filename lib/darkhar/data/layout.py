"""What a data folder is read into, whatever its layout: clips of two splits.

`folder_layouts` reads one.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

SplitName = Literal["train", "val"]

# Label of a clip whose class nobody has told.
UNLABELLED = -1


@dataclasses.dataclass(frozen=True)
class ClipRecord:
    """A clip of a data folder.

    Args:
        clip_id: str. Path inside the data folder without its extension, as
            `train/Jump/Jump_11_3` or `validate/26`.
        path: Path. The file.
        label: int. Class id, from 0; `UNLABELLED` (-1) when unknown, as in a test list
            without classes. Training clips have one.
        class_name: str. Name of the class; empty when unknown.
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
        described: str. What was read, in a few words. Defaults to nothing.
        folders: mapping of str to str. The folders that hold clips alone, relative to
            the data folder, each with the list that names its clips, or an empty
            string where none does. Defaults to nothing.
    """

    directory: Path
    class_names: tuple[str, ...]
    train: tuple[ClipRecord, ...]
    val: tuple[ClipRecord, ...]
    described: str = ""
    folders: Mapping[str, str] = dataclasses.field(default_factory=dict)

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


def without_training_clips(
    class_names: tuple[str, ...], train: tuple[ClipRecord, ...], file: str, where: str
) -> list[Problem]:
    """A problem for each class that no training clip shows.

    Args:
        class_names: str. By class id.
        train: `ClipRecord`s.
        file: str. Where the class is named.
        where: str. Where a clip of it belongs.
    """
    shown = {clip.label for clip in train}
    return [
        Problem(
            file,
            None,
            f"class {name} has no training clip",
            f"put one in {where} or take the class out",
        )
        for label, name in enumerate(class_names)
        if label not in shown
    ]

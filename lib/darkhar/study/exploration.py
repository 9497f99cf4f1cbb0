"""What the clips are: how many, of which scenes, how long and how dark."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from darkhar.data.check import check_data
from darkhar.data.source import DataSource
from darkhar.features.clip_views import middle_frame


@dataclasses.dataclass(frozen=True)
class Exploration:
    """What was found in a data folder.

    Args:
        clips: table with a row a clip: `split`, `class`, `scene` ("unknown" where it is
            not known), `frames`, `brightness` (mean over pixels, channels and frames,
            of 255).
        defects: int. How many things are wrong with it.
        frame_size: dict with `height` and `width` in pixels, of the first clip.
        fps: float. Frames per second of the first clip.
    """

    clips: pd.DataFrame
    defects: int
    frame_size: dict[str, int]
    fps: float

    @property
    def totals(self) -> dict[str, Any]:
        """How many clips each split has."""
        counts = self.clips["split"].value_counts()
        return {
            split: {"total": int(counts.get(split, 0))} for split in ("train", "val")
        }

    @property
    def words(self) -> str:
        """Two lines: clips, and what they measure."""
        totals, size = self.totals, self.frame_size
        return (
            f"{totals['train']['total']} training clips,"
            f" {totals['val']['total']} validation clips\n"
            f"{size['width']}x{size['height']} pixels at {self.fps:g} frames per second"
        )


def explore(source: DataSource) -> Exploration:
    """Measures every clip of a data folder.

    Args:
        source: `DataSource`.
    """
    report = check_data(source.directory)
    clips = pd.DataFrame(
        {
            "split": clip.split,
            "class": clip.class_name,
            "scene": clip.scene or "unknown",
            "frames": clip.n_frames,
            "brightness": clip.brightness,
        }
        for clip in report.clips
    )
    clips["class"] = pd.Categorical(
        clips["class"], categories=source.layout.class_names
    )
    video = report.clips[0]
    size = {"height": video.height, "width": video.width}
    return Exploration(clips, len(report.defects), size, video.fps)


def class_distribution(clips: pd.DataFrame) -> pd.DataFrame:
    """Clips of each split and class: `split`, `class`, `clips`."""
    counts = clips.groupby(["split", "class"], observed=False).size()
    return counts.reset_index(name="clips")


def scene_distribution(clips: pd.DataFrame) -> pd.DataFrame:
    """Training clips of each class and scene: `class`, `scene`, `clips`."""
    train = clips[clips["split"] == "train"]
    counts = train.groupby(["class", "scene"], observed=True).size()
    return counts.reset_index(name="clips")


def scene_counts(scenes: pd.DataFrame) -> dict[str, int]:
    """How many scenes there are, and how many a class has at least and at most.

    Args:
        scenes: as of `scene_distribution`.
    """
    per_class = scenes.groupby("class", observed=True).size()
    return {
        "scenes": scenes["scene"].nunique(),
        "fewest_per_class": int(per_class.min()),
        "most_per_class": int(per_class.max()),
    }


def scene_only_accuracy(scenes: pd.DataFrame) -> float:
    """Share of training clips right when naming each scene's most frequent class.

    Args:
        scenes: as of `scene_distribution`.
    """
    return float(scenes.groupby("scene")["clips"].max().sum() / scenes["clips"].sum())


def brightness(clips: pd.DataFrame) -> dict[str, float]:
    """Mean brightness of each split's clips, of 255."""
    means = clips.groupby("split")["brightness"].mean()
    return {split: float(means[split]) for split in ("train", "val")}


def middle_frames(source: DataSource) -> np.ndarray:
    """The middle frame of each class's first training clip.

    Returns:
        uint8 `[classes, height, width, 3]`, as recorded; where clips differ in size,
        brought to that of the first class's by repeating or leaving out pixels.
    """
    first = {}
    for number, record in enumerate(source.layout.train):
        first.setdefault(record.class_name, number)
    frames = [
        middle_frame(source, "train", first[name]) for name in source.layout.class_names
    ]
    return np.stack([_in_size_of(frames[0], frame) for frame in frames])


def _in_size_of(other: np.ndarray, frame: np.ndarray) -> np.ndarray:
    rows, columns = (
        np.arange(wanted) * has // wanted
        for wanted, has in zip(other.shape[:2], frame.shape[:2], strict=True)
    )
    return frame[rows[:, np.newaxis], columns]

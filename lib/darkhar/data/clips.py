"""The clips of a split as one thing."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self

import numpy as np


class Inputs(Protocol):
    """Something that is known of each clip, of which some clips can be taken.

    Implementations are dataclasses of arrays, so that they stand in cache keys.
    """

    def __len__(self) -> int: ...

    def select(self, indices: np.ndarray) -> Self: ...


@dataclasses.dataclass(frozen=True)
class Clips:
    """The clips of a split, in the list's order.

    Args:
        labels: int64 `[clips]`. Class ids.
        scenes: str `[clips]`; empty where unknown.
        class_names: tuple of str. Names by class id.
        clip_ids: tuple of str.
        n_frames: int64 `[clips]`. Frames of each clip.
        frame_sizes: int64 `[clips, 2]`. Height and width of its frames in pixels.
        seconds: float64 `[clips]`. How long it lasts; at 30 frames per second where its
            file does not say.
        views: mapping of name to `Inputs`. What models see of the clips. Defaults to
            nothing.
    """

    labels: np.ndarray
    scenes: np.ndarray
    class_names: tuple[str, ...]
    # What a classifier makes of clips does not depend on these.
    clip_ids: tuple[str, ...] = dataclasses.field(compare=False)
    n_frames: np.ndarray = dataclasses.field(compare=False)
    frame_sizes: np.ndarray = dataclasses.field(compare=False)
    seconds: np.ndarray = dataclasses.field(compare=False)
    views: Mapping[str, Inputs] = dataclasses.field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    def __getitem__(self, view: str) -> Any:
        """What models see of the clips, by the view's name."""
        return self.views[view]

    def with_views(self, **views: Inputs) -> Self:
        """The same clips with further views."""
        return dataclasses.replace(self, views={**self.views, **views})

    def only(self, names: Sequence[str]) -> Self:
        """The same clips with some of their views."""
        return dataclasses.replace(self, views={n: self.views[n] for n in names})

    def select(self, indices: np.ndarray) -> Self:
        """Some of the clips, in the order of `indices`."""
        return dataclasses.replace(
            self,
            labels=self.labels[indices],
            scenes=self.scenes[indices],
            clip_ids=tuple(self.clip_ids[i] for i in indices),
            n_frames=self.n_frames[indices],
            frame_sizes=self.frame_sizes[indices],
            seconds=self.seconds[indices],
            views={name: view.select(indices) for name, view in self.views.items()},
        )

    def first_of_each_class(self) -> np.ndarray:
        """Index of the first clip of each class, int `[classes]`.

        Raises:
            IndexError: a class without clips.
        """
        return np.array(
            [np.flatnonzero(self.labels == i)[0] for i in range(self.n_classes)]
        )

    def groups(self, kind: str) -> list[str]:
        """The group of each clip: its scene, or its class and scene.

        Args:
            kind: str. `"scene"` or `"class and scene"`, as of
                `darkhar.config.methods.Protocol`.
        """
        if kind == "scene":
            return list(self.scenes)
        pairs = zip(self.labels, self.scenes, strict=True)
        return [f"{label}/{scene}" for label, scene in pairs]

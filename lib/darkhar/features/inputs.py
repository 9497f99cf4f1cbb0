"""What classifiers take: vectors of a clip's frames, or one vector a clip."""

import dataclasses
from typing import Self

import numpy as np


@dataclasses.dataclass(frozen=True)
class ClipVectors:
    """One vector a clip.

    Args:
        values: float `[clips, dim]`.
    """

    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def select(self, indices: np.ndarray) -> Self:
        """Some of the clips, in the order of `indices`."""
        return ClipVectors(self.values[indices])


@dataclasses.dataclass(frozen=True)
class FrameVectors:
    """A vector for each sampled frame of each clip.

    Args:
        values: float32 `[clips, frames, dim]`; or a tuple of `[frames, dim]`, one a
            clip, where clips have different numbers of sampled frames.
    """

    values: np.ndarray | tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.values)

    def select(self, indices: np.ndarray) -> Self:
        """Some of the clips, in the order of `indices`."""
        if isinstance(self.values, np.ndarray):
            return FrameVectors(self.values[indices])
        return FrameVectors(tuple(self.values[i] for i in indices))

    @property
    def n_frames(self) -> int | None:
        """Frames of each clip; None where clips differ."""
        return self.values.shape[1] if isinstance(self.values, np.ndarray) else None

    @property
    def dim(self) -> int:
        """Length of a frame's vector."""
        return self.values[0].shape[-1]

    def as_batch(self) -> np.ndarray:
        """One array, float32 `[clips, longest, dim]`.

        Shorter clips are padded at the end with frames of zeros.
        """
        if isinstance(self.values, np.ndarray):
            return self.values
        longest = max(len(clip) for clip in self.values)
        batch = np.zeros((len(self), longest, self.dim), np.float32)
        for row, clip in zip(batch, self.values, strict=True):
            row[: len(clip)] = clip
        return batch

    def means(self) -> ClipVectors:
        """The mean over each clip's frames."""
        return ClipVectors(np.stack([clip.mean(axis=0) for clip in self.values]))

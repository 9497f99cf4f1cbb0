"""Which frames the samplers take, as tables."""

import numpy as np
import pandas as pd

from darkhar.data.clips import Clips
from darkhar.sampling.rules import FrameRule, sample_count

# Frames of a clip, and how many are asked for.
_CASES = ((64, 8), (64, 0.25), (64, 1), (5, 8))


def alignments(n_frames: int, n: int, seed: int) -> dict[str, np.ndarray]:
    """Numbers of the frames taken by several rules, by what readers call these.

    Args:
        n_frames: int. Frames of the clip.
        n: int. How many are taken.
        seed: int. Of random sampling, which is shown for the next seed, too.
    """
    return {
        "segment centres": FrameRule("uniform", n)(n_frames),
        "whole intervals from 0": np.arange(n) * (n_frames // n),
        f"random, seed {seed}": FrameRule("random", n, seed)(n_frames),
        f"random, seed {seed + 1}": FrameRule("random", n, seed + 1)(n_frames),
    }


def counts_table(seed: int) -> pd.DataFrame:
    """How many frames, and how many different ones, are taken in a few cases.

    Returns:
        Table with columns `rule`, `n_samples`, `clip frames`, `frames taken`,
        `different frames`.
    """
    rows = []
    for name in ("uniform", "random"):
        for n_frames, n_samples in _CASES:
            taken = FrameRule(name, n_samples, seed)(n_frames)
            rows.append(
                {
                    "rule": name,
                    "n_samples": str(n_samples),
                    "clip frames": n_frames,
                    "frames taken": len(taken),
                    "different frames": len(set(taken.tolist())),
                }
            )
    return pd.DataFrame(rows)


def frames_taken(clips: Clips, n_samples: int | float) -> list[int]:
    """How many frames are taken of each clip."""
    return [sample_count(int(n), n_samples) for n in clips.n_frames]

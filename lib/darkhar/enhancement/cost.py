"""What an enhancement costs in processor time."""

import statistics
import time
from collections.abc import Sequence

import numpy as np
import pandas as pd
import tensorflow as tf

from darkhar.config import parse_enhancement
from darkhar.enhancement.registry import get_enhancement

_REPEATS = 7


def milliseconds_per_frame(enhancement: str, frames: Sequence[np.ndarray]) -> float:
    """Processor time that an enhancement takes for a frame on this machine.

    Frames pass one by one through a TensorFlow graph, as in extraction. The first
    pass, which builds the graph, does not count. The time is that of all cores
    together, which other work on the machine hardly changes.

    Args:
        enhancement: str. Its name and parameters.
        frames: uint8 `[height, width, 3]` each.

    Returns:
        Milliseconds: the median of seven passes over the frames, per frame.
    """
    layer = get_enhancement(enhancement)

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8)])
    def enhance(batch):
        return layer(batch)

    batches = [tf.constant(frame[np.newaxis]) for frame in frames]
    passes = []
    for _ in range(1 + _REPEATS):
        start = time.process_time()
        for batch in batches:
            enhance(batch).numpy()
        passes.append(time.process_time() - start)
    return 1000 * statistics.median(passes[1:]) / len(batches)


def cost_table(names: Sequence[str], frames: Sequence[np.ndarray]) -> pd.DataFrame:
    """What enhancements cost: `enhancement`, `milliseconds` per frame.

    Args:
        names: str. Names and parameters.
        frames: as in `milliseconds_per_frame`.
    """
    return pd.DataFrame(
        {"enhancement": name, "milliseconds": milliseconds_per_frame(name, frames)}
        for name in names
    )


def settings_table(names: Sequence[str]) -> pd.DataFrame:
    """What enhancements are made with: `enhancement`, `parameters` in words."""
    return pd.DataFrame(
        {
            "enhancement": name,
            "parameters": ", ".join(
                f"{key} {value:g}" for key, value in parse_enhancement(name)[1].items()
            ),
        }
        for name in names
    )

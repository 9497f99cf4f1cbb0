"""What an enhancement costs in time."""

import statistics
import time
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from darkhar.enhancement.registry import get_enhancement

_REPEATS = 7


def milliseconds_per_frame(enhancement: str, frames: Sequence[np.ndarray]) -> float:
    """Time that an enhancement takes for a frame, on this machine and now.

    Frames pass one by one through a TensorFlow graph, as in extraction. The first
    pass, which builds the graph, does not count.

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
        start = time.perf_counter()
        for batch in batches:
            enhance(batch).numpy()
        passes.append(time.perf_counter() - start)
    return 1000 * statistics.median(passes[1:]) / len(batches)

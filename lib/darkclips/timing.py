"""How a voluntary movement passes from one posture to the next."""

from itertools import pairwise

import numpy as np


def minimum_jerk(time, start, end):
    """Smooth rise from 0 to 1 that minimizes the integral of squared jerk.

    `10 s^3 - 15 s^4 + 6 s^5` with `s = (time - start) / (end - start)`, clipped to
    `[0, 1]` (Flash and Hogan 1985, *The coordination of arm movements*, J. Neurosci.
    5:1688-1703).

    Args:
        time: float array of shape `(T,)`, seconds.
        start: float. When the movement begins, seconds.
        end: float. When it ends, later than `start`.

    Returns:
        float array of shape `(T,)` in `[0, 1]`.
    """
    s = np.clip((np.asarray(time, float) - start) / (end - start), 0.0, 1.0)
    return s**3 * (10 - 15 * s + 6 * s**2)


def through(time, postures):
    """Passes through a sequence of values, at rest at each of them.

    Args:
        time: float array of shape `(T,)`, seconds.
        postures: sequence of `(moment, value)` pairs with increasing moments.

    Returns:
        float array of shape `(T,)`: the first value before the first moment, the last
        value after the last one, minimum-jerk movements in between.
    """
    value = np.full(np.shape(time), float(postures[0][1]))
    for (before, old), (after, new) in pairwise(postures):
        value += (new - old) * minimum_jerk(time, before, after)
    return value

"""Index rules: the numbers of the frames that a sampler takes from a clip.

Everything here depends on the number of frames alone, not on the frames, so the
frames that are not asked for need never be decoded.
"""

import dataclasses
import math
import numbers

import numpy as np

from darkhar.config import SAMPLERS, choose

# The increment of SplitMix (Steele, Lea & Flood 2014), 2**32 over the golden ratio.
GAMMA = 0x9E3779B9
# Multipliers of MurmurHash3's 32-bit finalizer, `fmix32` (Appleby 2011,
# https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp).
MIX_1 = 0x85EBCA6B
MIX_2 = 0xC2B2AE35


def check_n_samples(n_samples: int | float) -> int | float:
    """`n_samples` as a plain int or float.

    Raises:
        ValueError: it is neither an int of at least 1 nor a float in (0, 1].
    """
    is_number = isinstance(n_samples, numbers.Real) and not isinstance(n_samples, bool)
    is_count = is_number and isinstance(n_samples, numbers.Integral)
    if is_count and n_samples >= 1:
        return int(n_samples)
    if is_number and not is_count and 0 < n_samples <= 1:
        return float(n_samples)
    raise ValueError(
        "`n_samples` must be a count, an int of at least 1, or a fraction of the"
        f" clip's frames, a float in (0, 1]. Received: n_samples={n_samples!r}"
    )


def check_seed(seed: int) -> int:
    """`seed` as a plain int.

    Raises:
        ValueError: it is no int in [0, 2**32).
    """
    is_int = isinstance(seed, numbers.Integral) and not isinstance(seed, bool)
    if not is_int or not 0 <= seed < 2**32:
        raise ValueError(
            f"`seed` must be an int in [0, 2**32). Received: seed={seed!r}"
        )
    return int(seed)


def sample_count(n_frames: int, n_samples: int | float) -> int:
    """Number of frames taken from a clip of `n_frames` frames.

    Args:
        n_frames: int. Frames of the clip, at least 1.
        n_samples: int or float. A count is taken as it is, also from a shorter
            clip. A fraction is rounded to the nearest number of frames, halves
            up, and is at least one frame.

    Raises:
        ValueError: an argument out of range.

    Example:

    >>> sample_count(50, 8), sample_count(50, 0.25), sample_count(5, 0.01)
    (8, 13, 1)
    """
    n_samples = check_n_samples(n_samples)
    _check_n_frames(n_frames)
    if isinstance(n_samples, int):
        return n_samples
    return max(1, math.floor(n_samples * n_frames + 0.5))


def uniform_indices(n_frames: int, n_samples: int | float) -> np.ndarray:
    """Frames at equal intervals: the centre frame of each of n equal segments.

    The clip is cut into n segments of T/n frames and the frame in the middle of
    each is taken, `floor((i + 0.5) * T / n)`, as temporal segment networks do
    when testing (Wang et al. 2016). The samples lie symmetrically in the clip, to
    the nearest frame, so that its beginning and its end are seen equally, and one
    sample is the centre frame. (The alternative, an integer stride from frame 0,
    leaves up to half of the clip unseen, at its end.)

    A clip with fewer frames than samples repeats frames evenly: indices do not
    decrease, every frame appears, none more than once oftener than another.

    Args:
        n_frames: int. Frames of the clip, T, at least 1.
        n_samples: int or float. Samples n, a count or a fraction of T.

    Returns:
        int64 `[n]`, frame numbers from 0, not decreasing.

    Raises:
        ValueError: an argument out of range.

    Example:

    >>> uniform_indices(10, 4)
    array([1, 3, 6, 8])
    >>> uniform_indices(3, 5)
    array([0, 0, 1, 2, 2])
    """
    n = sample_count(n_frames, n_samples)
    i = np.arange(n, dtype=np.int64)
    return (2 * i + 1) * n_frames // (2 * n)


def endpoint_indices(n_frames: int, n_samples: int | float) -> np.ndarray:
    """Frames at equal intervals, the first and the last among them.

    `round(i (T - 1) / (n - 1))`, halves up: as far apart as the clip allows. A single
    sample, and those of a clip with fewer frames than samples, are those of
    `uniform_indices`.

    Args:
        n_frames: int. Frames of the clip, T, at least 1.
        n_samples: int or float. Samples n, a count or a fraction of T.

    Returns:
        int64 `[n]`, frame numbers from 0, increasing where n <= T.

    Raises:
        ValueError: an argument out of range.

    Example:

    >>> endpoint_indices(10, 4)
    array([0, 3, 6, 9])
    """
    n = sample_count(n_frames, n_samples)
    if n == 1 or n > n_frames:
        return uniform_indices(n_frames, n)
    i = np.arange(n, dtype=np.int64)
    return (2 * i * (n_frames - 1) + n - 1) // (2 * (n - 1))


def random_indices(n_frames: int, n_samples: int | float, seed: int) -> np.ndarray:
    """Frames at random: a simple random sample without replacement, in order.

    Each frame gets a pseudo-random number and the frames with the n smallest are
    taken ("bottom-k" sampling, Cohen & Kaplan 2007). The number depends only on
    the seed, the frame's own number and the clip's number of frames, so that a
    clip's frames do not depend on the clips around it, on the order of calls or
    on the machine; clips of equal length get the same frames.

    The pseudo-random numbers are SplitMix's (Steele, Lea & Flood 2014) in 32
    bits, finalized as in MurmurHash3: a bijection, hence without ties.

    A clip with fewer frames than samples has no n unique frames; it is sampled
    by `uniform_indices`, which repeats frames.

    Args:
        n_frames: int. Frames of the clip, T, at least 1.
        n_samples: int or float. Samples n, a count or a fraction of T.
        seed: int in [0, 2**32). The same seed gives the same frames.

    Returns:
        int64 `[n]`, frame numbers from 0, increasing where n <= T.

    Raises:
        ValueError: an argument out of range.
    """
    seed = check_seed(seed)
    n = sample_count(n_frames, n_samples)
    if n > n_frames:
        return uniform_indices(n_frames, n)
    return np.sort(np.argsort(_frame_hashes(n_frames, seed))[:n]).astype(np.int64)


@dataclasses.dataclass(frozen=True)
class FrameRule:
    """Which frames of a clip are looked at, from how many it has.

    Args:
        sampler: str. One of `darkhar.config.SAMPLERS`.
        n_samples: int or float. A count or a fraction of the clip's frames.
        seed: int in [0, 2**32). Of random sampling. Defaults to 0, and is 0 where
            nothing is random.

    Raises:
        ParameterError: no such sampler.
        ValueError: an argument out of range.

    Example:

    >>> FrameRule("uniform", 4)(10)
    array([1, 3, 6, 8])
    """

    sampler: str
    n_samples: int | float
    seed: int = 0

    def __post_init__(self):
        row = choose(SAMPLERS, self.sampler, "sampler")
        n_samples, seed = check_n_samples(self.n_samples), check_seed(self.seed)
        object.__setattr__(self, "n_samples", n_samples)
        object.__setattr__(self, "seed", seed if row.is_random else 0)

    def __call__(self, n_frames: int) -> np.ndarray:
        """Numbers of the frames taken, int64 `[n]`, of a clip of so many frames."""
        row = SAMPLERS[self.sampler]
        options = {"seed": self.seed} if row.is_random else {}
        return row.load()(n_frames, self.n_samples, **options)


def _check_n_frames(n_frames: int) -> None:
    if n_frames < 1:
        raise ValueError(
            f"A clip needs at least one frame. Received: n_frames={n_frames}"
        )


def _frame_hashes(n_frames: int, seed: int) -> np.ndarray:
    """uint32 `[n_frames]`: one pseudo-random number per frame, no two equal."""
    length = np.array([n_frames], np.uint32)
    key = _mix(_mix(np.array([seed], np.uint32) + np.uint32(GAMMA)) ^ length)
    return _mix(key + np.arange(n_frames, dtype=np.uint32) * np.uint32(GAMMA))


def _mix(x: np.ndarray) -> np.ndarray:
    """MurmurHash3's finalizer on an array of uint32; arithmetic modulo 2**32."""
    x = (x ^ (x >> np.uint32(16))) * np.uint32(MIX_1)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(MIX_2)
    return x ^ (x >> np.uint32(16))

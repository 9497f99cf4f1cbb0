"""The index rules of `darkhar.sampling.rules` in TensorFlow, for many clips at once.

All functions take the clips' numbers of frames and return a padded matrix of
indices with the number of valid ones in each row. Integer arithmetic and float64
rounding are those of the NumPy rules, so that all give the same indices.
"""

import tensorflow as tf

from darkhar.sampling.rules import GAMMA, MIX_1, MIX_2

# Above every 32-bit hash and every frame number: sorts padding to the end.
_LAST = 2**32


def uniform_indices(
    n_frames: tf.Tensor, n_samples: int | float
) -> tuple[tf.Tensor, tf.Tensor]:
    """`rules.uniform_indices` for clips of `n_frames` frames each.

    Args:
        n_frames: int64 `[clips]`, all at least 1.
        n_samples: int or float. A count or a fraction.

    Returns:
        int64 `[clips, most samples]`, valid in the first `count` columns of each
        row, and int64 `[clips]`, the counts.
    """
    counts, width = _counts(n_frames, n_samples)
    i = tf.range(width, dtype=tf.int64)[tf.newaxis]
    return (2 * i + 1) * n_frames[:, tf.newaxis] // (2 * counts[:, tf.newaxis]), counts


def endpoint_indices(
    n_frames: tf.Tensor, n_samples: int | float
) -> tuple[tf.Tensor, tf.Tensor]:
    """`rules.endpoint_indices` for clips of `n_frames` frames each.

    Args:
        n_frames: int64 `[clips]`, all at least 1.
        n_samples: int or float. A count or a fraction.

    Returns:
        int64 `[clips, most samples]`, valid in the first `count` columns of each
        row, and int64 `[clips]`, the counts.
    """
    centred, counts = uniform_indices(n_frames, n_samples)
    i = tf.range(tf.shape(centred, tf.int64)[1], dtype=tf.int64)[tf.newaxis]
    steps = tf.maximum(counts - 1, 1)[:, tf.newaxis]
    spread = (2 * i * (n_frames[:, tf.newaxis] - 1) + steps) // (2 * steps)
    is_centred = ((counts == 1) | (counts > n_frames))[:, tf.newaxis]
    return tf.where(is_centred, centred, spread), counts


def random_indices(
    n_frames: tf.Tensor, n_samples: int | float, seed: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """`rules.random_indices` for clips of `n_frames` frames each.

    Args:
        n_frames: int64 `[clips]`, all at least 1.
        n_samples: int or float. A count or a fraction.
        seed: int in [0, 2**32).

    Returns:
        int64 `[clips, most samples]`, valid in the first `count` columns of each
        row, and int64 `[clips]`, the counts.
    """
    repeated, counts = uniform_indices(n_frames, n_samples)
    _, width = _counts(n_frames, n_samples)
    # At least `width` columns, so that a shorter clip's row can be cut as well.
    frame = tf.range(tf.maximum(tf.reduce_max(n_frames), width), dtype=tf.int64)
    hashes = tf.where(
        frame[tf.newaxis] < n_frames[:, tf.newaxis],
        _frame_hashes(frame, n_frames, seed),
        _LAST,
    )
    smallest = tf.cast(tf.argsort(hashes, axis=1)[:, :width], tf.int64)
    is_sample = tf.range(width, dtype=tf.int64)[tf.newaxis] < counts[:, tf.newaxis]
    indices = tf.sort(tf.where(is_sample, smallest, _LAST), axis=1)
    too_short = (counts > n_frames)[:, tf.newaxis]
    return tf.where(too_short, repeated, indices), counts


def _counts(n_frames: tf.Tensor, n_samples: int | float) -> tuple[tf.Tensor, tf.Tensor]:
    """Samples per clip, int64 `[clips]`, and the most of them, int64 scalar."""
    if isinstance(n_samples, int):
        width = tf.constant(n_samples, tf.int64)
        return tf.fill(tf.shape(n_frames), width), width
    exact = tf.constant(n_samples, tf.float64) * tf.cast(n_frames, tf.float64)
    counts = tf.maximum(tf.cast(tf.floor(exact + 0.5), tf.int64), 1)
    return counts, tf.reduce_max(counts)


def _frame_hashes(frame: tf.Tensor, n_frames: tf.Tensor, seed: int) -> tf.Tensor:
    """int64 `[clips, frames]` in [0, 2**32): `rules._frame_hashes` of each clip."""
    length = tf.cast(n_frames, tf.uint32)[:, tf.newaxis]
    gamma = tf.constant(GAMMA, tf.uint32)
    mixed_seed = _mix(tf.constant(seed, tf.uint32) + gamma)
    key = _mix(tf.bitwise.bitwise_xor(mixed_seed, length))
    return tf.cast(_mix(key + tf.cast(frame, tf.uint32) * gamma), tf.int64)


def _mix(x: tf.Tensor) -> tf.Tensor:
    """MurmurHash3's finalizer on uint32; arithmetic modulo 2**32."""
    for shift, multiplier in ((16, MIX_1), (13, MIX_2), (16, None)):
        shifted = tf.bitwise.right_shift(x, tf.constant(shift, tf.uint32))
        x = tf.bitwise.bitwise_xor(x, shifted)
        if multiplier is not None:
            x *= tf.constant(multiplier, tf.uint32)
    return x

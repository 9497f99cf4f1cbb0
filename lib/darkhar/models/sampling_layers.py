"""The Keras layer that takes frames of clips, by the rules of `darkhar.sampling`."""

from typing import Any

import numpy as np
import tensorflow as tf

from darkhar.config.keras_settings import keras
from darkhar.sampling import rules


@keras.saving.register_keras_serializable(package="darkhar")
class FrameSampling(keras.layers.Layer):
    """Takes frames of clips, batched or not, of unequal length or not.

    The same sampler and seed take the same frames of every clip of that length, in
    every call: this is a sampler, not an augmentation.

    Args:
        sampler: str. One of `darkhar.config.SAMPLERS`.
        n_samples: int or float. Frames per clip: a count, or a fraction of the
            clip's frames in (0, 1]. A shorter clip repeats frames evenly.
        seed: int in [0, 2**32). Of random sampling. Defaults to 0.
        axis: int. Axis of frames. Defaults to -4, the frames of a clip
            `[..., frames, height, width, channels]`, batched or not.
        **kwargs: Passed to `keras.layers.Layer`.

    Input:
        A tensor of any dtype, or a `tf.RaggedTensor` in which clips, and frames
        of different clips, differ in size.

    Output:
        The same dtype and axes. With a count, a ragged batch whose frames are
        all of one size comes out dense, `[clips, n_samples, ...]`; if frames
        differ in size, the output is ragged with `n_samples` frames in every
        row. With a fraction, a ragged batch stays ragged.

    Raises:
        ParameterError: no such sampler.
        ValueError: an argument out of range, or an axis that the input has not.
        tf.errors.InvalidArgumentError: a clip without frames.

    Example:

    >>> clip = tf.reshape(tf.range(10), [10, 1, 1, 1])
    >>> tf.squeeze(FrameSampling("uniform", 4)(clip)).numpy()
    array([1, 3, 6, 8], dtype=int32)
    """

    def __init__(
        self,
        sampler: str,
        n_samples: int | float,
        seed: int = 0,
        axis: int = -4,
        **kwargs: Any,
    ):
        # Frames keep their dtype; ragged tensors do not compile with XLA.
        super().__init__(autocast=False, **kwargs)
        if not isinstance(axis, int) or isinstance(axis, bool):
            raise ValueError(f"`axis` must be an int. Received: axis={axis!r}")
        self.sampler = sampler
        self.n_samples = rules.check_n_samples(n_samples)
        self.seed = rules.check_seed(seed)
        self.axis = axis
        self.supports_jit = False
        self._rule = rules.FrameRule(sampler, self.n_samples, self.seed)

    def call(self, clips):
        return self._take(clips, self._positive_axis(clips.shape))

    def _take(self, clips, axis: int):
        if not isinstance(clips, tf.RaggedTensor):
            return self._take_dense(clips, axis)
        if axis == 0:
            return tf.gather(clips, self._dynamic_indices(clips.nrows(tf.int64)))
        if axis > 1:
            return clips.with_values(self._take(clips.values, axis - 1))
        return self._take_from_rows(clips)

    def _take_dense(self, clips: tf.Tensor, axis: int) -> tf.Tensor:
        if clips.shape[axis]:
            indices = self._rule(clips.shape[axis])
        else:
            indices = self._dynamic_indices(tf.shape(clips, tf.int64)[axis])
        return tf.gather(clips, indices, axis=axis)

    def _dynamic_indices(self, n_frames: tf.Tensor) -> tf.Tensor:
        return self._indices_of_each(n_frames[tf.newaxis])[0][0]

    def _indices_of_each(self, n_frames: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Indices for each length, int64 `[clips, most samples]`, and their counts.

        Those of a row beyond its count are 0 and not to be used.
        """
        count = self.n_samples if isinstance(self.n_samples, int) else None

        def of_lengths(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            taken = [self._rule(int(length)) for length in lengths]
            counts = np.array([len(indices) for indices in taken], np.int64)
            padded = np.zeros((len(taken), max(counts, default=count or 0)), np.int64)
            for row, indices in zip(padded, taken, strict=True):
                row[: len(indices)] = indices
            return padded, counts

        with tf.control_dependencies([_assert_frames(n_frames)]):
            indices, counts = tf.numpy_function(
                of_lengths, [n_frames], [tf.int64, tf.int64], stateful=False
            )
        indices.set_shape([n_frames.shape[0], count])
        counts.set_shape([n_frames.shape[0]])
        return indices, counts

    def _take_from_rows(self, clips: tf.RaggedTensor):
        """Takes from every row; all rows at once."""
        lengths = tf.cast(clips.row_lengths(), tf.int64)
        indices, counts = self._indices_of_each(lengths)
        starts = tf.cast(clips.row_starts(), tf.int64)
        positions = starts[:, tf.newaxis] + indices
        if isinstance(self.n_samples, float):
            taken = tf.RaggedTensor.from_tensor(
                positions, lengths=counts, row_splits_dtype=clips.row_splits.dtype
            )
            return taken.with_values(tf.gather(clips.values, taken.values))
        frames = tf.gather(clips.values, tf.reshape(positions, [-1]))
        if isinstance(frames, tf.RaggedTensor):
            return tf.RaggedTensor.from_uniform_row_length(
                frames, self.n_samples, nrows=clips.nrows()
            )
        batch = tf.reshape(
            frames, tf.concat([[-1, self.n_samples], tf.shape(frames)[1:]], axis=0)
        )
        batch.set_shape([clips.shape[0], self.n_samples, *frames.shape[1:]])
        return batch

    def compute_output_shape(self, input_shape):
        axis = self._positive_axis(input_shape)
        shape = list(input_shape)
        if isinstance(self.n_samples, int):
            shape[axis] = self.n_samples
        elif shape[axis] is not None:
            shape[axis] = rules.sample_count(shape[axis], self.n_samples)
        return tuple(shape)

    def compute_output_spec(self, clips):
        # Keras would trace a ragged input as a dense one and forget the ragged.
        shape = self.compute_output_shape(clips.shape)
        is_ragged = clips.ragged and None in shape[1:]
        return keras.KerasTensor(shape, dtype=clips.dtype, ragged=is_ragged)

    def _positive_axis(self, shape) -> int:
        axis = self.axis + len(shape) if self.axis < 0 else self.axis
        if not 0 <= axis < len(shape):
            raise ValueError(
                f"The input has no axis {self.axis}."
                f" Received: axis={self.axis}, input shape={tuple(shape)}"
            )
        return axis

    def get_config(self):
        return {
            **super().get_config(),
            "sampler": self.sampler,
            "n_samples": self.n_samples,
            "seed": self.seed,
            "axis": self.axis,
        }


def _assert_frames(n_frames: tf.Tensor) -> tf.Operation | None:
    message = "A clip without frames cannot be sampled."
    return tf.debugging.assert_positive(n_frames, message=message)

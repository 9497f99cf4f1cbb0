"""Keras layers that take frames of clips by the rules of `darkhar.sampling.rules`."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from darkhar.models import tensor_rules
from darkhar.sampling import rules


class FrameSampling(keras.layers.Layer):
    """Base of the sampling layers: takes entries along one axis of clips.

    A subclass says which, by `_indices_of` for one length known in advance and
    `_indices_of_each` for a vector of lengths.

    Args:
        n_samples: int or float. Frames per clip: a count, or a fraction of the
            clip's frames in (0, 1].
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
        ValueError: an argument out of range, or an axis that the input has not.
        tf.errors.InvalidArgumentError: a clip without frames.
    """

    def __init__(self, n_samples: int | float, axis: int = -4, **kwargs: Any):
        # Frames keep their dtype; ragged tensors do not compile with XLA.
        super().__init__(autocast=False, **kwargs)
        self.n_samples = rules.check_n_samples(n_samples)
        if not isinstance(axis, int) or isinstance(axis, bool):
            raise ValueError(f"`axis` must be an int. Received: axis={axis!r}")
        self.axis = axis
        self.supports_jit = False

    def _indices_of(self, n_frames: int) -> np.ndarray:
        raise NotImplementedError

    def _indices_of_each(self, n_frames: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        raise NotImplementedError

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
            indices = self._indices_of(clips.shape[axis])
        else:
            indices = self._dynamic_indices(tf.shape(clips, tf.int64)[axis])
        return tf.gather(clips, indices, axis=axis)

    def _dynamic_indices(self, n_frames: tf.Tensor) -> tf.Tensor:
        with tf.control_dependencies([_assert_frames(n_frames)]):
            return self._indices_of_each(n_frames[tf.newaxis])[0][0]

    def _take_from_rows(self, clips: tf.RaggedTensor):
        """Takes from every row; all rows at once."""
        lengths = tf.cast(clips.row_lengths(), tf.int64)
        with tf.control_dependencies([_assert_frames(lengths)]):
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
        return {**super().get_config(), "n_samples": self.n_samples, "axis": self.axis}


@keras.saving.register_keras_serializable(package="darkhar")
class UniformFrameSampling(FrameSampling):
    """Takes frames at equal intervals: `rules.uniform_indices` in a model.

    Args:
        n_samples: int or float. Frames per clip: a count, or a fraction of the
            clip's frames in (0, 1]. A shorter clip repeats frames evenly.
        axis: int. Axis of frames. Defaults to -4, the frames of a clip
            `[..., frames, height, width, channels]`, batched or not.
        **kwargs: Passed to `keras.layers.Layer`.

    Example:

    >>> clip = tf.reshape(tf.range(10), [10, 1, 1, 1])
    >>> tf.squeeze(UniformFrameSampling(4)(clip)).numpy()
    array([1, 3, 6, 8], dtype=int32)
    """

    def _indices_of(self, n_frames):
        return rules.uniform_indices(n_frames, self.n_samples)

    def _indices_of_each(self, n_frames):
        return tensor_rules.uniform_indices(n_frames, self.n_samples)


@keras.saving.register_keras_serializable(package="darkhar")
class EndpointFrameSampling(FrameSampling):
    """Takes frames from the first to the last: `rules.endpoint_indices` in a model.

    Args:
        n_samples: int or float. Frames per clip: a count, or a fraction of the
            clip's frames in (0, 1]. A shorter clip repeats frames evenly.
        axis: int. Axis of frames. Defaults to -4, the frames of a clip
            `[..., frames, height, width, channels]`, batched or not.
        **kwargs: Passed to `keras.layers.Layer`.
    """

    def _indices_of(self, n_frames):
        return rules.endpoint_indices(n_frames, self.n_samples)

    def _indices_of_each(self, n_frames):
        return tensor_rules.endpoint_indices(n_frames, self.n_samples)


@keras.saving.register_keras_serializable(package="darkhar")
class RandomFrameSampling(FrameSampling):
    """Takes random frames in order: `rules.random_indices` in a model.

    The same seed takes the same frames of every clip of that length, in every
    call: this is a sampler, not an augmentation.

    Args:
        n_samples: int or float. Frames per clip: a count, or a fraction of the
            clip's frames in (0, 1]. A shorter clip repeats frames evenly.
        seed: int in [0, 2**32). Defaults to 0.
        axis: int. Axis of frames. Defaults to -4, the frames of a clip
            `[..., frames, height, width, channels]`, batched or not.
        **kwargs: Passed to `keras.layers.Layer`.
    """

    def __init__(
        self, n_samples: int | float, seed: int = 0, axis: int = -4, **kwargs: Any
    ):
        super().__init__(n_samples, axis, **kwargs)
        self.seed = rules.check_seed(seed)

    def _indices_of(self, n_frames):
        return rules.random_indices(n_frames, self.n_samples, self.seed)

    def _indices_of_each(self, n_frames):
        return tensor_rules.random_indices(n_frames, self.n_samples, self.seed)

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


def get_sampler(name: str, n_samples: int | float, seed: int = 0) -> FrameSampling:
    """The layer that takes the same frames as `rules.get_rule(name, ...)`.

    Raises:
        ValueError: no such sampler, or an argument out of range.
    """
    if name == "uniform":
        return UniformFrameSampling(n_samples, name="uniform_frames")
    if name == "endpoints":
        return EndpointFrameSampling(n_samples, name="endpoint_frames")
    if name == "random":
        return RandomFrameSampling(n_samples, seed, name="random_frames")
    raise ValueError(
        f"`name` must be 'uniform', 'endpoints' or 'random'. Received: name={name!r}"
    )


def _assert_frames(n_frames: tf.Tensor) -> tf.Operation | None:
    message = "A clip without frames cannot be sampled."
    return tf.debugging.assert_positive(n_frames, message=message)

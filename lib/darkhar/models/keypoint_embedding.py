"""The embedding of a frame's keypoints as one vector."""

from typing import Any

from darkhar.config.keras_settings import keras


@keras.saving.register_keras_serializable(package="darkhar")
class KeypointEmbedding(keras.layers.Layer):
    """Embeds joints as a sentence's words are embedded, and averages those seen.

    Joint `j` with channels `x_j`, of which the last is its score `s_j`, becomes

        e_j = ReLU(x_j W + p_j),

    with `W` shared by all joints and a learned vector `p_j` for each: what was
    measured plus which joint it is, as a token's embedding plus that of its
    position (Vaswani et al. 2017, sections 3.4 and 3.5). `p_j` is also the bias. The
    frame's vector is the mean over joints, weighted by the scores,

        sum_j s_j e_j / sum_j s_j,

    so that a joint counts as far as it was seen. Where no joint has a score above 0,
    all count equally. The score remains a channel too, as in Yan et al. (2018).

    Args:
        units: int, 1 at least. Length of a frame's vector.
        **kwargs: Passed to `keras.layers.Layer`.

    Input:
        float32 `[..., joints, channels]`, such as `[clips, frames, 17, 7]`. The last
        channel is the score, in 0..1.

    Output:
        float32 `[..., units]`, 0 or more.

    Example:

    >>> KeypointEmbedding(32)(np.ones([2, 16, 17, 7], "float32")).shape
    TensorShape([2, 16, 32])
    """

    def __init__(self, units: int, **kwargs: Any):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"`units` must be 1 at least. Received: units={units}")
        self.units = units

    def build(self, input_shape):
        n_joints, n_channels = input_shape[-2:]
        self.kernel = self.add_weight(
            shape=(n_channels, self.units), initializer="glorot_uniform", name="kernel"
        )
        self.joint_vectors = self.add_weight(
            shape=(n_joints, self.units), initializer="uniform", name="joint_vectors"
        )

    def call(self, joints):
        scores = joints[..., -1:]
        seen = keras.ops.sum(scores, axis=-2, keepdims=True) > 0
        weights = keras.ops.where(seen, scores, keras.ops.ones_like(scores))
        weights = weights / keras.ops.sum(weights, axis=-2, keepdims=True)
        embedded = keras.ops.relu(
            keras.ops.matmul(joints, self.kernel) + self.joint_vectors
        )
        return keras.ops.sum(weights * embedded, axis=-2)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-2], self.units)

    def get_config(self):
        return {**super().get_config(), "units": self.units}

"""Small networks from the joints of a clip to logits, by name.

Each is a function from joints, units and dropout to what logits are computed from.

They are small because there are few clips: about 150, from which a network of some
ten thousand weights can learn and one of a million cannot.
"""

from darkhar.config import POSE_CLASSIFIERS, choose
from darkhar.config.keras_settings import keras
from darkhar.models.frame_positions import FramePositions
from darkhar.models.graph_convolution import SkeletonGraphConvolution
from darkhar.models.keypoint_embedding import KeypointEmbedding
from darkhar.pose.joints import JOINTS

# A block's frames, and the distance between them, on the time axis.
_KERNEL = 3
_DILATIONS = (1, 2, 4)
_HEADS = 2


def build_pose_network(
    name: str,
    *,
    n_classes: int,
    n_frames: int,
    n_channels: int = 7,
    units: int = 32,
    dropout: float = 0.25,
) -> keras.Model:
    """A network over a clip's joints.

    Initial weights come from Keras' global seed: call `keras.utils.set_random_seed`
    first.

    Args:
        name: str. One of `darkhar.config.POSE_CLASSIFIERS` that is a network.
        n_classes: int. Number of classes.
        n_frames: int. Frames per clip.
        n_channels: int. Channels of a joint, the last its score in 0..1. Defaults
            to 7.
        units: int. Channels inside of the network. Defaults to 32.
        dropout: float in [0, 1). Dropout during training, of the LSTM's inputs or of
            what the logits are computed from. Defaults to 0.25.

    Returns:
        `keras.Model` from joints, float32 `[clips, n_frames, 17, n_channels]`, to
        logits, float32 `[clips, n_classes]`.

    Raises:
        ParameterError: no such network; the message names the nearest.

    Example:

    >>> model = build_pose_network("temporal_conv", n_classes=6, n_frames=16)
    >>> model.output_shape
    (None, 6)
    """
    known = {n: row for n, row in POSE_CLASSIFIERS.items() if row.is_network}
    network = choose(known, name, "pose network").load()
    joints = keras.Input((n_frames, len(JOINTS), n_channels), name="joints")
    features = network(joints, units, dropout)
    logits = keras.layers.Dense(n_classes, name="logits")(features)
    return keras.Model(joints, logits, name="pose_classifier")


def lstm(joints, units, dropout):
    """The embedded frames read in both directions, as by `sequence`'s classifier."""
    x = KeypointEmbedding(units, name="embedding")(joints)
    lstm = keras.layers.LSTM(units, dropout=dropout, name="lstm")
    return keras.layers.Bidirectional(lstm, name="bilstm")(x)


def temporal_conv(joints, units, dropout):
    """Dilated convolutions over time (Lea et al. 2017), each added to its input.

    A frame of the last sees 7 frames to either side. Layers are normalized over
    channels (Ba, Kiros & Hinton 2016): no statistics of small batches.
    """
    x = KeypointEmbedding(units, name="embedding")(joints)
    for dilation in _DILATIONS:
        y = keras.layers.LayerNormalization(name=f"norm_{dilation}")(x)
        y = keras.layers.Conv1D(
            units,
            _KERNEL,
            padding="same",
            dilation_rate=dilation,
            activation="relu",
            name=f"conv_{dilation}",
        )(y)
        x = keras.layers.Add(name=f"residual_{dilation}")([x, y])
    x = keras.layers.GlobalAveragePooling1D(name="mean_over_frames")(x)
    return keras.layers.Dropout(dropout, name="dropout")(x)


def transformer(joints, units, dropout):
    """One encoder block (Vaswani et al. 2017), normalized before each part.

    The normalization comes before attention and before the dense layers, and once
    more at the end, which trains without a warm-up (Xiong et al. 2020).
    """
    x = KeypointEmbedding(units, name="embedding")(joints)
    x = FramePositions(name="positions")(x)
    y = keras.layers.LayerNormalization(name="norm_attention")(x)
    attention = keras.layers.MultiHeadAttention(
        _HEADS, key_dim=max(1, units // _HEADS), name="attention"
    )
    x = keras.layers.Add(name="residual_attention")([x, attention(y, y)])
    y = keras.layers.LayerNormalization(name="norm_dense")(x)
    y = keras.layers.Dense(2 * units, activation="relu", name="dense_in")(y)
    y = keras.layers.Dense(units, name="dense_out")(y)
    x = keras.layers.Add(name="residual_dense")([x, y])
    x = keras.layers.LayerNormalization(name="norm")(x)
    x = keras.layers.GlobalAveragePooling1D(name="mean_over_frames")(x)
    return keras.layers.Dropout(dropout, name="dropout")(x)


def graph(joints, units, dropout):
    """Two blocks of ST-GCN (Yan, Xiong & Lin 2018), then the mean of all joints.

    A block is a convolution over the skeleton in each frame and one over time for
    each joint; the second block is added to its input.
    """
    x = joints
    for block in (1, 2):
        y = SkeletonGraphConvolution(units, name=f"skeleton_{block}")(x)
        y = keras.layers.LayerNormalization(name=f"norm_{block}")(y)
        y = keras.layers.ReLU(name=f"relu_{block}")(y)
        y = keras.layers.Conv2D(
            units, (_KERNEL, 1), padding="same", activation="relu", name=f"time_{block}"
        )(y)
        x = y if block == 1 else keras.layers.Add(name="residual")([x, y])
    x = keras.layers.GlobalAveragePooling2D(name="mean_over_joints_and_frames")(x)
    return keras.layers.Dropout(dropout, name="dropout")(x)

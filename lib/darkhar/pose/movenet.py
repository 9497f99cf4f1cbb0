"""MoveNet: the keypoints of a person, for many frames at once.

MoveNet SinglePose, version 4 (Votel & Li 2021, "Next-Generation Pose Detection with
MoveNet and TensorFlow.js", blog.tensorflow.org; model card "MoveNet.SinglePose",
Google 2021). Lightning sees 192x192 pixels, Thunder, larger and more accurate,
256x256. The network is MobileNetV2 with a feature pyramid and four heads of a
quarter of that size, as in CenterNet (Zhou et al. 2019).

The published graph takes one image of whole numbers. Here its convolutions take any
number of images, and what follows them, from the heads to the keypoints, is rebuilt:
the same numbers in less time.
"""

import dataclasses
import functools
from pathlib import Path

import numpy as np
import tensorflow as tf

from darkhar.backbones.engines import Network, compiled, engine_for
from darkhar.backbones.weights import Weights
from darkhar.pose.movenet_decoding import decode_heads
from darkhar.pose.movenet_weights import resolve_movenet
from darkhar.pose.padding import remove_padding, resize_with_padding
from darkhar.pose.tfjs_graph import GraphModel, read_graph_model

# Nodes of the published graph: the image before its values are mapped to -1..1,
_IMAGE = "StatefulPartitionedCall/stack"
# the four heads,
_HEADS = (
    "StatefulPartitionedCall/Sigmoid_1",  # person centre, [h, w, 1]
    "StatefulPartitionedCall/kpt_regress_0/conv2d_6/BiasAdd",  # [h, w, 34]
    "StatefulPartitionedCall/Sigmoid",  # keypoint heatmaps, [h, w, 17]
    "StatefulPartitionedCall/kpt_offset_0/conv2d_7/BiasAdd",  # [h, w, 34]
)
# and constants of the decoding.
_CENTER_WEIGHTS = "ConstantFolding/StatefulPartitionedCall/truediv_2_recip"
_DISTANCE_OFFSET = "StatefulPartitionedCall/add_5/y"
_CELL_SIZE = "StatefulPartitionedCall/Reshape_13"


@dataclasses.dataclass(frozen=True)
class MoveNet:
    """MoveNet with its weights.

    Args:
        name: str. `"movenet_lightning"` or `"movenet_thunder"`.
        image_size: int. Height and width of its images in pixels.
        images_to_keypoints: `Network` from RGB images, float32
            `[images, image_size, image_size, 3]` in 0..255, to keypoints, float32
            `[images, 17, 3]` in units of the image. The published graph takes
            int32: whole numbers give what it gives.
        weights_sha256: str. Names the weights' content; see `resolve_movenet`.
        weights_source: str. Where the weights come from.

    Example:

    >>> movenet = get_movenet("movenet_lightning")
    >>> movenet.detect(np.zeros([4, 240, 320, 3], "uint8")).shape
    (4, 17, 3)
    """

    name: str
    image_size: int
    images_to_keypoints: Network
    weights_sha256: str
    weights_source: str

    @property
    def weights_facts(self) -> dict[str, str]:
        """Which weights were used, for a run's record."""
        return {
            "extractor": self.name,
            "source": self.weights_source,
            "sha256": self.weights_sha256,
        }

    def detect(self, frames) -> np.ndarray:
        """Keypoints of the person in each frame, the whole frame being looked at.

        Args:
            frames: `[frames, height, width, 3]` of any numeric dtype, RGB in
                0..255.

        Returns:
            float32 `[frames, 17, 3]`, joints in the order of `JOINTS`: y and x, in
            units of the frame's height and width, and score in 0..1. A joint may
            lie a little outside of 0..1.
        """
        height, width = frames.shape[1:3]
        return self.detect_fitted(self.fitted(frames), height, width)

    def fitted(self, frames) -> tf.Tensor:
        """Whole frames as the network's images: the first step of `detect`.

        Args:
            frames: As `detect`; may be symbolic.

        Returns:
            float32 `[frames, image_size, image_size, 3]`, whole numbers.
        """
        frames = tf.cast(frames, tf.float32)
        return tf.floor(resize_with_padding(frames, self.image_size))

    def detect_fitted(self, images, height: int, width: int) -> np.ndarray:
        """The second step of `detect`, from `fitted` images.

        Args:
            images: As of `fitted`.
            height: int. Of the frames, in pixels.
            width: int. Of the frames, in pixels.

        Returns:
            As `detect`.
        """
        keypoints = self.images_to_keypoints(images)
        return remove_padding(keypoints, height, width, self.image_size).numpy()

    def detect_in(self, frames, boxes) -> np.ndarray:
        """Keypoints of the person in a part of each frame.

        The part is resized bilinearly, black where it reaches beyond the frame, as
        the authors do for the crop region of tracking.

        Args:
            frames: As `detect`.
            boxes: float32 `[frames, 4]`. y and x of a corner, y and x of the
                opposite one, in units of the frame's height and width. Square in
                pixels unless the person is to be distorted.

        Returns:
            As `detect`, in units of the whole frame.
        """
        boxes = np.asarray(boxes, np.float32)
        images = self._cropped(tf.cast(frames, tf.float32), boxes)
        keypoints = self.images_to_keypoints(images)
        corner = boxes[:, np.newaxis, :2]
        extent = boxes[:, np.newaxis, 2:] - corner
        keypoints[..., :2] = corner + keypoints[..., :2] * extent
        return keypoints

    @functools.cached_property
    def _cropped(self):
        signature = [tf.TensorSpec([None, None, None, 3]), tf.TensorSpec([None, 4])]

        @tf.function(input_signature=signature)
        def cropped(frames, boxes):
            size = [self.image_size, self.image_size]
            rows = tf.range(tf.shape(frames)[0])
            return tf.floor(tf.image.crop_and_resize(frames, boxes, rows, size))

        return cropped


def get_movenet(
    name: str, weights: str | Path | None = None, *, engine: str = "tensorflow"
) -> MoveNet:
    """MoveNet with its published weights.

    Args:
        name: str. `"movenet_lightning"` or `"movenet_thunder"`.
        weights: str, Path or None. See `resolve_movenet`. Defaults to None.
        engine: str. What computes it, as for `darkhar.backbones.engines.engine_for`.
            Defaults to `"tensorflow"`.

    Raises:
        ParameterError: no such model.
        WeightsError: its weights cannot be had.
    """
    return _loaded(name, resolve_movenet(name, weights), engine_for(name, engine))


# It takes a second to compile.
@functools.lru_cache(maxsize=2)
def _loaded(name: str, file: Weights, engine: str) -> MoveNet:
    graph = read_graph_model(file.path)
    # Heads are a quarter of the image's size.
    image_size = 4 * len(graph.constants[_CENTER_WEIGHTS])
    function = _keypoints_function(graph, image_size)
    return MoveNet(
        name=name,
        image_size=image_size,
        images_to_keypoints=compiled(function, engine),
        weights_sha256=file.sha256,
        weights_source=file.source,
    )


def _keypoints_function(graph: GraphModel, image_size: int):
    @tf.function(
        input_signature=[tf.TensorSpec([None, image_size, image_size, 3], tf.float32)]
    )
    def images_to_keypoints(images):
        return decode_heads(
            *graph.compute({_IMAGE: images}, _HEADS),
            center_weights=graph.constants[_CENTER_WEIGHTS],
            distance_offset=graph.constants[_DISTANCE_OFFSET],
            cell_size=graph.constants[_CELL_SIZE].reshape(2),
        )

    return images_to_keypoints

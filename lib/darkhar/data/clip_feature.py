"""A clip as a feature of TensorFlow Datasets: its frames, decoded from its own file."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core.visualization.image_visualizer import ImageGridVisualizer
from tensorflow_datasets.core.visualization.show_examples import _ALL_VISUALIZERS

from darkhar.data.measurement import MeasuredClip, read_content
from darkhar.data.video import decode_frames


class ClipFrames(tfds.features.FeatureConnector):
    """All frames of a clip, uint8 `[frames, height, width, 3]`, RGB.

    Stored is where the clip is and what it holds, not the clip: one line as of
    `sha256sum`, the SHA-256 of its file and the path inside the folder of clips. So a
    prepared data set is small, and reading it needs the folder. A file that has changed
    since ends the pass with a `DataError`.

    A decoder of one's own (`tfds.decode.make_decoder`) is given that line and gets the
    file's contents by `encoded`.
    """

    def __init__(
        self,
        folder: str,
        shape: Sequence[int | None] = (None, None, None, 3),
        doc: tfds.features.Documentation | str | None = None,
    ):
        """Makes the feature of the clips in a folder.

        Args:
            folder: str. What stored paths are relative to.
            shape: of four: frames, height, width (None where clips differ), 3.
            doc: as of every feature.
        """
        super().__init__(doc=doc)
        self._folder, self._shape = Path(folder), tuple(shape)

    def get_tensor_info(self) -> tfds.features.TensorInfo:
        return tfds.features.TensorInfo(shape=self._shape, dtype=np.uint8)

    def get_serialized_info(self) -> tfds.features.TensorInfo:
        return tfds.features.TensorInfo(shape=(), dtype=np.object_)

    def encode_example(self, clip: MeasuredClip) -> str:
        path = PurePosixPath(clip.path.relative_to(self._folder))
        return f"{clip.sha256}  {path}"

    def encoded(self, stored: tf.Tensor) -> tf.Tensor:
        """The contents of a clip's file, a scalar string, from what is stored."""
        content = tf.numpy_function(self._read, [stored], tf.string)
        return tf.ensure_shape(content, ())

    def decode_example(self, stored: tf.Tensor) -> tf.Tensor:
        frames = tf.numpy_function(self.decode_example_np, [stored], tf.uint8)
        frames.set_shape(self._shape)
        return frames

    def decode_example_np(self, stored: bytes) -> np.ndarray:
        return decode_frames(self._read(stored), name=str(self._path(stored)))

    def _read(self, stored: bytes) -> bytes:
        return read_content(self._path(stored), stored.decode().split("  ")[0])

    def _path(self, stored: bytes) -> Path:
        return self._folder / stored.decode().split("  ", 1)[1]

    def repr_html(self, ex: np.ndarray) -> str:
        """The clip as a moving picture."""
        return tfds.features.Video(shape=(None, None, None, 3)).repr_html(ex)

    def to_json_content(self) -> dict:
        return {"folder": str(self._folder), "shape": list(self._shape)}


class ClipVisualizer(ImageGridVisualizer):
    """Has `tfds.show_examples` show the middle frame of each clip."""

    def match(self, ds_info: tfds.core.DatasetInfo) -> bool:
        return self._key(ds_info) is not None

    def show(
        self, ds: tf.data.Dataset, ds_info: tfds.core.DatasetInfo, **options
    ) -> object:
        key = self._key(ds_info)

        def with_middle_frame(example: dict) -> dict:
            frames = example[key]
            return {**example, key: frames[tf.shape(frames)[0] // 2]}

        return super().show(
            ds.map(with_middle_frame), ds_info, image_key=key, **options
        )

    def _key(self, ds_info: tfds.core.DatasetInfo) -> str | None:
        features = ds_info.features.items()
        return next((key for key, f in features if isinstance(f, ClipFrames)), None)


# TFDS has no other way to add one.
_ALL_VISUALIZERS.append(ClipVisualizer())

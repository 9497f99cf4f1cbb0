"""TensorFlow Datasets builder for folders in the EE6222 layout."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds

from darkhar.data.measurement import MeasuredClip
from darkhar.data.source import DataSource

_DESCRIPTION = """\
Human actions in the dark: H.264 clips of six actions (jump, run, sit, stand,
turn, walk), each left in the file it is in. Training clips name the scene they
were filmed in; validation clips come from other scenes.
"""

_HOMEPAGE = "https://xuyu0010.github.io/arid.html"

_CITATION = """\
@inproceedings{xu2021arid,
  author    = {Yuecong Xu and Jianfei Yang and Haozhi Cao and Kezhi Mao and
               Jianxiong Yin and Simon See},
  title     = {{ARID}: A New Dataset for Recognizing Action in the Dark},
  booktitle = {Deep Learning for Human Activity Recognition},
  series    = {Communications in Computer and Information Science},
  volume    = {1370},
  pages     = {70--84},
  publisher = {Springer},
  year      = {2021},
  doi       = {10.1007/978-981-16-0575-8_6}
}
"""


class EE6222Config(tfds.core.BuilderConfig):
    """Which data folder to build from."""

    def __init__(self, *, source: DataSource):
        """Makes the configuration of a resolved data folder.

        Args:
            source: `DataSource`. Its fingerprint names the configuration.
        """
        super().__init__(name=source.fingerprint[:16])
        self.source = source


class EE6222(tfds.core.GeneratorBasedBuilder):
    """Clips in the EE6222 layout: what the lists say of them, and what they hold.

    Splits are `train` and `val`, in the order of the lists. The clips' frames stay in
    their files, which the source finds by `clip_id`, wherever the folder has moved. Use
    `darkhar.data.datasets.prepare` to make one.
    """

    # TFDS would make of the class's name "e_e6222".
    name = "ee6222"
    # Nothing is downloaded, so there are no checksums. TFDS 4.9 would look for
    # them beside this file, by way of a package that it doesn't declare.
    url_infos = None

    VERSION = tfds.core.Version("2.0.0")
    RELEASE_NOTES: ClassVar[dict[str, str]] = {
        "1.0.0": "Encoded clip, label, scene, frame count, size.",
        "1.1.0": "Frames per second.",
        "2.0.0": "Brightness; the encoded clip stays in its file.",
    }

    def _info(self) -> tfds.core.DatasetInfo:
        features = tfds.features.FeaturesDict(
            {
                "label": tfds.features.ClassLabel(
                    names=self.builder_config.source.layout.class_names
                ),
                "clip_id": tfds.features.Text(),
                "scene": tfds.features.Text(),
                "n_frames": tfds.features.Scalar(np.int32),
                "height": tfds.features.Scalar(np.int32),
                "width": tfds.features.Scalar(np.int32),
                # What TFRecords keep of a float.
                "fps": tfds.features.Scalar(np.float32),
                "brightness": tfds.features.Scalar(np.float32),
                "sha256": tfds.features.Text(),
            }
        )
        return tfds.core.DatasetInfo(
            builder=self,
            description=_DESCRIPTION,
            features=features,
            homepage=_HOMEPAGE,
            citation=_CITATION,
            disable_shuffling=True,
        )

    def _split_generators(self, dl_manager: Any) -> dict[str, Iterator]:
        del dl_manager  # nothing is downloaded
        layout = self.builder_config.source.layout
        return {
            "train": self._generate_examples(layout.train),
            "val": self._generate_examples(layout.val),
        }

    def _generate_examples(
        self, clips: tuple[MeasuredClip, ...]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, clip in enumerate(clips):
            yield number, {name: getattr(clip, name) for name in self.info.features}

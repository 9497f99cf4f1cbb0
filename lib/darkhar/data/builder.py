"""TensorFlow Datasets builder for folders of clips."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from darkhar.config import Parameters
from darkhar.config.cores import cores
from darkhar.data.clip_feature import ClipFrames
from darkhar.data.layout import Layout
from darkhar.data.measurement import MeasuredClip
from darkhar.data.source import DataSource, resolve_data

_DESCRIPTION = """\
Human actions in the dark: clips of jumping, running, sitting down, standing up,
turning, walking, or of what else a folder holds, each left in the file it is in.
Training clips may name the scene they were filmed in.
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
    """Clips of a data folder: what is known of them, and their frames.

    Splits are `train` and `val`, in the order of the lists. The clips stay in their
    files: `clip` is decoded from there (`darkhar.data.clip_feature.ClipFrames`), and
    `SkipDecoding` gives the file's contents.

    After `import darkhar`, `tfds.load("ee6222", builder_kwargs={"folder": DIR})` finds
    it; without a folder it holds the embedded clips. The pipelines of this library use
    `darkhar.data.datasets.prepare`.
    """

    # TFDS would make of the class's name "e_e6222".
    name = "ee6222"
    # Nothing is downloaded, so there are no checksums. TFDS 4.9 would look for
    # them beside this file, by way of a package that it doesn't declare.
    url_infos = None

    VERSION = tfds.core.Version("2.1.0")
    RELEASE_NOTES: ClassVar[dict[str, str]] = {
        "1.0.0": "Encoded clip, label, scene, frame count, size.",
        "1.1.0": "Frames per second.",
        "2.0.0": "Brightness; the encoded clip stays in its file.",
        "2.1.0": "The clip's frames, decoded from that file.",
    }

    def __init__(
        self,
        *,
        folder: Path | str | None = None,
        config: EE6222Config | None = None,
        **arguments: Any,
    ):
        """Makes the builder of a data folder.

        Args:
            folder: Path, str or None. The data folder. None means the embedded clips.
                Defaults to None.
            config: `EE6222Config` or None. In place of a folder. Defaults to None.
            **arguments: as of every builder; `data_dir` is where TFDS keeps what is
                prepared.

        Raises:
            UsageError, DataError: as `darkhar.data.source.resolve_data`.
        """
        if config is None:
            data_dir = None if folder is None else str(folder)
            config = EE6222Config(source=resolve_data(Parameters(data_dir=data_dir)))
        super().__init__(config=config, **arguments)

    def _info(self) -> tfds.core.DatasetInfo:
        source = self.builder_config.source
        features = tfds.features.FeaturesDict(
            {
                "clip": ClipFrames(
                    str(source.directory), (None, *_common_size(source.layout), 3)
                ),
                "label": tfds.features.ClassLabel(names=source.layout.class_names),
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
            supervised_keys=("clip", "label"),
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
        names = [name for name in self.info.features if name != "clip"]
        for number, clip in enumerate(clips):
            known = {name: getattr(clip, name) for name in names}
            yield number, {"clip": clip, **known}

    def _as_dataset(
        self, split: Any, decoders: Any = None, **options: Any
    ) -> tf.data.Dataset:
        """As TFDS reads, but that a clip whose decoding is skipped is its file."""
        dataset = super()._as_dataset(split, decoders=decoders, **options)
        of_features = getattr(decoders, "decoders", decoders) or {}
        if not isinstance(of_features.get("clip"), tfds.decode.SkipDecoding):
            return dataset
        encoded = self.info.features["clip"].encoded
        return dataset.map(
            lambda example: {**example, "clip": encoded(example["clip"])},
            num_parallel_calls=cores(),
        )


def _common_size(layout: Layout) -> tuple[int | None, int | None]:
    """Height and width, if all clips have the same."""
    sizes = {(clip.height, clip.width) for clip in layout.clips}
    return sizes.pop() if len(sizes) == 1 else (None, None)

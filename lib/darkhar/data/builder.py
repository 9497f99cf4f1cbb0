"""TensorFlow Datasets builder for folders in the EE6222 layout."""

import collections
import concurrent.futures
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds

from darkhar.config.cores import cores
from darkhar.data.layout import ClipRecord
from darkhar.data.source import DataSource
from darkhar.data.video import VideoInfo, probe

_DESCRIPTION = """\
Human actions in the dark: H.264 clips of six actions (jump, run, sit, stand,
turn, walk), each stored as it was encoded. Training clips name the scene they
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

# TFDS keeps an ordered set's order by sorting integer keys, and its writer
# sorts large sets in buckets of this key range, one bucket in memory at a time.
_KEY_RANGE = 2**128


class EE6222Config(tfds.core.BuilderConfig):
    """Which data folder to build from."""

    def __init__(self, *, source: DataSource):
        """Makes the configuration of a resolved data folder.

        Args:
            source: `DataSource`. The folder, its lists and its clips' hashes.
                Its fingerprint names the configuration.
        """
        super().__init__(name=source.fingerprint[:16])
        self.source = source


class EE6222(tfds.core.GeneratorBasedBuilder):
    """Clips in the EE6222 layout: encoded bytes and what the lists say.

    Splits are `train` and `val`, in the order of the lists. Every clip is
    decoded once while the set is prepared, so that what is in it can be read;
    use `darkhar.data.datasets.prepare` to make one.
    """

    # TFDS would make of the class's name "e_e6222".
    name = "ee6222"
    # Nothing is downloaded, so there are no checksums. TFDS 4.9 would look for
    # them beside this file, by way of a package that it doesn't declare.
    url_infos = None

    VERSION = tfds.core.Version("1.1.0")
    RELEASE_NOTES: ClassVar[dict[str, str]] = {
        "1.0.0": "Encoded clip, label, scene, frame count, size.",
        "1.1.0": "Frames per second.",
    }

    def _info(self) -> tfds.core.DatasetInfo:
        features = tfds.features.FeaturesDict(
            {
                "clip": tfds.features.Tensor(shape=(), dtype=np.bytes_),
                "label": tfds.features.ClassLabel(
                    names=self.builder_config.source.layout.class_names
                ),
                "clip_id": tfds.features.Text(),
                "scene": tfds.features.Text(),
                "n_frames": tfds.features.Scalar(np.int32),
                "height": tfds.features.Scalar(np.int32),
                "width": tfds.features.Scalar(np.int32),
                "fps": tfds.features.Scalar(np.float64),
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
        self, clips: tuple[ClipRecord, ...]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        step = _KEY_RANGE // len(clips)
        clip_sha256 = self.builder_config.source.clip_sha256
        for number, (clip, (encoded, info)) in enumerate(_read_in_order(clips)):
            yield (
                number * step,
                {
                    "clip": encoded,
                    "label": clip.label,
                    "clip_id": clip.clip_id,
                    "scene": clip.scene,
                    "n_frames": info.n_frames,
                    "height": info.height,
                    "width": info.width,
                    "fps": info.fps,
                    "sha256": clip_sha256[clip.clip_id],
                },
            )

    # TFDS prints these two in bold wherever it runs, notebooks included.
    def _log_download_bytes(self) -> None:
        pass

    def _log_download_done(self) -> None:
        pass


def _read_in_order(
    clips: tuple[ClipRecord, ...],
) -> Iterator[tuple[ClipRecord, tuple[bytes, VideoInfo]]]:
    """Reads and decodes clips side by side, a few ahead of the one yielded."""
    workers = cores()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        pending: collections.deque = collections.deque()
        try:
            for clip in clips:
                pending.append((clip, pool.submit(_read, clip)))
                if len(pending) > 2 * workers:
                    clip, future = pending.popleft()
                    yield clip, future.result()
            for clip, future in pending:
                yield clip, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read(clip: ClipRecord) -> tuple[bytes, VideoInfo]:
    encoded = clip.path.read_bytes()
    return encoded, probe(encoded, name=str(clip.path))

"""Frozen networks with random weights, and networks that are at work already."""

import contextlib
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import keras

from darkhar.backbones.extractors import build_backbone
from darkhar.features.extraction import ClipFunction, ClipNetwork


@contextlib.contextmanager
def random_weights(extractor: str) -> Iterator[str]:
    """A file of weights drawn at random, gone afterwards.

    For ConvNeXt, whose published weights cannot be had everywhere.

    Args:
        extractor: str. One of `darkhar.config.EXTRACTORS` whose files are Keras'.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.weights.h5"
        keras.utils.set_random_seed(0)
        build_backbone(extractor).save_weights(path)
        yield str(path)


class StartedNetwork:
    """A `ClipNetwork` that was started before, and whose features are never kept.

    Extraction by it takes the time of all but loading and compiling, each time.

    Args:
        network: `ClipNetwork`. It is started here.
    """

    title = "benchmark"

    def __init__(self, network: ClipNetwork):
        self._function = network.start()

    def of_clip(self, clip_id: str) -> str:
        """Part of a key that never was: nothing is in the cache."""
        del clip_id
        return uuid.uuid4().hex

    def start(self) -> ClipFunction:
        """The function, the same each time."""
        return self._function

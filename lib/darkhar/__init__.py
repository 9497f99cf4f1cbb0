"""Human action recognition in the dark: the library behind the paper.

Rooms import downwards only: ``cli``, ``pipeline``, ``figures``, ``study``,
``recognizer``, ``training``, ``models``, ``features``, ``pose``, ``backbones``,
``evaluation``, ``results``, ``enhancement``, ``sampling``, ``data``, ``store``,
``config``. Importing this package imports none of them; it makes the data set
``ee6222`` known to TensorFlow Datasets, as soon as that is imported.

    import darkhar

    darkhar.load_recognizer().predict_file("clip.mp4").action
"""

import importlib
from typing import TYPE_CHECKING, Any

import wrapt

if TYPE_CHECKING:
    from darkhar.pipeline.run_recognizer import load_run_recognizer
    from darkhar.recognizer import Recognizer, Verdict, load_recognizer

__version__ = "0.1.0"
__all__ = ["Recognizer", "Verdict", "load_recognizer", "load_run_recognizer"]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def __getattr__(name: str) -> Any:
    """The recognizer, imported with TensorFlow when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    of_run = name == "load_run_recognizer"
    module = "darkhar.pipeline.run_recognizer" if of_run else "darkhar.recognizer"
    return getattr(importlib.import_module(module), name)


@wrapt.when_imported("tensorflow_datasets")
def _register_builder(tfds: object) -> None:
    """TFDS knows a builder once its class is there."""
    importlib.import_module("darkhar.data.builder")

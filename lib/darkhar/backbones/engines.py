"""What computes a frozen network: TensorFlow, or OpenVINO where it is installed.

TensorFlow is the reference. OpenVINO (Intel's inference library, docs.openvino.ai)
takes the same graph and computes it sooner on a CPU; in float32 the results differ in
the last digits only. In bfloat16, where the processor has it, numbers keep 8 bits of
precision.
"""

import functools
import importlib.metadata
import importlib.util
import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from darkhar.config import EXTRACTORS, ParameterError
from darkhar.config.cores import cores

if TYPE_CHECKING:
    import tensorflow as tf

# From images or frames, `[n, ...]`, to an array `[n, ...]`, by whatever engine.
Network = Callable[..., np.ndarray]

# Images that TensorFlow computes at once: more are slower on a CPU, whose cache the
# features of a small batch still fit.
_IMAGES_AT_ONCE = 8


def resolve_engine(name: str) -> str:
    """The engine that a parameter stands for, on this machine.

    Args:
        name: str. `"tensorflow"`, `"openvino"`, `"openvino_bfloat16"` or `"auto"`:
            OpenVINO where it is installed, else TensorFlow.

    Returns:
        One of the first three.

    Raises:
        ParameterError: OpenVINO is asked for and not installed, or bfloat16 and the
            processor does not compute in it.
    """
    installed = importlib.util.find_spec("openvino") is not None
    if name == "auto":
        return "openvino" if installed else "tensorflow"
    if name.startswith("openvino") and not installed:
        raise ParameterError(
            f"parameter 'engine' is '{name}', and OpenVINO is not installed;"
            " `pip install openvino` brings it, or take 'tensorflow'"
        )
    if name == "openvino_bfloat16" and not _has_bfloat16():
        raise ParameterError(
            "parameter 'engine' is 'openvino_bfloat16', and this processor does not"
            " compute in bfloat16; take 'openvino'"
        )
    return name


@functools.cache  # asked for once a clip, and looked up on disk
def engine_version(engine: str) -> str:
    """An engine with its version, for keys of what it computed.

    Args:
        engine: str. As of `resolve_engine`.
    """
    package = "tensorflow" if engine == "tensorflow" else "openvino"
    return f"{engine} {importlib.metadata.version(package)}"


def engine_for(network: str, name: str) -> str:
    """The engine that computes a network.

    bfloat16 is for ConvNeXt. Elsewhere it changes too much: MoveNet's keypoints are
    maxima of maps, where other maxima win, and EfficientNet-Lite loses its predictions.

    Args:
        network: str. Name of an extractor or of MoveNet.
        name: str. As `resolve_engine` takes it.

    Returns:
        As `resolve_engine`; float32 where bfloat16 is not for the network.

    Raises:
        ParameterError: as `resolve_engine`.
    """
    engine = resolve_engine(name)
    row = EXTRACTORS.get(network)
    if engine == "openvino_bfloat16" and not (row and row.stands_bfloat16):
        return "openvino"
    return engine


def compiled(
    function: "tf.types.experimental.PolymorphicFunction", engine: str
) -> Network:
    """A TensorFlow function as the engine computes it.

    Args:
        function: TensorFlow function with an input signature, from one or more tensors
            to one.
        engine: str. As of `resolve_engine`.

    Returns:
        Callable from arrays or tensors, as the function takes them, of any number of
        images, to an array of its own. OpenVINO computes each image by itself.
    """
    if engine == "tensorflow":
        return _in_batches(lambda *inputs: function(*inputs).numpy())
    openvino = _openvino()
    model = openvino.convert_model(function)
    # Of a known size, and one by one, images are computed soonest on a core.
    model.reshape({i: [1, *i.partial_shape[1:]] for i in model.inputs})
    precision = "bf16" if engine == "openvino_bfloat16" else "f32"
    network = _core().compile_model(
        model,
        "CPU",
        {
            # Off x86, plain f32 needs to be asked for.
            "INFERENCE_PRECISION_HINT": precision,
            # A core for each of the images that are computed at a time.
            "NUM_STREAMS": str(cores()),
            "INFERENCE_NUM_THREADS": cores(),
        },
    )

    def compute(*inputs) -> np.ndarray:
        arrays = [np.ascontiguousarray(array) for array in inputs]
        found: list[np.ndarray | None] = [None] * len(arrays[0])

        def keep(request, number: int) -> None:
            # The engine uses the memory of its outputs again.
            found[number] = request.get_output_tensor(0).data.copy()

        queue = openvino.AsyncInferQueue(network, cores())
        queue.set_callback(keep)
        for number in range(len(found)):
            queue.start_async([a[number : number + 1] for a in arrays], number)
        queue.wait_all()
        return np.concatenate(found)

    return compute


def _in_batches(network: Network) -> Network:
    def of_any_number(*inputs) -> np.ndarray:
        batches = [
            network(*(array[start : start + _IMAGES_AT_ONCE] for array in inputs))
            for start in range(0, inputs[0].shape[0], _IMAGES_AT_ONCE)
        ]
        return np.concatenate(batches)

    return of_any_number


@functools.cache
def _core():
    return _openvino().Core()


def _openvino() -> types.ModuleType:
    """The module, kept from telling its makers over the network that it is used."""
    # Without this package, which it brings along, it works and stays silent.
    sys.modules.setdefault("openvino_telemetry", None)
    import openvino

    return openvino


def _has_bfloat16() -> bool:
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")

"""Reads the tensors of a legacy PyTorch file with NumPy alone.

Before PyTorch 1.6, `torch.save` wrote five pickles one after the other (magic
number, protocol version, system information, the object, the storages' keys)
and then each storage as an int64 length and raw numbers. Unpickling runs code of
the file's choosing; here it may only name an ordered dictionary, tensors and
their storages.
"""

import collections
import pickle
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from darkhar.config import WeightsError

_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
_PROTOCOL_VERSION = 1001
_STORAGE_DTYPES = {
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
}


def read_state_dict(path: Path) -> dict[str, np.ndarray]:
    """Reads the parameters of a network saved by PyTorch before 1.6.

    Args:
        path: Path. File written by `torch.save(network.state_dict(), path)`.

    Returns:
        Name to array, in the file's order.

    Raises:
        WeightsError: the file is missing, cut short, no such file, or asks for
            anything but tensors.
    """
    try:
        with path.open("rb") as file:
            return _read(file)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}") from None
    except (
        pickle.UnpicklingError,
        EOFError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
    ) as error:
        raise WeightsError(
            f"{path} is not a state dictionary of PyTorch's legacy format: {error}"
        ) from None


def _read(file: BinaryIO) -> dict[str, np.ndarray]:
    if _Unpickler(file).load() != _MAGIC_NUMBER:
        raise ValueError("the magic number is another")
    if _Unpickler(file).load() != _PROTOCOL_VERSION:
        raise ValueError("the protocol version is another")
    if not _Unpickler(file).load()["little_endian"]:
        raise ValueError("it is big-endian")
    unpickler = _Unpickler(file)
    tensors = unpickler.load()
    storages = {}
    for key in _Unpickler(file).load():
        dtype, size = unpickler.storages[key]
        (stored,) = _read_numbers(file, np.dtype("<i8"), 1)
        if stored != size:
            raise ValueError(f"storage {key} holds {stored} numbers, not {size}")
        storages[key] = _read_numbers(file, dtype, size)
    return {name: tensor.view_of(storages) for name, tensor in tensors.items()}


def _read_numbers(file: BinaryIO, dtype: np.dtype, size: int) -> np.ndarray:
    content = file.read(size * dtype.itemsize)
    if len(content) != size * dtype.itemsize:
        raise EOFError("the file is cut short")
    return np.frombuffer(content, dtype)


class _Tensor:
    """A tensor as pickled: a view of a storage that is read later."""

    def __init__(self, key, offset, shape, strides, *_hooks):
        self.key, self.offset, self.shape, self.strides = key, offset, shape, strides

    def view_of(self, storages: dict[str, np.ndarray]) -> np.ndarray:
        numbers = storages[self.key]
        shape, strides = tuple(self.shape), tuple(self.strides)
        last = self.offset + sum(
            (n - 1) * stride for n, stride in zip(shape, strides, strict=True)
        )
        if self.offset < 0 or min(strides, default=0) < 0 or last >= len(numbers):
            raise ValueError(f"a tensor reaches beyond its storage {self.key}")
        view = np.lib.stride_tricks.as_strided(
            numbers[self.offset :], shape, [s * numbers.itemsize for s in strides]
        )
        return view.copy()


class _Unpickler(pickle.Unpickler):
    """Unpickles names of tensors and storages, and runs nothing else."""

    def __init__(self, file: BinaryIO):
        super().__init__(file)
        self.storages: dict[str, tuple[np.dtype, int]] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _STORAGE_DTYPES:
            return _STORAGE_DTYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, pid: tuple) -> str:
        kind, dtype, key, _device, size, view = pid
        if kind != "storage" or view is not None or not isinstance(dtype, np.dtype):
            raise pickle.UnpicklingError(f"it asks for {pid}")
        self.storages[key] = (dtype, size)
        return key

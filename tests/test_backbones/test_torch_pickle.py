import pickle
import subprocess
import sys

import numpy as np
import pytest

from darkhar.backbones.torch_pickle import read_state_dict
from darkhar.config import WeightsError


def ops(value):
    """Pickle's instructions that push a plain value."""
    return pickle.dumps(value, 2)[2:-1]


def tensor(storage, size, offset, shape, strides):
    """The instructions with which PyTorch before 1.6 pickled a float tensor."""
    persistent_id = (
        b"("
        + ops("storage")
        + b"ctorch\nFloatStorage\n"
        + ops(storage)
        + ops("cpu")
        + ops(size)
        + b"NtQ"
    )
    arguments = (
        b"(" + persistent_id + ops(offset) + ops(shape) + ops(strides) + b"\x89}t"
    )
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"R"


def legacy_file(tensors, storages, magic=0x1950A86A20F9469CFC6C):
    state = b"\x80\x02}" + b"".join(
        ops(name) + value + b"s" for name, value in tensors.items()
    )
    content = pickle.dumps(magic, 2) + pickle.dumps(1001, 2)
    content += pickle.dumps({"little_endian": True}, 2) + state + b"."
    content += pickle.dumps(list(storages), 2)
    for numbers in storages.values():
        content += np.int64(len(numbers)).tobytes() + numbers.tobytes()
    return content


@pytest.fixture
def path(tmp_path):
    return tmp_path / "network.pth"


NUMBERS = np.arange(12, dtype="<f4")


def test_tensors_are_views_of_storages(path):
    tensors = {
        "whole": tensor("7", 12, 0, (3, 4), (4, 1)),
        # Element (i, j) is number 3 + i + 2 j of the storage.
        "strided": tensor("7", 12, 3, (2, 3), (1, 2)),
        "scalar": tensor("7", 12, 5, (), ()),
    }
    path.write_bytes(legacy_file(tensors, {"7": NUMBERS}))
    state = read_state_dict(path)
    assert list(state) == ["whole", "strided", "scalar"]
    np.testing.assert_array_equal(state["whole"], NUMBERS.reshape(3, 4))
    np.testing.assert_array_equal(state["strided"], [[3, 5, 7], [4, 6, 8]])
    assert state["scalar"] == 5
    assert state["whole"].dtype == np.float32


def test_nothing_but_tensors_is_unpickled(path):
    path.write_bytes(legacy_file({"evil": b"cos\nsystem\n(" + ops("true") + b"tR"}, {}))
    with pytest.raises(WeightsError, match=r"it asks for os\.system"):
        read_state_dict(path)


@pytest.mark.parametrize("keep", [0, 1, 30, 200, -1])
def test_file_cut_short(path, keep):
    whole = legacy_file({"w": tensor("7", 12, 0, (12,), (1,))}, {"7": NUMBERS})
    path.write_bytes(whole[:keep])
    with pytest.raises(WeightsError, match=r"network\.pth is not a state dictionary"):
        read_state_dict(path)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89HDF\r\n\x1a\n",
        b"PK\x03\x04",
        pickle.dumps("text", 2),
        legacy_file({}, {}, magic=1),
        # Numbers 0 to 12 of a storage of 12.
        legacy_file({"w": tensor("7", 12, 0, (13,), (1,))}, {"7": NUMBERS}),
        legacy_file({"w": tensor("8", 12, 0, (12,), (1,))}, {"7": NUMBERS}),
    ],
)
def test_other_files(path, content):
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"network\.pth is not a state dictionary"):
        read_state_dict(path)


def test_missing_file(path):
    with pytest.raises(
        WeightsError, match=r"network\.pth cannot be read: No such file"
    ):
        read_state_dict(path)


def test_does_without_tensorflow():
    code = (
        "import sys, darkhar.backbones.torch_pickle, darkhar.config.networks,"
        " darkhar.backbones.weights;"
        "sys.exit(bool({'tensorflow', 'keras', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

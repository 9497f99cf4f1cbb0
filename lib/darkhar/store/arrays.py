"""The cache of features: no frame passes a frozen backbone twice."""

import contextlib
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_DIGEST_BYTES = hashlib.sha256().digest_size


def feature_key(
    *,
    clip_sha256: str,
    indices: Sequence[int] | np.ndarray,
    enhancement: Mapping[str, Any],
    extractor: str,
    weights_sha256: str,
    engine: str,
    code: str,
) -> str:
    """The key of one clip's features: a hash over all that they depend on.

    Args:
        clip_sha256: str. SHA-256 of the clip's file.
        indices: int `[n]`. The frames looked at, in order.
        enhancement: mapping. Name and parameters of the enhancement.
        extractor: str. Name of the extractor.
        weights_sha256: str. SHA-256 of its file of weights.
        engine: str. What computes the network, with its version.
        code: str. Version of what computes the features.

    Returns:
        64 hexadecimal digits.
    """
    content = {
        "clip": clip_sha256,
        "indices": [int(i) for i in indices],
        "enhancement": dict(enhancement),
        "extractor": extractor,
        "weights": weights_sha256,
        "engine": engine,
        "code": code,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class FeatureCache:
    """Arrays by key, one file each, in a folder that processes may share.

    A file is a `.npy` with the SHA-256 of its bytes after it. It appears whole or
    not at all; one that was damaged counts as missing.

    Args:
        root: Path. The folder. It is created when something is stored.
    """

    def __init__(self, root: Path):
        self.root = Path(root)

    def get(self, key: str) -> np.ndarray | None:
        """The array of that key, or None where there is none that is intact.

        Its file is marked as used now.
        """
        path = self._path(key)
        try:
            stored = path.read_bytes()
        except FileNotFoundError:
            return None
        content, digest = stored[:-_DIGEST_BYTES], stored[-_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != digest:
            return None
        with contextlib.suppress(OSError):  # not one's own, or pruned since
            os.utime(path)
        return np.load(io.BytesIO(content), allow_pickle=False)

    def put(self, key: str, array: np.ndarray) -> None:
        """Stores an array, in place of one stored before."""
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        content = buffer.getvalue()
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content + hashlib.sha256(content).digest())
            Path(part).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(part).unlink()
            raise

    def _path(self, key: str) -> Path:
        return self.root / key[:2] / f"{key}.npy"

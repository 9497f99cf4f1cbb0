"""The store: what was computed once, by its key.

A file is the content with its SHA-256 after it. It appears whole or not at all; one
that was damaged counts as missing. Processes may share the folder.
"""

import contextlib
import dataclasses
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import numpy as np

from darkhar.config import cache_root
from darkhar.store.files import replacing

_DIGEST_BYTES = hashlib.sha256().digest_size


@dataclasses.dataclass(frozen=True)
class Shelf:
    """Results of one kind, in a folder of the cache.

    Args:
        kind: str. One of `darkhar.store.prune.KINDS`.
    """

    kind: str

    def get(self, key: str) -> bytes | None:
        """The content of a key, or None where there is none that is intact.

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
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keeps a content, in place of one that was kept before."""
        with replacing(self._path(key)) as part:
            part.write_bytes(content + hashlib.sha256(content).digest())

    def has(self, key: str) -> bool:
        """Whether there is a content of a key; it may be damaged."""
        return self._path(key).is_file()

    def get_array(self, key: str) -> np.ndarray | None:
        """The array of a key, or None where there is none that is intact."""
        content = self.get(key)
        if content is None:
            return None
        return np.load(io.BytesIO(content), allow_pickle=False)

    def put_array(self, key: str, array: np.ndarray) -> None:
        """Keeps an array."""
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        self.put(key, buffer.getvalue())

    def array(self, key: str, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """The array of a key, computed and kept where it is not there.

        Of processes that ask at the same time one computes, and the others wait.
        """
        kept = self.get_array(key)
        if kept is not None:
            return kept
        with self.lock(key):
            kept = self.get_array(key)
            if kept is None:
                kept = compute()
                self.put_array(key, kept)
        return kept

    @contextlib.contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Held while a content is computed: who wants the same waits, and has it."""
        path = self._path(key).with_suffix(".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(path):
            try:
                yield
            finally:
                # Still held: who waits for a file that is gone makes another.
                with contextlib.suppress(OSError):  # Windows removes no open file
                    path.unlink()

    def _path(self, key: str) -> Path:
        return cache_root() / self.kind / key[:2] / key

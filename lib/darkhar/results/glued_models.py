"""What a notebook glues of the models that it keeps.

A model's files are in the cache, by their SHA-256; the scrap `NAME_model` says which.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Self

from darkhar.results.glue import glue

SUFFIX = "_model"
_COLUMNS = ("file", "bytes", "SHA-256")
# What a description says without being another: who wrote it.
_WRITER = "library"


def description_text(description: Mapping[str, Any]) -> str:
    """The content of `NAME.json`."""
    return json.dumps(description, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def description_key(description: Mapping[str, Any]) -> str:
    """SHA-256 of what a description says, but for the library that wrote it."""
    said = {name: value for name, value in description.items() if name != _WRITER}
    return hashlib.sha256(description_text(said).encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class GluedModel:
    """A model that a notebook has kept.

    Args:
        name: str. `"pose"`.
        key: str. Under which its description is in the cache: its `description_key`.
        sizes: mapping of the names of its files to their bytes.
        sha256: mapping of the names of its files to their SHA-256, under which they are
            in the cache.
    """

    name: str
    key: str
    sizes: Mapping[str, int]
    sha256: Mapping[str, str]

    @classmethod
    def all_of(cls, values: Mapping[str, Any]) -> list[Self]:
        """The models among a notebook's data scraps."""
        return [
            cls(
                name.removesuffix(SUFFIX),
                value["key"],
                sizes={file: size for file, size, _ in value["files"]["rows"]},
                sha256={file: digest for file, _, digest in value["files"]["rows"]},
            )
            for name, value in values.items()
            if name.endswith(SUFFIX) and isinstance(value, dict) and value.get("key")
        ]

    def glue(self) -> None:
        """Glues it."""
        rows = [[file, self.sizes[file], self.sha256[file]] for file in self.sha256]
        _glue(self.name, "Kept in the run's folder.", self.key, rows)


def glue_left_out(name: str, reason: str) -> None:
    """Glues that there is no such model, and why.

    Args:
        name: str. The model's.
        reason: str. A sentence.
    """
    _glue(name, f"Not kept: {reason}", "", [])


def _glue(name: str, words: str, key: str, rows: list[list[Any]]) -> None:
    files = {"columns": list(_COLUMNS), "rows": rows}
    glue(f"{name}{SUFFIX}", {"words": words, "key": key, "files": files})

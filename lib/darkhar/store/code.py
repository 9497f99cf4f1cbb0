"""Which code computes features: a hash that a changed line changes."""

import ast
import functools
import hashlib
import importlib.metadata
from collections.abc import Collection, Iterator
from pathlib import Path

import darkhar

# Code that features depend on lies here.
_PARTS = (
    "darkhar.features.",
    "darkhar.pose.",
    "darkhar.backbones.",
    "darkhar.enhancement.",
    "darkhar.data.video",
)
# These find files of weights, whose content is part of a feature's key by itself.
_FINDERS = ("weights", "movenet_weights", "movenet_sources", "weights_catalog")
# What decodes, enhances, resizes and computes.
_PACKAGES = (
    "av",
    "keras",
    "numpy",
    "opencv-python-headless",
    "scipy",
    "tensorflow",
    "tensorflow-datasets",
)
_PACKAGE = Path(darkhar.__file__).parent


@functools.cache
def code_version(module: str) -> str:
    """Hash over a module, what it imports, and the versions of packages.

    All of `enhancement` and `data.video` counts, and of `features` what the module
    imports: one feature's code may change without another being computed again.

    Args:
        module: str. Full name of the module that computes a feature.

    Returns:
        64 hexadecimal digits.
    """
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    digest = hashlib.sha256("\n".join(versions).encode())
    names = imported_code(module) | _imported_by_name() | {"darkhar.data.video"}
    digest.update(sources_digest(names))
    return digest.hexdigest()


def sources_digest(names: Collection[str]) -> bytes:
    """SHA-256 over names and source of modules, in the order of their names.

    Args:
        names: Full names of modules of the library.
    """
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + b"\0" + _source(name).read_bytes())
    return digest.digest()


def imported_code(module: str, parts: tuple[str, ...] = _PARTS) -> set[str]:
    """The module and the modules that it imports, directly or not.

    Args:
        module: str. Full name of a module of the library.
        parts: str. How full names begin of modules that count. Defaults to those that
            a feature may depend on.

    Returns:
        Full names of those that count.
    """
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [n for n in _imports(name) if _counts(n, parts)]
    return found


def _imported_by_name() -> set[str]:
    """Enhancements: their registry imports the one that is asked for."""
    files = (_PACKAGE / "enhancement").glob("*.py")
    return {f"darkhar.enhancement.{file.stem}" for file in files}


def _counts(name: str, parts: tuple[str, ...]) -> bool:
    return name.startswith(parts) and name.rpartition(".")[2] not in _FINDERS


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(_source(module).read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            # `from darkhar.features import movenet` imports a module, too.
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                if name.startswith("darkhar.") and _source(name).is_file():
                    yield name
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _source(module: str) -> Path:
    module = module.removesuffix(".__init__")
    path = _PACKAGE.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")

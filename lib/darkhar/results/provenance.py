"""Where results come from: library source, packages, machine."""

import functools
import importlib.metadata
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import darkhar
from darkhar.config import project_root
from darkhar.config.cores import cores, memory_gib
from darkhar.store.files import folder_sha256


def library_sha256() -> str:
    """SHA-256 over every source file of the library, names included."""
    return folder_sha256(Path(darkhar.__file__).parent)


def library() -> dict[str, Any]:
    """Version, git commit (None outside a checkout) and source hash."""
    commit = _git("rev-parse", "HEAD")
    changes = _git("status", "--porcelain", "--", "lib", "notebooks")
    return {
        "version": darkhar.__version__,
        "commit": commit or None,
        "dirty": bool(changes),
        "source_sha256": library_sha256(),
    }


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(project_root()), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


@functools.cache  # some hundred files are read for it
def packages() -> dict[str, str]:
    """Installed version of every direct dependency, optional ones included."""
    versions = {}
    lines = [
        line
        for path in sorted(project_root().glob("requirements*.txt"))
        for line in path.read_text().splitlines()
    ]
    for line in lines:
        match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
        if match:
            try:
                versions[match[0]] = importlib.metadata.version(match[0])
            except importlib.metadata.PackageNotFoundError:
                versions[match[0]] = "not installed"
    return versions


def machine() -> dict[str, Any]:
    """CPU model, usable cores and memory in GiB."""
    memory = memory_gib()
    return {
        "cpu": _cpu_model(),
        "cores": cores(),
        "memory_gib": None if memory is None else round(memory, 1),
    }


def _cpu_model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()

"""How many cores and how much memory this process may use."""

import contextlib
import os
from pathlib import Path

CORES = "DARKHAR_CORES"

_GIB = 2**30
# Of a container, where there is one.
_MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")
# With one thread, TensorFlow's fits wait for themselves: two share a core well.
_FITTING_THREADS = 2


def cores() -> int:
    """Cores that this process may use, at least one.

    `DARKHAR_CORES` if set, as it is for processes that share the machine; else those
    that the operating system grants.
    """
    if os.environ.get(CORES, "").isdigit():
        return max(int(os.environ[CORES]), 1)
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


def memory_gib() -> float | None:
    """Memory that there is, in GiB; None where that cannot be told."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    with contextlib.suppress(OSError, ValueError):  # no container, or without a limit
        memory = min(memory, int(_MEMORY_LIMIT.read_text()))
    return memory / _GIB


def thread_settings(share: int) -> dict[str, str]:
    """Variables of the environment for a process that has a share of the cores.

    Args:
        share: int. How many cores.
    """
    # The paper's matrices are small, and BLAS' threads fight TensorFlow's for cores:
    # one is many times faster than two.
    blas = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    tensorflow = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    return {
        CORES: str(share),
        **dict.fromkeys(blas, "1"),
        **dict.fromkeys(tensorflow, str(max(share, _FITTING_THREADS))),
    }

"""How many cores this process may use."""

import os

CORES = "DARKHAR_CORES"


def cores() -> int:
    """Cores that this process may use, at least one.

    `DARKHAR_CORES` if set, as it is for the workers of a sweep, who share the machine;
    else those that the operating system grants.
    """
    if os.environ.get(CORES, "").isdigit():
        return max(int(os.environ[CORES]), 1)
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1

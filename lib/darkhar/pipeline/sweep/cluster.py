"""Workers for a sweep: processes of this machine, or of a Dask cluster elsewhere."""

import asyncio
import contextlib
import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import distributed
import distributed.core

from darkhar.config import ResultsError, UsageError, cache_root
from darkhar.results import provenance

LOG_FILE = "workers.log"
_CONNECT_SECONDS = 30


@contextlib.contextmanager
def workers(
    scheduler: str | None, n_workers: int, shared: Path
) -> Iterator[distributed.Client]:
    """Connects to a cluster, or starts one on this machine and ends it afterwards.

    Args:
        scheduler: str or None. Address of a Dask scheduler; None for workers on this
            machine.
        n_workers: int. Workers on this machine; each has its share of the cores.
        shared: Path. A folder that workers have to see, too.

    Raises:
        UsageError: there is no scheduler at the address, or it has no workers.
        ResultsError: workers run another version of the library, or do not share the
            folder or the cache.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        if scheduler is None:
            cluster = stack.enter_context(_local(n_workers))
            client = stack.enter_context(distributed.Client(cluster))
            client.register_plugin(_OutputTo(str(shared / LOG_FILE)))
            yield client
            return
        try:
            # A `Client` that did not connect is never quite gone.
            asyncio.run(_reach(scheduler))
            client = distributed.Client(scheduler, timeout=_CONNECT_SECONDS)
        except (OSError, ValueError, TypeError) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise UsageError(
                f"no Dask scheduler answers at '{scheduler}' ({reason})"
            ) from None
        stack.enter_context(client)
        _check(client, scheduler, shared)
        yield client


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


class _OutputTo(distributed.WorkerPlugin):
    """Has what workers write, TensorFlow's notices above all, appended to a file."""

    name = "output-to"

    def __init__(self, path: str):
        self.path = path

    def setup(self, worker: distributed.Worker) -> None:
        """Redirects standard output and error of the worker's process."""
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for descriptor in (1, 2):
            os.dup2(file, descriptor)
        os.close(file)


def _local(n_workers: int) -> distributed.LocalCluster:
    threads = max(cores() // n_workers, 1)
    environment = {
        "OMP_NUM_THREADS": threads,
        "TF_NUM_INTRAOP_THREADS": threads,
        "TF_NUM_INTEROP_THREADS": threads,
        "TF_CPP_MIN_LOG_LEVEL": 3,
    }
    return distributed.LocalCluster(
        n_workers=n_workers,
        # One run at a time: a run is a process of its own beside the worker's.
        threads_per_worker=1,
        memory_limit=0,
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
        env={name: str(value) for name, value in environment.items()},
    )


async def _reach(scheduler: str) -> None:
    comm = await distributed.core.connect(scheduler, timeout=_CONNECT_SECONDS)
    await comm.close()


def _check(client: distributed.Client, scheduler: str, shared: Path) -> None:
    """Raises if workers cannot stand in for this process."""
    if not client.scheduler_info(n_workers=-1)["workers"]:
        raise UsageError(f"the Dask scheduler at '{scheduler}' has no workers")
    mark = shared / f".{uuid.uuid4().hex}"
    mark.touch()
    try:
        seen = client.run(_seen_by_worker, str(mark))
    except ImportError as error:
        raise ResultsError(
            f"a worker of '{scheduler}' does not have the library ({error}); start"
            " workers from this checkout's .venv"
        ) from None
    finally:
        mark.unlink()
    library = provenance.library_sha256()
    for worker, (sees, cache, sha256) in seen.items():
        if not sees:
            raise ResultsError(
                f"worker {worker} does not see {shared}; the checkout has to lie in a"
                " file system that workers share"
            )
        if cache != str(cache_root()):
            raise ResultsError(
                f"worker {worker} has its cache in {cache}, not in {cache_root()}; set"
                " DARKHAR_CACHE to a folder that all share"
            )
        if sha256 != library:
            raise ResultsError(
                f"worker {worker} runs another version of the library; start it from"
                " this checkout's .venv, anew after each change"
            )


def _seen_by_worker(mark: str) -> tuple[bool, str, str]:
    return Path(mark).exists(), str(cache_root()), provenance.library_sha256()

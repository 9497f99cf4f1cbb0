"""Workers for a sweep: processes of this machine, or of a Dask cluster elsewhere."""

import asyncio
import contextlib
import logging
import os
import platform
import uuid
from collections.abc import Iterator
from pathlib import Path

import distributed
import distributed.core

from darkhar.config import ResultsError, UsageError, cache_root
from darkhar.config.cores import cores, thread_settings
from darkhar.results import provenance

LOG_FILE = "workers.log"
_CONNECT_SECONDS = 30
_WORKERS_SECONDS = 600


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
        UsageError: there is no scheduler at the address, or it gets no workers.
        ResultsError: workers run another version of the library, Python or a package,
            or do not share the folder or the cache.
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


class _OutputTo(distributed.WorkerPlugin):
    """Has what workers write, TensorFlow's notices above all, appended to a file."""

    name = "output-to"

    def __init__(self, path: str):
        self.path = path

    def setup(self, worker: distributed.Worker) -> None:
        """Redirects standard output and error of the worker's process."""
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for descriptor in (1, 2):
            os.dup2(file, descriptor)
        os.close(file)


def _local(n_workers: int) -> distributed.LocalCluster:
    environment = thread_settings(max(cores() // n_workers, 1))
    return distributed.LocalCluster(
        n_workers=n_workers,
        # One run at a time: it has processes of its own beside the worker's.
        threads_per_worker=1,
        memory_limit=0,
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
        env={**environment, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )


async def _reach(scheduler: str) -> None:
    comm = await distributed.core.connect(scheduler, timeout=_CONNECT_SECONDS)
    await comm.close()


def _check(client: distributed.Client, scheduler: str, shared: Path) -> None:
    """Raises if workers cannot stand in for this process."""
    try:
        # Jobs of a cluster may have to queue first.
        client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
    except TimeoutError:
        raise UsageError(
            f"the Dask scheduler at '{scheduler}' has had no workers for"
            f" {_WORKERS_SECONDS} s; start some, then call again"
        ) from None
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
    _, cache, code, packages = _seen_by_worker(str(mark))
    for worker, (sees, its_cache, its_code, its_packages) in seen.items():
        if not sees:
            raise ResultsError(
                f"worker {worker} does not see {shared}; the checkout has to lie in a"
                " file system that workers share"
            )
        if its_cache != cache:
            raise ResultsError(
                f"worker {worker} has its cache in {its_cache}, not in {cache}; set"
                " DARKHAR_CACHE to a folder that all share"
            )
        if its_code != code:
            raise ResultsError(
                f"worker {worker} runs another version of the library; start it from"
                " this checkout's .venv, anew after each change"
            )
        if its_packages != packages:
            odd = sorted(
                name
                for name in packages.keys() | its_packages.keys()
                if packages.get(name) != its_packages.get(name)
            )
            raise ResultsError(
                f"worker {worker} has another version of {', '.join(odd)}; start it"
                " from this checkout's .venv"
            )


def _seen_by_worker(mark: str) -> tuple[bool, str, str, dict[str, str]]:
    """Whether a file is there; the cache; what stage keys say of library, packages."""
    packages = provenance.packages() | {"python": platform.python_version()}
    library = provenance.library_sha256()
    return Path(mark).exists(), str(cache_root()), library, packages

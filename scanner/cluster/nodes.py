"""The processes of a cluster: scheduler and workers without web pages, without spilling to disk, on the given address only."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.cluster import certificates

SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,  # a death is told to us at once: we halve the batch and find the file
    "distributed.scheduler.worker-saturation": 1.0,  # what waits at a worker dies with it
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.memory.target": False,  # nothing that was read may reach a disk
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,  # the reading child has its own limit
    "distributed.worker.daemon": False,
    "distributed.comm.timeouts.connect": "10s",
    "distributed.comm.retry.count": 2,
    "distributed.diagnostics.nvml": False,
    "distributed.admin.log-format": "%(message)s",
}


def settle() -> None:
    """Set them for this process and its children."""
    os.environ["DASK_LOGGING__DISTRIBUTED"] = "critical"  # the messages of its processes quote tasks
    import dask

    dask.config.set(SETTINGS)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)


def _quiet(base: Any) -> Any:
    class Quiet(base):  # type: ignore[misc]
        """Opens no web page."""

        def start_http_server(self, *_: Any, **__: Any) -> None:
            """Nothing listens but the port that was asked for."""

    return Quiet


def run_scheduler(folder: Path, host: str, port: int) -> None:
    """Serve until the process is ended."""
    from distributed import Scheduler

    settle()

    async def serve() -> None:
        async with _quiet(Scheduler)(
            host=host, port=port, protocol="tls", security=certificates.security(folder), dashboard=False
        ) as scheduler:
            await scheduler.finished()

    asyncio.run(serve())


def run_worker(folder: Path, address: str, host: str, name: str, work: Path) -> None:
    """Serve with one thread until this process is ended. A worker that dies is started again; when the scheduler goes away,
    it is waited for."""
    from distributed import Nanny

    settle()
    work.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def serve() -> None:
        async with Nanny(
            address,
            nthreads=1,
            name=name,
            host=host,
            protocol="tls",
            security=certificates.security(folder),
            worker_class=quiet_worker(),
            local_directory=str(work),
            memory_limit=0,
            config=SETTINGS,
            dashboard=False,
        ) as nanny:
            await nanny.finished()

    while True:
        try:
            asyncio.run(serve())
        except (TimeoutError, OSError):
            pass  # nobody there, or no more: it may come back
        clock.sleep(1.0)


def quiet_worker() -> Any:
    """Dask's worker without its web page."""
    from scanner.cluster.quiet import QuietWorker

    return QuietWorker


def connected(folder: Path, address: str, seconds: int = 20) -> Any:
    """A client; raises ``OSError`` where nobody answers or the certificate is another cluster's."""
    from distributed import Client

    settle()
    return Client(address, security=certificates.security(folder), timeout=seconds, set_as_default=False)

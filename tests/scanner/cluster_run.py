"""A cluster on this machine: server, workers and a scan."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from scanner.demo.office import write
from tests.conftest import Sekisho
from tests.scanner.postgres import Instance
from tests.scanner.world import text


class Cluster:
    """A server and two workers on loopback."""

    def __init__(
        self, folder: Path, command: list[str], sekisho: Sekisho, names: tuple[str, ...] = ("w1", "w2")
    ) -> None:
        self.folder, self.command = folder, command
        self.port = free_port()
        words = [w for name in ("w1", "w2", "w3") for w in ("--worker", name)]
        done = sekisho("cluster", "init", "--address", f"127.0.0.1:{self.port}", *words, "-o", folder / "cluster")
        assert done.code == 0, done.err
        self.server = Instance(self.at("server"), self.port)
        self.workers = [self.worker(name) for name in names]

    def at(self, machine: str) -> Path:
        """The folder that is handed to a machine."""
        return self.folder / "cluster" / machine

    def worker(self, name: str, poison: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a worker, with modules of ``poison`` before all others."""
        environment = {**os.environ, **({"PYTHONPATH": str(poison)} if poison else {})}
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [*self.command, "cluster", "worker", str(self.at(name))],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def session(self, worker: subprocess.Popen[bytes]) -> psutil.Process:
        """The process of a worker that takes part in a scan; its reader and judge go with it, and cost no file by themselves."""
        for _ in range(200):
            for child in _children(worker):
                try:
                    if "scanner.cluster.session" in child.cmdline():
                        return child
                except psutil.NoSuchProcess:
                    pass
            time.sleep(0.1)
        pytest.fail("no session was started")

    def all_pids(self) -> list[int]:
        return [
            p.pid
            for r in self.workers
            if r.poll() is None
            for p in [psutil.Process(r.pid), *psutil.Process(r.pid).children(recursive=True)]
        ]

    def stop_workers(self) -> None:
        for process in self.workers:
            for pid in [*(c.pid for c in _children(process)), process.pid]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait(timeout=10)
        self.workers = []

    def stop(self) -> None:
        self.stop_workers()
        self.server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _handed_out(home: Path, seconds: float = 90.0) -> None:
    """Wait until the scan has handed out its first batches."""
    table = home / "cluster-jobs.db"
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with closing(sqlite3.connect(f"{table.as_uri()}?mode=ro", uri=True)) as db:
                if db.execute("select count(*) from jobs").fetchone()[0]:
                    return
        except sqlite3.Error:
            pass  # not made yet
        time.sleep(0.1)
    raise AssertionError("nothing was handed out")


def _children(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return list(psutil.Process(process.pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


@pytest.fixture
def cluster(tmp_path: Path, command: list[str], sekisho: Sekisho) -> Iterator[Cluster]:
    made = Cluster(tmp_path, command, sekisho)
    yield made
    made.stop()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    write(folder / "office")
    for number in range(120):
        target = folder / f"d{number % 7}/名簿{number}.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text(4 + number % 5, 200 + number))
    return folder


def inventory(home: Path) -> list[tuple[object, ...]]:
    """Everything that an inventory says of files, in an order of its own: without numbers and moments."""
    db = sqlite3.connect(home / "inventory.db")
    key = db.execute(
        "select f.path, f.outcome, f.reason, f.verdict, f.ground, f.owner, f.mode, f.acl, c.media_type, c.reason, c.read, c.notes, c.persons_min,"
        " c.persons_max, c.rows, c.modulus, length(c.sketch),"
        " (select group_concat(x, ';') from (select n.entity || n.count || n.score || n.\"check\" || n.places || n.shape || n.category as x from findings n where n.content_id = c.id order by x))"
        " from files f left join contents c on c.id = f.content_id where f.gone is null order by f.path"
    )
    return [tuple(r) for r in key.fetchall()]


def _scan(cluster: Cluster, tree: Path, home: Path, *more: str) -> subprocess.Popen[str]:
    command = [*cluster.command, "cluster", "scan", str(cluster.at("coordinator")), str(tree), "--home", str(home)]
    return subprocess.Popen(
        [*command, "--depth", "quick", "--format", "jsonl", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _summary(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=200)
    assert process.returncode in (0, 1, 3), err
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found

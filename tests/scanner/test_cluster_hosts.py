"""A cluster over machines of its own: every node in a network namespace, and a listener on the wire between them.

Needs the right to make namespaces (``SEKISHO_MAY_NET``, which the gate sets where it has that right) and iproute2.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.demo.office import write
from tests.conftest import Sekisho, lacking, needed
from tests.scanner.cluster_run import inventory
from tests.scanner.postgres import Instance
from tests.scanner.world import text

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]

PORT = 5433
LISTENER = """import socket, sys
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
wire.bind(("bridge", 0))
with open(sys.argv[1], "wb", buffering=0) as kept:
    while True:
        kept.write(wire.recv(65535))
"""


class Hosts:
    """Three namespaces on one bridge: ``.1`` coordinates, ``.2`` and ``.3`` work."""

    def __init__(self) -> None:
        self.ip = needed("ip")
        self.names = [f"sekisho{os.getpid()}n{n}" for n in (1, 2, 3)]
        self.processes: list[subprocess.Popen[str]] = []
        self.instance: Instance | None = None

    def lay(self) -> None:
        for name in self.names:
            self._run("netns", "add", name)
            self._run("-n", name, "link", "set", "lo", "up")
        first = self.names[0]
        self._run("-n", first, "link", "add", "bridge", "type", "bridge")
        self._run("-n", first, "addr", "add", "10.199.7.1/24", "dev", "bridge")
        self._run("-n", first, "link", "set", "bridge", "up")
        for number, name in enumerate(self.names[1:], 2):
            self._run(
                *("-n", first, "link", "add", f"port{number}", "type", "veth"),
                *("peer", "name", "wire", "netns", name),
            )
            self._run("-n", first, "link", "set", f"port{number}", "master", "bridge", "up")
            self._run("-n", name, "addr", "add", f"10.199.7.{number}/24", "dev", "wire")
            self._run("-n", name, "link", "set", "wire", "up")

    def _run(self, *words: str) -> None:
        done = subprocess.run([self.ip, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            lacking("network namespaces", done.stderr.strip())

    def start(self, host: int, *command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [self.ip, "netns", "exec", self.names[host - 1], *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def server(self, handed: Path) -> Instance:
        self.instance = Instance(handed, PORT, (self.ip, "netns", "exec", self.names[0]))
        return self.instance

    def clear(self) -> None:
        if self.instance is not None:
            self.instance.stop()
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        for name in self.names:
            subprocess.run([self.ip, "netns", "del", name], capture_output=True, check=False)


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    made = Hosts()
    try:
        made.lay()
        yield made
    finally:
        made.clear()


def test_two_hosts_give_the_inventory_of_one_and_nothing_readable_passes(
    hosts: Hosts, tmp_path: Path, command: list[str], sekisho: Sekisho
) -> None:
    tree, folder = tmp_path / "tree", tmp_path / "cluster"
    write(tree / "office")
    for number in range(60):
        (tree / f"名簿{number}.csv").write_bytes(text(4 + number % 5, 200 + number))
    assert sekisho("cluster", "init", "--address", f"10.199.7.1:{PORT}", "-o", folder).code == 0
    heard = tmp_path / "heard"
    hosts.start(1, sys.executable, "-c", LISTENER, str(heard))
    server = hosts.server(folder / "server")
    for host, name in ((2, "w1"), (3, "w2")):
        hosts.start(host, *command, "cluster", "worker", str(folder / name))
    options = ("--depth", "quick", "--format", "jsonl")
    many_home = str(tmp_path / "many")
    scan = hosts.start(
        1, *command, "cluster", "scan", str(folder / "coordinator"), str(tree), "--home", many_home, *options
    )
    out, err = scan.communicate(timeout=200)
    assert scan.returncode in (0, 1, 3), err
    many = json.loads(out.splitlines()[-1])
    one = sekisho("scan", tree, "--home", tmp_path / "one", *options).summary()
    assert {k: many[k] for k in ("walked", "reasons")} == {k: one[k] for k in ("walked", "reasons")}
    assert inventory(tmp_path / "many") == inventory(tmp_path / "one")
    assert server.psql("-d", "sekisho_cluster", "-c", "select count(*) from cluster.message") == "0\n"
    passed = heard.read_bytes()
    assert len(passed) > 20_000, "the listener heard nothing, so it proves nothing"
    for word in ("名簿".encode(), b"FileRef", b"media_type", b"cluster.answer", b"PERSON", b"text/csv"):
        assert word not in passed

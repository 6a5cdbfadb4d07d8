"""``python -m benchmarks.hub_load``: many terminals that speak the real protocol (signatures, frames, digests) to a hub over TLS.

    python -m benchmarks.hub_load [--terminals 1000] [--seconds 60] [--processes 2] [--database postgresql://… | --postgresql]
    python -m benchmarks.hub_load --direct [--terminals 1000] [--rounds 2] [--database …]

Told are the wave of first enrolments; the steady state, in which each terminal speaks once in a quarter of an hour, at moments of its own (a greeting and a
batch over one connection; the time is that from sending the batch to its acceptance); how long the hub takes to enter what it has; and the CPU of hub, its entering
process, PostgreSQL and generator beside each other with the load of the machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

from benchmarks.hub.database import Postgres
from benchmarks.hub.generator import Figures, Fleet
from benchmarks.hub.simulated import FILES, Simulated
from benchmarks.hub.world import Hub, free_port
from scanner import clock
from scanner.agent import client
from scanner.fleet import token
from scanner.hub import standing
from scanner.hub.fold import applied
from scanner.inventory.reader import Reader

QUARTER = 900.0
"""Seconds in which each terminal speaks once."""


def _cpu(pid: int) -> dict[str, float]:
    """Seconds of a process and of those below it, by what they are."""
    found: dict[str, float] = {}
    for one in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            times, line = one.cpu_times(), " ".join(one.cmdline())
        except psutil.Error:
            continue
        name = "entering" if "enterer" in line else "answering" if "processes" in line else "PostgreSQL"
        found[name] = found.get(name, 0.0) + times.user + times.system + times.children_user + times.children_system
    return found


def told(name: str, found: Figures) -> None:
    """A line."""
    parts = statistics.quantiles(found.took, n=100) if len(found.took) > 1 else (found.took or [0.0]) * 99
    print(
        f"{name}: {len(found.took)} in {found.seconds:.1f} s ({len(found.took) / found.seconds:.1f}/s), p50 {parts[49] * 1000:.0f} ms,"
        f" p95 {parts[94] * 1000:.0f} ms, p99 {parts[98] * 1000:.0f} ms, again {found.later}, generator late by at most {found.behind:.1f} s",
        flush=True,
    )


class Bench:
    """A hub that serves, and its fleet."""

    def __init__(self, stack: ExitStack, words: argparse.Namespace) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-load")))
        folder.chmod(0o711)
        self.instance = Postgres(folder, sync=True) if words.postgresql else None
        if self.instance:
            stack.callback(self.instance.stop)
        port = free_port()
        self.hub = Hub(folder / "hub", database=self.instance.address if self.instance else words.database)
        stack.callback(self.hub.desk.database.close)
        command = ["-m", "benchmarks.hub.processes", "serve", str(self.hub.home.path), "0", "0", str(port)]
        self.child = subprocess.Popen([sys.executable, *command])
        stack.callback(self.child.wait)
        stack.callback(self.child.terminate)
        address = client.Address(f"https://127.0.0.1:{port}", self.hub.desk.pin)
        given = token.read(self.hub.token(words.terminals))
        self.fleet = Fleet(words.terminals, words.processes, self.hub.desk.vkey, address, given)
        stack.callback(self.fleet.close)

    def act(self, name: str, what: str, **how: float) -> None:
        """Have the fleet do something, and tell what it cost."""
        before = self.cpu()
        found = self.fleet.all(what, **how)
        told(name, found)
        spent = ", ".join(f"{part} {seconds - before.get(part, 0.0):.1f} s" for part, seconds in self.cpu().items())
        one, five, _ = os.getloadavg()
        print(f"  CPU: {spent}, generator {found.cpu:.1f} s; load of the machine {one:.1f} ({five:.1f})", flush=True)

    def cpu(self) -> dict[str, float]:
        """So far."""
        found = _cpu(self.child.pid)
        return {**found, **(_cpu(self.instance.pid) if self.instance else {})}

    def entered(self) -> int:
        """Batches that the inventory has."""
        reader = Reader(self.hub.home.database)
        try:
            reader.db.row_factory = None
            return sum(applied(reader.db).values())
        finally:
            reader.close()

    def sent(self) -> int:
        """Batches that the hub took."""
        with self.hub.desk.database.reading() as work:
            return int(work.all("select coalesce(sum(number), 0) from terminals")[0][0])


def served(words: argparse.Namespace) -> None:
    """Over TLS, with everything that belongs to it."""
    with ExitStack() as stack:
        bench = Bench(stack, words)
        kind = "PostgreSQL" if words.postgresql or words.database else "SQLite"
        print(f"{words.terminals} terminals in {words.processes} processes, {kind}, {os.cpu_count()} cores shared")
        bench.act("enrolments", "enrol")
        bench.act("steady state", "steady", rate=words.terminals / QUARTER, seconds=words.seconds)
        if words.wave:
            bench.act("everybody at once", "converse")
        began, sent = time.monotonic(), bench.sent()
        while bench.entered() < sent and time.monotonic() - began < 3_600:
            time.sleep(1.0)
        size = bench.hub.home.database.stat().st_size / 1e6
        print(
            f"entered {sent * FILES:,} files, the last {time.monotonic() - began:.0f} s after the last batch; {size:.0f} MB"
        )
        began = time.process_time()
        standing.whole(bench.hub.desk)
        print(f"hub status: {(time.process_time() - began) * 1000:.0f} ms of CPU")


def direct(count: int, rounds: int, database: str) -> None:
    """CPU a call and a batch that is entered, without TLS and threads: the hub alone, whatever else the machine does."""
    with tempfile.TemporaryDirectory(prefix="sekisho-load") as folder:
        hub = Hub(Path(folder) / "hub", database=database)
        spent = [0.0]

        def post(
            address: client.Address,
            path: str,
            body: bytes,
            headers: dict[str, str] | None = None,
            line: client.Line | None = None,
        ) -> dict[str, object]:
            began = time.process_time()
            try:
                return hub.answers.answer(path, headers or {}, body)
            finally:
                spent[0] += time.process_time() - began

        client.post = post
        given = token.read(hub.token(count))
        address = client.Address("https://hub.example.jp")
        fleet = [Simulated(n, hub.desk.vkey, address) for n in range(count)]
        print(f"{count} terminals, direct, {'PostgreSQL' if database else 'SQLite'}")
        for name, act in (("enrolment", lambda one: one.enrol(given)), *[("batch", Simulated.send)] * rounds):
            spent[0] = 0.0
            for one in fleet:
                act(one)
            print(f"  {name}: {spent[0] / count * 1000:.1f} ms of CPU each", flush=True)
            began, done = time.process_time(), hub.fold()
            if done:
                each = (time.process_time() - began) / done * 1000
                print(f"  entered: {each:.1f} ms of CPU a batch of {FILES} files", flush=True)
        began = time.process_time()
        standing.whole(hub.desk)
        size = hub.home.database.stat().st_size / 1e6
        print(f"  hub status: {(time.process_time() - began) * 1000:.0f} ms; inventory {size:.0f} MB")
        hub.desk.database.close()


def main() -> None:
    """Run it and print the figures."""
    clock.source = clock.System()  # what it shares with tests has set their calendar
    parser = argparse.ArgumentParser()
    parser.add_argument("--terminals", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--database", default="")
    parser.add_argument("--postgresql", action="store_true", help="a server of its own, as after initdb")
    parser.add_argument("--wave", action="store_true", help="also everybody at once, as after a power cut")
    parser.add_argument("--direct", action="store_true", help="no TLS, no threads")
    words = parser.parse_args()
    if words.direct:
        direct(words.terminals, words.rounds, words.database)
    else:
        served(words)


if __name__ == "__main__":
    main()
